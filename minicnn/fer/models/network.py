"""The documented network: four convolution blocks, four dense blocks, seven emotions."""

from __future__ import annotations

from collections.abc import Sequence

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.models.expectations import set_expectations
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Layer,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.layers.tensor import Tensor
from minicnn.optimizers import Adam
from minicnn.sequential import Sequential

__all__ = ["CONVOLUTIONS", "DENSE", "fer_network"]

#: (filters, kernel size, dropout rate) of the convolution blocks.
CONVOLUTIONS = ((64, 3, 0.2), (128, 5, 0.25), (256, 3, 0.25), (512, 5, 0.25))
#: (units, dropout rate) of the dense blocks.
DENSE = ((512, 0.2), (256, 0.25), (128, 0.25), (64, 0.25))


def fer_network(
    *,
    seed: int | None = None,
    input_shape: tuple[int, int, int] = (48, 48, 1),
    class_names: Sequence[str] = EMOTIONS,
) -> Sequential:
    """Build the documented network, compiled as documented: 6,318,471 parameters.

    It takes float32 images (n, 48, 48, 1) with values in [0, 1] (grey value / 255) and gives
    the probabilities of :data:`~minicnn.fer.datasets.emotions.EMOTIONS`, shape (n, 7); targets are
    one-hot. Adam with learning rate 0.001, categorical cross-entropy, accuracy.

    Parameters
    ----------
    seed : int, optional
        Determines the initial weights, the order of the samples and the dropout masks; drawn if
        not given.
    input_shape : (int, int, int)
        Height and width, at least 16 for its four poolings, and channels: 1 for grey, 3 for RGB.
    class_names : sequence of str
        The classes in the order of the outputs.
    """
    layers: list[Layer | Tensor] = [Input(input_shape)]
    for filters, size, rate in CONVOLUTIONS:
        layers += [
            Conv2D(filters, size, padding="same"),
            BatchNormalization(),
            ReLU(),
            MaxPooling2D(),
            Dropout(rate),
        ]
    layers.append(Flatten())
    for units, rate in DENSE:
        layers += [Dense(units), BatchNormalization(), ReLU(), Dropout(rate)]
    layers += [Dense(len(class_names)), Softmax()]
    model = Sequential(layers, name="fer_network", seed=seed)
    model.compile(Adam(learning_rate=0.001), "categorical_crossentropy", metrics=["accuracy"])
    set_expectations(model, class_names, "0..1")
    return model
