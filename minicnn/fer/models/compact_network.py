"""The compact network: nine 3x3 convolutions in groups, a global average, seven emotions.

Two 3x3 convolutions in a row see as much as one of 5x5, three as much as one of 7x7, with fewer
weights and a ReLU after each. A global average replaces the large dense layers, in which the
documented network has 2.5 million weights. The compact network has less than a third of its
parameters and needs half of its multiplications.

Sources: Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image
recognition" (groups of 3x3 convolutions, twice as many filters after each pooling); Khaireddin &
Chen 2021, "Facial emotion recognition: state of the art performance on FER2013" (such a network on
these images); Ioffe & Szegedy 2015, "Batch normalization" (its beta takes the place of a bias);
Lin, Chen & Yan 2014, "Network in network" (the global average); Srivastava et al. 2014, "Dropout".
"""

from __future__ import annotations

from collections.abc import Sequence

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.models.expectations import set_expectations
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAveragePooling2D,
    Input,
    Layer,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.layers.tensor import Tensor
from minicnn.optimizers import Adam
from minicnn.sequential import Sequential

__all__ = ["GROUPS", "compact_network"]

#: (filters of each 3x3 convolution, dropout rate) of the groups; pooling halves the image between.
GROUPS = (((32,), 0.1), ((64, 64), 0.2), ((128, 128, 128), 0.25), ((256, 256, 256), 0.25))


def compact_network(
    *,
    seed: int | None = None,
    input_shape: tuple[int, int, int] = (48, 48, 1),
    class_names: Sequence[str] = EMOTIONS,
) -> Sequential:
    """Build the compact network: 1,905,831 parameters.

    It takes and gives what :func:`~minicnn.fer.models.network.fer_network` does, and is compiled
    like it: Adam with learning rate 0.001, categorical cross-entropy, accuracy.

    Parameters
    ----------
    seed : int, optional
        Determines the initial weights, the order of the samples and the dropout masks; drawn if
        not given.
    input_shape : (int, int, int)
        Height and width, at least 8 for its three poolings, and channels: 1 for grey, 3 for RGB.
    class_names : sequence of str
        The classes in the order of the outputs.
    """
    layers: list[Layer | Tensor] = [Input(input_shape)]
    for group, (widths, rate) in enumerate(GROUPS, start=1):
        for filters in widths:
            layers += [
                Conv2D(filters, 3, padding="same", use_bias=False),
                BatchNormalization(),
                ReLU(),
            ]
        if group < len(GROUPS):
            layers.append(MaxPooling2D())
        layers.append(Dropout(rate))
    layers += [GlobalAveragePooling2D(), Dropout(0.4), Dense(len(class_names)), Softmax()]
    model = Sequential(layers, name="compact_network", seed=seed)
    model.compile(Adam(learning_rate=0.001), "categorical_crossentropy", metrics=["accuracy"])
    set_expectations(model, class_names, "0..1")
    return model
