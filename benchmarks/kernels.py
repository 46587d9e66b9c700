"""Every fast kernel and its readable reference on the same arrays.

The sizes are those of the documented network's layers, for any number of images. A row is named
after the kernel's file and what it does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks import fused_kernels, image_kernels, point_kernels
from benchmarks.pairs import Pair, normal
from minicnn.kernels import adam as adam_file
from minicnn.kernels import (
    average_pooling2d,
    column_sums,
    conv2d,
    conv2d_direct,
    conv2d_fft,
    dropout,
    max_pooling2d,
    random,
    relu,
)
from minicnn.kernels import batch_normalization as bn
from minicnn.kernels import softmax_crossentropy as loss
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.fourier import fourier
from minicnn.kernels.matmul import matmul

__all__ = ["ROWS", "Pair"]


#: The second convolution: 5x5 filters, from 64 channels to 128, on 24 x 24 pixels.
_CONVOLUTION = Geometry((5, 5), (1, 1), (1, 1), (2, 2), (24, 24))
_POOLING = Geometry((2, 2), (2, 2), (1, 1), (0, 0), (12, 12))
_PLACE = {"seed": 1, "purpose": 2, "step": 3, "layer": 4}
_RATES = {"alpha": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
_EPSILON = 1e-3


def _adam(_: int) -> Pair:
    def steps(update: Callable[..., None]) -> Callable[[], list[np.ndarray]]:
        # In place, so each version has arrays of its own.
        theta, g = normal(2, 4608, 512)
        arrays = [theta, g, np.zeros_like(g), np.zeros_like(g)]

        def step() -> list[np.ndarray]:
            update(*arrays, **_RATES)
            return arrays

        return step

    return Pair(steps(adam_file.adam), steps(adam_file.adam_reference))


def _average_pool(n: int) -> Pair:
    x, file = normal(n, 24, 24, 128), average_pooling2d
    return Pair(
        lambda: file.average_pool(x, _POOLING), lambda: file.average_pool_reference(x, _POOLING)
    )


def _average_pool_backward(n: int) -> Pair:
    dy, shape, file = normal(n, 12, 12, 128), (n, 24, 24, 128), average_pooling2d
    return Pair(
        lambda: file.average_pool_backward(dy, shape, _POOLING),
        lambda: file.average_pool_backward_reference(dy, shape, _POOLING),
    )


def _batch_normalization(n: int) -> Pair:
    x, (gamma, beta) = normal(n * 24 * 24, 128), normal(2, 128)

    def kernel() -> np.ndarray:
        mean, variance = bn.mean_and_variance(x)
        scale = gamma / np.sqrt(variance + _EPSILON)
        return bn.normalize(x, mean, scale, beta.astype(np.float64))

    return Pair(kernel, lambda: bn.normalize_reference(x, gamma, beta, _EPSILON))


def _batch_normalization_backward(n: int) -> Pair:
    (x, dy), gamma = normal(2, n * 24 * 24, 128), normal(128)

    def kernel() -> tuple[np.ndarray, ...]:
        mean, variance = bn.mean_and_variance(x)
        per_std = 1 / np.sqrt(variance + _EPSILON)
        dbeta, dy_centred = bn.backward_sums(dy, x, mean)
        dgamma = dy_centred * per_std
        slope = dgamma * per_std / len(x)
        dx = bn.input_gradient(dy, x, mean, gamma * per_std, dbeta / len(x), slope)
        return dx, dgamma, dbeta

    return Pair(kernel, lambda: bn.backward_reference(dy, x, gamma, _EPSILON))


def _column_sums(n: int) -> Pair:
    x = normal(n * 24 * 24, 128)
    return Pair(lambda: column_sums.column_sums(x), lambda: column_sums.column_sums_reference(x))


def _convolution(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw x, w, and dy."""
    return normal(n, 24, 24, 64), normal(5, 5, 64, 128), normal(n, 24, 24, 128)


def _conv2d(n: int) -> Pair:
    x, w, _ = _convolution(n)
    return Pair(
        lambda: conv2d.conv2d_im2col(x, w, _CONVOLUTION),
        lambda: conv2d.conv2d_reference(x, w, _CONVOLUTION),
    )


def _conv2d_backward(n: int) -> Pair:
    x, w, dy = _convolution(n)
    return Pair(
        lambda: conv2d.conv2d_im2col_backward(dy, x, w, _CONVOLUTION),
        lambda: conv2d.conv2d_backward_reference(dy, x, w, _CONVOLUTION),
    )


def _conv2d_direct(n: int) -> Pair:
    x, w, _ = _convolution(n)
    return Pair(
        lambda: conv2d_direct.conv2d_direct(x, w, _CONVOLUTION),
        lambda: conv2d_direct.conv2d_direct_reference(x, w, _CONVOLUTION),
    )


def _conv2d_fft(n: int) -> Pair:
    x, w, _ = _convolution(n)
    maps = fourier(_CONVOLUTION, x.shape[1:3])

    def kernel() -> np.ndarray:
        return conv2d_fft.conv2d_fft(x, w, None, _CONVOLUTION, maps)[0]

    return Pair(kernel, lambda: conv2d_fft.conv2d_fft_reference(x, w, _CONVOLUTION))


def _conv2d_fft_backward(n: int) -> Pair:
    x, w, dy = _convolution(n)
    maps = fourier(_CONVOLUTION, x.shape[1:3])

    def kernel() -> tuple[np.ndarray, ...]:
        # The reference transforms x and w, too: nothing is taken from a forward pass.
        points = None, conv2d_fft.filter_points(w, maps)
        return conv2d_fft.conv2d_fft_backward(dy, x, w, points, maps)

    return Pair(kernel, lambda: conv2d_fft.conv2d_fft_backward_reference(dy, x, w, _CONVOLUTION))


def _dropout(n: int) -> Pair:
    x = normal(n, 24 * 24 * 64)
    keep = np.random.default_rng(1).random(x.shape) > 0.2
    return Pair(
        lambda: dropout.scale_kept(x, keep, 1.25),
        lambda: dropout.scale_kept_reference(x, keep, 1.25),
    )


def _matmul(n: int) -> Pair:
    a, b = normal(n, 4608), normal(4608, 512)
    return Pair(lambda: matmul(a, b), lambda: a @ b)


def _max_pool(n: int) -> Pair:
    x, file = normal(n, 24, 24, 128), max_pooling2d
    return Pair(lambda: file.max_pool(x, _POOLING), lambda: file.max_pool_reference(x, _POOLING))


def _max_pool_backward(n: int) -> Pair:
    x, file = normal(n, 24, 24, 128), max_pooling2d
    dy, winner = file.max_pool(x, _POOLING)
    return Pair(
        lambda: file.max_pool_backward(dy, winner, x.shape),
        lambda: file.max_pool_backward_reference(dy, winner, x.shape),
    )


def _random_bits(n: int) -> Pair:
    samples = np.arange(n)
    return Pair(
        lambda: random.random_bits(512, samples, **_PLACE),
        lambda: random.random_bits_reference(512, samples, **_PLACE),
    )


def _standard_normal(n: int) -> Pair:
    arguments = 512, np.arange(n), np.dtype(np.float32)
    return Pair(
        lambda: random.standard_normal(*arguments, **_PLACE),
        lambda: random.standard_normal_reference(*arguments, **_PLACE),
    )


def _rectify(n: int) -> Pair:
    x = normal(n, 24, 24, 128)
    return Pair(lambda: relu.rectify(x), lambda: relu.rectify_reference(x))


def _select(n: int) -> Pair:
    dy, x = normal(2, n, 24, 24, 128)
    above = x > 0
    return Pair(lambda: relu.select(dy, above, 0.0), lambda: relu.select_reference(dy, above, 0.0))


def _softmax_crossentropy(n: int) -> Pair:
    x, y = normal(n, 7), np.eye(7, dtype=np.float32)[np.arange(n) % 7]
    return Pair(
        lambda: loss.softmax_crossentropy(x, y), lambda: loss.softmax_crossentropy_reference(x, y)
    )


def _softmax_crossentropy_backward(n: int) -> Pair:
    x, y, scale = normal(n, 7), np.eye(7, dtype=np.float32)[np.arange(n) % 7], np.full(n, 1 / n)
    _, p = loss.softmax_crossentropy(x, y)
    return Pair(
        lambda: loss.softmax_crossentropy_backward(p, y, scale),
        lambda: loss.softmax_crossentropy_backward_reference(p, y, scale),
    )


#: What makes a pair for so many images, by "file, what it does".
ROWS: dict[str, Callable[[int], Pair]] = (
    {
        "adam, a step": _adam,
        "average_pooling2d, forward": _average_pool,
        "average_pooling2d, backward": _average_pool_backward,
        "batch_normalization, forward": _batch_normalization,
        "batch_normalization, backward": _batch_normalization_backward,
        "column_sums": _column_sums,
        "conv2d, forward": _conv2d,
        "conv2d, backward": _conv2d_backward,
        "conv2d_direct, forward": _conv2d_direct,
        "conv2d_fft, forward": _conv2d_fft,
        "conv2d_fft, backward": _conv2d_fft_backward,
        "dropout": _dropout,
        "matmul": _matmul,
        "max_pooling2d, forward": _max_pool,
        "max_pooling2d, backward": _max_pool_backward,
        "random, bits": _random_bits,
        "random, normal numbers": _standard_normal,
        "relu, forward": _rectify,
        "relu, backward": _select,
        "softmax_crossentropy, forward": _softmax_crossentropy,
        "softmax_crossentropy, backward": _softmax_crossentropy_backward,
    }
    | image_kernels.ROWS
    | fused_kernels.ROWS
    | point_kernels.ROWS
)
