"""Training twice, here and in Keras on TensorFlow: the same weights, batches and dropout masks.

Two correct libraries part slowly, because each rounds in its own order and every step starts from
the rounded weights of the last. In float64 they stay together for hundreds of steps; a mistake
as small as a wrong epsilon shows at the first. In float32 rounding alone grows to visible size.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.checking.against_tensorflow import keras_twin, require_keras
from minicnn.data.batches import Batch
from minicnn.layers import BatchNormalization
from minicnn.layers.dropout import Dropout, keep_mask
from minicnn.optimizers import Adam
from minicnn.random import Key, as_key

__all__ = ["TOLERANCE", "Trajectory", "follow"]

#: Of a float64 run.
TOLERANCE = 1e-8
#: Keras keeps a learning rate in float32, in a float64 model as well.
_RATE = float(np.float32(0.001))


@dataclass(frozen=True)
class Trajectory:
    """How two trainings part.

    Attributes
    ----------
    dtype : str
    layers : list of str
        Names of the layers that have weights.
    losses : ndarray, shape (steps, 2)
        Loss of every step, here and in Keras.
    divergence : ndarray, shape (steps, number of layers)
        After every step, the largest difference of two weights or statistics of a layer, relative
        to the largest of that layer.
    """

    dtype: str
    layers: list[str]
    losses: np.ndarray
    divergence: np.ndarray

    @property
    def largest(self) -> float:
        """The largest divergence of any layer at any step."""
        return float(np.max(self.divergence))

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers, for JSON."""
        rounded = [[float(f"{one:.3g}") for one in row] for row in self.divergence.T]
        named = zip(self.layers, rounded, strict=True)
        losses = dict(zip(("minicnn", "keras"), self.losses.T.tolist(), strict=True))
        return {"dtype": self.dtype, "losses": losses, "divergence": dict(named)}


def follow(
    model: Any,
    x: np.ndarray,
    y: np.ndarray,
    *,
    dtype: str,
    steps: int,
    batch_size: int,
) -> Trajectory:
    """Train copies of a model in both libraries with Adam and the categorical cross-entropy.

    Parameters
    ----------
    model : Model
        Built; untouched. Its random layers must be of the class Dropout.
    x, y : ndarray, shape (n, ...)
        Samples, taken in their order and again from the first, and one-hot targets.
    dtype : {"float32", "float64"}
    steps, batch_size : int
    """
    model = copy.deepcopy(model).astype(dtype)
    model.compile(Adam(_RATE), "categorical_crossentropy")
    twin, masks = _twin(model, batch_size)
    keras_step = _keras_step(twin)
    losses, divergence = [], []
    for step in range(steps):
        indices = np.arange(step * batch_size, (step + 1) * batch_size) % len(x)
        batch = Batch(x[indices].astype(dtype), y[indices].astype(dtype), None, indices)
        for mask, factor in _factors(model, step, indices):
            masks[mask].assign(factor.astype(dtype))
        ours, _ = model.train_step(batch)
        losses.append((ours, float(keras_step(batch.x, batch.y))))
        divergence.append(dict(_divergence(model, twin)))
    names = list(divergence[0])
    table = np.array([[row[name] for name in names] for row in divergence])
    return Trajectory(dtype, names, np.array(losses), table)


def _twin(model: Any, batch_size: int) -> tuple[Any, dict[str, Any]]:
    """Return Keras's model, in which every dropout multiplies by a variable, and the variables."""
    require_keras()
    import tensorflow as tf

    twin, masks = keras_twin(model), {}
    for layer in twin.layers:
        if type(layer).__name__ == "Dropout":
            ones = tf.ones((batch_size, *layer.output.shape[1:]), layer.compute_dtype)
            masks[layer.name] = tf.Variable(ones, trainable=False)
            layer.call = _times(masks[layer.name])
    return twin, masks


def _times(mask: Any) -> Callable[..., Any]:
    def call(inputs: Any, training: bool = False) -> Any:
        return inputs * mask if training else inputs

    return call


def _factors(model: Any, step: int, indices: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Return what every dropout multiplies by in a step: 0 or 1 / (1 - rate)."""
    for call in model.graph.steps:
        layer = call.layer
        if isinstance(layer, Dropout):
            key = as_key(Key(model.seed, step, indices, call.stream), len(indices))
            keep = keep_mask(key, layer.rate, math.prod(layer.input_shape))
            yield layer.name, keep.reshape(-1, *layer.input_shape) / (1 - layer.rate)


def _keras_step(twin: Any) -> Callable[[Any, Any], Any]:
    """Return a training step; Keras's own rounds data and loss to float32 in any model."""
    keras = require_keras()
    import tensorflow as tf

    optimizer, variables = keras.optimizers.Adam(_RATE), twin.trainable_variables
    optimizer.build(variables)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            rows = keras.losses.categorical_crossentropy(y, twin(x, training=True))
            loss = tf.reduce_mean(rows)
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return step


def _divergence(model: Any, twin: Any) -> Iterator[tuple[str, float]]:
    """Yield how far the arrays of every layer are apart, relative to its largest number.

    A bias before a batch normalisation is left out. It changes nothing but the moving mean, which
    is compared: its gradient is zero but for rounding, which Adam divides by 1e-7, so it wanders.
    """
    theirs = {layer.name: layer for layer in twin.layers}
    for layer, after in zip(model.layers, [*model.layers[1:], None], strict=True):
        ours = layer.params | layer.state
        if isinstance(after, BatchNormalization):
            ours.pop("bias", None)
        if ours:
            other = {v.name: v.numpy() for v in theirs[layer.name].weights if v.name in ours}
            # np.max keeps NaN; max drops one that is not first.
            size = np.max([np.max(np.abs(array)) for array in other.values()])
            apart = np.max([np.max(np.abs(ours[name] - array)) for name, array in other.items()])
            yield layer.name, float(apart / size)
