"""Steps of a plan of execution that stand for layers, and save passes over memory."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.normalize_rectify_pool import normalize_rectify_pool
from minicnn.kernels.training_block import (
    block_backward_sums,
    block_forward,
    block_input_gradient,
    tiles_image,
)
from minicnn.layers import BatchNormalization, Conv2D, Dropout, Layer, MaxPooling2D, ReLU
from minicnn.layers.checks import check_weights
from minicnn.layers.dropout import keep_mask, scale_of_kept
from minicnn.random import Key, as_key

__all__ = ["ConvolutionOfData", "NormalizeRectifyPool"]


class ConvolutionOfData:
    """A convolution of what the model is given: nobody asks for the derivative of that."""

    def __init__(self, layer: Conv2D) -> None:
        self.layer = layer

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        """Compute the layer."""
        return self.layer.forward(x, training=training, key=key)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[None, dict[str, np.ndarray]]:
        """Return the derivatives of the parameters alone."""
        return None, self.layer.weight_gradients(dy, cache)


class _Cache(NamedTuple):
    x: np.ndarray
    winner: np.ndarray
    peak: np.ndarray
    mean: np.ndarray  # (c,) float64, as the next two
    inverse_std: np.ndarray
    scale: np.ndarray
    factor: float
    geometry: Geometry


class NormalizeRectifyPool(Layer):
    """Batch normalisation, ReLU, max pooling and perhaps dropout; it shares their arrays.

    In inference they are one pass, in training as few as :mod:`~minicnn.kernels.training_block`
    needs. Outputs are bit-identical to those of the layers; derivatives differ in the order of the
    sums. If somebody changes the layers to what the kernels do not compute, they run one by one.
    """

    def __init__(
        self,
        normal: BatchNormalization,
        rectify: ReLU,
        pool: MaxPooling2D,
        drop: Dropout | None = None,
    ) -> None:
        self.layers = [normal, rectify, pool] if drop is None else [normal, rectify, pool, drop]
        super().__init__(name="+".join(layer.name for layer in self.layers))
        self.normal, self.rectify, self.pool, self.drop = normal, rectify, pool, drop
        self.build(normal.input_shape, np.random.default_rng(0))

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        """Set the output's shape to that of the pooling."""
        self.output_shape = self.pool.output_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, _Cache | list]:
        """Compute the layers."""
        geometry = self.pool.geometry(x)
        if not self.rectify.is_plain:
            return self._one_by_one(x, training=training, key=key)
        if not training:
            check_weights(self.normal)
            return normalize_rectify_pool(x, *self.normal.moving_map(), geometry), []
        if not (self.normal.trainable and tiles_image(geometry) and x.size):
            return self._one_by_one(x, training=training, key=key)
        check_weights(self.normal)
        x = np.ascontiguousarray(x)
        mean, inverse_std, scale, shift = self.normal.batch_map(x)
        keep, factor = self._dropout(len(x), key)
        y, winner, peak = block_forward(x, mean, scale, shift, keep, factor, geometry)
        return y, _Cache(x, winner, peak, mean, inverse_std, scale, factor, geometry)

    def backward(
        self, dy: np.ndarray, cache: _Cache | list
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the derivatives, (batch_normalization.4) to (batch_normalization.6)."""
        if isinstance(cache, list):
            grads: dict[str, np.ndarray] = {}
            for layer, own in zip(reversed(self.layers), reversed(cache), strict=True):
                dy, given = layer.backward(dy, own)
                grads |= given
            return dy, grads
        x, winner, peak, mean, inverse_std, scale, factor, geometry = cache
        dy = np.ascontiguousarray(dy)
        dbeta, dz_centred = block_backward_sums(dy, winner, peak, mean, factor)
        dgamma, rows = dz_centred * inverse_std, x.size // x.shape[3]
        constants = mean, scale, dbeta / rows, dgamma * inverse_std / rows
        dx = block_input_gradient(dy, x, winner, constants, factor, geometry)
        of_parameters = {"gamma": dgamma.astype(x.dtype), "beta": dbeta.astype(x.dtype)}
        return dx, {name: of_parameters[name] for name in self.normal.params}

    def _dropout(self, n: int, key: Key | None) -> tuple[np.ndarray | None, float]:
        """Return what is kept, and by what it is multiplied."""
        if self.drop is None or self.drop.rate == 0:
            return None, 1.0
        assert self.output_shape is not None
        keep = keep_mask(as_key(key, n), self.drop.rate, math.prod(self.output_shape))
        return keep, scale_of_kept(self.drop.rate)

    def _one_by_one(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, list]:
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x, training=training, key=key)
            caches.append(cache)
        return x, caches
