"""What is verified: every layer, loss, optimizer and schedule, with arguments off their defaults.

Arguments are numbers that float32 holds exactly, because Keras rounds them to float32 even in
float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minicnn import layers, losses, schedules

__all__ = ["LAYERS", "LOSSES", "OPTIMIZERS", "SCHEDULES", "LayerCase", "LossCase"]

_IMAGE, _ROW = (9, 8, 3), (7,)
#: Two inputs, of which the second is a factor for each channel.
_STRETCHED = (_IMAGE, (1, 1, 3))


class LayerCase(NamedTuple):
    """A layer, and what it is given.

    Attributes
    ----------
    name : str
    layer : Layer
    shape : tuple
        Of one sample; a tuple of shapes for a layer that joins several inputs.
    training : bool or None
        The mode of the comparison with TensorFlow. Random layers draw other numbers there, so only
        their inference is compared. None: there is nothing to compare.
    """

    name: str
    layer: layers.Layer
    shape: Any
    training: bool | None = True


def _case(layer: layers.Layer, shape: Any = _IMAGE, note: str = "", **more: Any) -> LayerCase:
    name = type(layer).__name__
    return LayerCase(f"{name}, {note}" if note else name, layer, shape, **more)


def _random(layer: layers.Layer) -> LayerCase:
    return _case(layer, training=False)


LAYERS: tuple[LayerCase, ...] = (
    _case(layers.Conv2D(5, 3)),
    _case(layers.Conv2D(5, (5, 4), 2, "same", activation="relu"), note="strides 2, same, ReLU"),
    _case(layers.Conv2D(5, 3, dilation_rate=2, use_bias=False), note="dilation 2"),
    _case(layers.Conv2D(6, 3, groups=2), (9, 8, 4), "two groups"),
    _case(layers.DepthwiseConv2D(3, 2, "same", 2), note="strides 2"),
    _case(layers.SeparableConv2D(5, 3, padding="same")),
    _case(layers.Conv2DTranspose(5, 3, 2, "same"), note="strides 2"),
    _case(layers.Dense(5), _ROW),
    _case(layers.Dense(5, activation="softmax"), _ROW, "softmax"),
    _case(layers.BatchNormalization(), note="images"),
    _case(layers.BatchNormalization(momentum=0.5), _ROW, "rows"),
    _case(layers.BatchNormalization(), note="inference", training=False),
    _case(layers.LayerNormalization()),
    _case(layers.GroupNormalization(2), (5, 4, 6)),
    _case(layers.UnitNormalization()),
    _case(layers.Normalization()),
    _case(layers.MaxPooling2D()),
    _case(layers.MaxPooling2D(3, 2, "same"), note="overlapping, same"),
    _case(layers.AveragePooling2D(3, 2, "same"), note="overlapping, same"),
    _case(layers.GlobalAveragePooling2D()),
    _case(layers.GlobalMaxPooling2D()),
    _case(layers.ZeroPadding2D(((1, 2), (0, 3)))),
    _case(layers.Cropping2D(((1, 2), (0, 3)))),
    _case(layers.CenterCrop(5, 6)),
    _case(layers.Resizing(18, 16, "nearest"), note="nearest"),
    _case(layers.UpSampling2D((2, 3))),
    _case(layers.Flatten()),
    _case(layers.Permute((2, 1, 3))),
    _case(layers.Reshape((3, -1, 8))),
    _case(layers.Rescaling(1 / 256, -0.5)),
    _case(layers.ReLU()),
    _case(layers.ReLU(1.125, 0.25, 0.125), note="bound, slope, threshold"),
    _case(layers.LeakyReLU(0.25)),
    _case(layers.PReLU(shared_axes=[1, 2])),
    _case(layers.ELU()),
    _case(layers.Softmax(), _ROW),
    *(_case(layers.Activation(name), note=name) for name in ("sigmoid", "tanh", "silu")),
    # TensorFlow rounds a constant of gelu to float32.
    _case(layers.Activation("gelu"), note="gelu", training=None),
    _case(layers.Add(), (_IMAGE, _IMAGE)),
    _case(layers.Subtract(), (_IMAGE, _IMAGE)),
    _case(layers.Multiply(), _STRETCHED, "stretched"),
    _case(layers.Average(), (_IMAGE, _IMAGE, _IMAGE), "three inputs"),
    _case(layers.Maximum(), _STRETCHED, "stretched"),
    _case(layers.Minimum(), _STRETCHED, "stretched"),
    _case(layers.Identity()),
    _case(layers.Concatenate(), (_IMAGE, (9, 8, 2))),
    _case(layers.InputLayer(_IMAGE), training=None),  # Keras's cannot be called
    _random(layers.Dropout(0.25)),
    _random(layers.SpatialDropout2D(0.25)),
    _random(layers.GaussianDropout(0.25)),
    _random(layers.AlphaDropout(0.25)),
    _random(layers.GaussianNoise(0.125)),
    _random(layers.RandomFlip()),
    _random(layers.RandomRotation(0.25)),
    _random(layers.RandomZoom(0.25)),
    _random(layers.RandomTranslation(0.25, 0.5)),
    _random(layers.RandomContrast(0.25)),
    _random(layers.RandomBrightness(0.25, (-4, 4))),
)


class LossCase(NamedTuple):
    """A loss, and how to draw what it compares.

    Attributes
    ----------
    name : str
    loss : Loss
    draw : callable
        From a Generator to ``(y_true, y_pred)``, five rows of three numbers.
    rounded : bool
        Whether Keras rounds a constant to float32, so that float64 cannot be compared.
    """

    name: str
    loss: losses.Loss
    draw: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
    rounded: bool = False


def _logits(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return np.eye(3)[rng.integers(0, 3, 5)], rng.normal(size=(5, 3))


def _probabilities(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    y_pred = rng.uniform(0.05, 0.95, (5, 3))
    return np.eye(3)[rng.integers(0, 3, 5)], y_pred / y_pred.sum(axis=1, keepdims=True)


def _labels(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = _probabilities(rng)
    return y_true.argmax(axis=1), y_pred


LOSSES: tuple[LossCase, ...] = (
    LossCase("CategoricalCrossentropy", losses.CategoricalCrossentropy(), _probabilities),
    LossCase(
        "CategoricalCrossentropy, logits, smoothing",
        losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.125),
        _logits,
    ),
    LossCase("SparseCategoricalCrossentropy", losses.SparseCategoricalCrossentropy(), _labels),
    LossCase("BinaryCrossentropy", losses.BinaryCrossentropy(), _probabilities),
    LossCase("BinaryCrossentropy, logits", losses.BinaryCrossentropy(from_logits=True), _logits),
    LossCase("CategoricalFocalCrossentropy", losses.CategoricalFocalCrossentropy(), _probabilities),
    LossCase("MeanSquaredError", losses.MeanSquaredError(), _logits),
    LossCase("MeanAbsoluteError", losses.MeanAbsoluteError(), _logits),
    LossCase("Huber", losses.Huber(0.5), _logits),
    LossCase("KLDivergence", losses.KLDivergence(), _probabilities),
    LossCase("Poisson", losses.Poisson(), _probabilities),
    LossCase("LogCosh", losses.LogCosh(), _logits, rounded=True),
    LossCase("CosineSimilarity", losses.CosineSimilarity(), _logits),
    LossCase("Hinge", losses.Hinge(), _logits),
    LossCase("SquaredHinge", losses.SquaredHinge(), _logits),
    LossCase("CategoricalHinge", losses.CategoricalHinge(), _logits),
)

#: Name of the class and its arguments.
OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.875}),
    ("SGD", {"momentum": 0.875, "nesterov": True}),
    ("Adam", {"beta_1": 0.875, "beta_2": 0.96875}),
    ("AdamW", {"beta_1": 0.875, "beta_2": 0.96875, "weight_decay": 0.125}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.875, "centered": True}),
    ("Adagrad", {"initial_accumulator_value": 0.125}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adamax", {"beta_1": 0.875, "beta_2": 0.96875}),
    ("Nadam", {"beta_1": 0.875, "beta_2": 0.96875}),
)

#: Schedules over some thirty steps.
SCHEDULES: tuple[schedules.LearningRateSchedule, ...] = (
    schedules.ExponentialDecay(0.125, 8, 0.75),
    schedules.InverseTimeDecay(0.125, 8, 0.5),
    schedules.PolynomialDecay(0.125, 16, 0.0625, 2.0),
    schedules.PiecewiseConstantDecay([8, 16], [0.5, 0.25, 0.125]),
    schedules.CosineDecay(0.0625, 16, 0.125, warmup_target=0.25, warmup_steps=8),
    schedules.CosineDecayRestarts(0.25, 8, 2.0, 0.5, 0.125),
)
