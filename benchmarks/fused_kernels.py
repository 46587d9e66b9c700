"""Kernels that stand for several layers, and their references, at the second convolution's size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.pairs import Pair, normal
from minicnn.kernels import normalize_rectify_pool as fused
from minicnn.kernels import training_block
from minicnn.kernels.conv2d import Geometry

__all__ = ["ROWS"]

_POOLING = Geometry((2, 2), (2, 2), (1, 1), (0, 0), (12, 12))


def _normalize_rectify_pool(n: int) -> Pair:
    x, constants = normal(n, 24, 24, 128), normal(3, 128).astype(np.float64)
    return Pair(
        lambda: fused.normalize_rectify_pool(x, *constants, _POOLING),
        lambda: fused.normalize_rectify_pool_reference(x, *constants, _POOLING),
    )


def _training_block(n: int) -> tuple[np.ndarray, tuple[np.ndarray, ...], np.ndarray]:
    x, constants = normal(n, 24, 24, 128), normal(3, 128).astype(np.float64)
    keep = np.random.default_rng(1).random((n, 12 * 12 * 128)) > 0.2
    return x, tuple(constants), keep


def _training_block_forward(n: int) -> Pair:
    x, constants, keep = _training_block(n)
    arguments, file = (x, *constants, keep, 1.25, _POOLING), training_block

    def kernel() -> tuple[np.ndarray, np.ndarray]:
        return file.block_forward(*arguments)[:2]

    return Pair(kernel, lambda: file.block_forward_reference(*arguments)[:2])


def _training_block_backward(n: int) -> Pair:
    (x, constants, keep), file = _training_block(n), training_block
    y, winner, peak = file.block_forward(x, *constants, keep, 1.25, _POOLING)
    mean, scale, shift = constants

    def kernel() -> list[np.ndarray]:
        sums = file.block_backward_sums(y, winner, peak, mean, 1.25)
        terms = mean, scale, shift, scale
        return [*sums, file.block_input_gradient(y, x, winner, terms, 1.25, _POOLING)]

    def reference() -> list[np.ndarray]:
        sums = file.block_backward_sums_reference(y, winner, peak, mean, 1.25)
        terms = mean, scale, shift, scale
        return [*sums, file.block_input_gradient_reference(y, x, winner, terms, 1.25, _POOLING)]

    return Pair(kernel, reference)


#: As in :mod:`benchmarks.kernels`.
ROWS: dict[str, Callable[[int], Pair]] = {
    "normalize_rectify_pool": _normalize_rectify_pool,
    "training_block, forward": _training_block_forward,
    "training_block, backward": _training_block_backward,
}
