"""Batch normalisation with known statistics, ReLU and max pooling in one pass.

Apart, the three write two images as large as the first one, which are read once and thrown away.
Together they read one and write what is left of it.
"""

import numpy as np

from minicnn.kernels.batch_normalization import normalize
from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.max_pooling2d import max_pool
from minicnn.kernels.memory import new_array
from minicnn.kernels.relu import rectify
from minicnn.kernels.threads import run_blocks

__all__ = ["normalize_rectify_pool", "normalize_rectify_pool_reference"]

#: Numbers read in one block of rows: a megabyte or two, many times the work of waking a thread.
BLOCK = 2**18


def normalize_rectify_pool_reference(
    x: np.ndarray, mean: np.ndarray, scale: np.ndarray, shift: np.ndarray, geometry: Geometry
) -> np.ndarray:
    """Give what :func:`normalize_rectify_pool` gives, one step after the other."""
    y, _ = rectify(normalize(x.reshape(-1, x.shape[3]), mean, scale, shift))
    return max_pool(y.reshape(x.shape), geometry)[0]


@njit(cache=True, nogil=True)
def _normalize_rectify_pool(x, mean, scale, shift, y, kernel, strides, before, start, stop):
    # Lines start to stop of the outputs of all images.
    _, h, w, c = x.shape
    _, oh, ow, _ = y.shape
    for line in range(start, stop):
        image, p = divmod(line, oh)
        top = max(p * strides[0] - before[0], 0)
        bottom = min(p * strides[0] - before[0] + kernel[0], h)
        for q in range(ow):
            left = max(q * strides[1] - before[1], 0)
            right = min(q * strides[1] - before[1] + kernel[1], w)
            for k in range(c):
                y[image, p, q, k] = 0
            for row in range(top, bottom):
                for column in range(left, right):
                    for k in range(c):
                        value = (x[image, row, column, k] - mean[k]) * scale[k] + shift[k]
                        # From 0 on, the largest number is that of the rectified ones, too.
                        wins = value > y[image, p, q, k] or value != value
                        y[image, p, q, k] = value if wins else y[image, p, q, k]


def normalize_rectify_pool(
    x: np.ndarray, mean: np.ndarray, scale: np.ndarray, shift: np.ndarray, geometry: Geometry
) -> np.ndarray:
    """Give the maximum of max(0, (x - mean) * scale + shift) in every window.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    mean, scale, shift : ndarray of float64, shape (c,)
    geometry : Geometry
        Of windows that each hold at least one pixel; its dilation is not used.

    Returns
    -------
    ndarray, shape (n, oh, ow, c)
        To the bit what the three steps give one after the other. NaN stays NaN.
    """
    x = np.ascontiguousarray(x)
    n, c, (oh, ow) = len(x), x.shape[3], geometry.output
    y = new_array((n, oh, ow, c), x.dtype)
    kernel, strides, before = geometry.kernel, geometry.strides, geometry.before

    def work(_: int, start: int, stop: int) -> None:
        _normalize_rectify_pool(x, mean, scale, shift, y, kernel, strides, before, start, stop)

    run_blocks(work, n * oh, max(1, BLOCK // (ow * kernel[0] * kernel[1] * c)))
    return y
