"""Batch normalisation, ReLU, max pooling and dropout of a training step, in few passes.

Apart, the four layers read and write images of full size more than ten times. What follows from
one number of the pooled image fits into a byte: which pixel of the window it came from, or that
no derivative goes back, because ReLU or dropout has set it to zero. With that byte, forward reads
the image once after its statistics, and backward reads it twice and writes its derivative once.

Windows must tile the image: the step between them is their size. Derivation of each step:
docs/math/batch_normalization.md, relu.md, max_pooling2d.md, dropout.md.
"""

import numpy as np

from minicnn.kernels.batch_normalization import input_gradient, normalize
from minicnn.kernels.cache import njit
from minicnn.kernels.column_sums import BLOCK, sum_blocks
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.dropout import scale_kept
from minicnn.kernels.max_pooling2d import max_pool, max_pool_backward
from minicnn.kernels.memory import new_array
from minicnn.kernels.relu import rectify, select
from minicnn.kernels.threads import run_blocks

__all__ = [
    "block_backward_sums",
    "block_backward_sums_reference",
    "block_forward",
    "block_forward_reference",
    "block_input_gradient",
    "block_input_gradient_reference",
    "tiles_image",
]

#: The byte of a number that passes no derivative back.
NONE = 255


def tiles_image(geometry: Geometry) -> bool:
    """Whether every pixel is in one window at most, and a byte can count a window's pixels."""
    kernel, strides, _, before, _ = geometry
    return kernel == strides and before == (0, 0) and kernel[0] * kernel[1] < NONE


def block_forward_reference(
    x: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    shift: np.ndarray,
    keep: np.ndarray | None,
    factor: float,
    geometry: Geometry,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give what :func:`block_forward` gives, one layer after the other."""
    normal = normalize(x.reshape(-1, x.shape[3]), mean, scale, shift).reshape(x.shape)
    rectified, _ = rectify(normal)
    y, pixel = max_pool(rectified, geometry)
    (kh, kw), w = geometry.kernel, x.shape[2]
    winner = np.where(y > 0, pixel // w % kh * kw + pixel % w % kw, NONE)
    if keep is not None:
        winner = np.where(keep.reshape(y.shape), winner, NONE)
        y = scale_kept(y, keep, factor)
    n, c = len(x), x.shape[3]
    peak = np.take_along_axis(x.reshape(n, -1, c), pixel.reshape(n, -1, c), axis=1)
    return y, winner.astype(np.uint8), peak.reshape(y.shape)


def _derivative_of_normal(
    dy: np.ndarray, winner: np.ndarray, factor: float, shape: tuple[int, ...], geometry: Geometry
) -> np.ndarray:
    """Give the derivative for the normalised image, by the layers' own steps; (m, c)."""
    (kh, kw), (_, h, w, c) = geometry.kernel, shape
    lost = winner == NONE
    down, across = np.divmod(np.where(lost, 0, winner), kw)
    p, q = np.ogrid[: dy.shape[1], : dy.shape[2]]
    pixel = (p[..., None] * kh + down) * w + q[..., None] * kw + across
    given = scale_kept(dy, ~lost.reshape(len(dy), -1), factor)
    return max_pool_backward(select(given, ~lost, 0.0), pixel, (len(dy), h, w, c)).reshape(-1, c)


def block_backward_sums_reference(
    dy: np.ndarray, winner: np.ndarray, peak: np.ndarray, mean: np.ndarray, factor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give what :func:`block_backward_sums` gives, in NumPy."""
    dz = np.where(winner == NONE, 0, dy * dy.dtype.type(factor)).astype(np.float64)
    centred = np.where(winner == NONE, mean, peak) - mean
    return dz.sum(axis=(0, 1, 2)), (dz * centred).sum(axis=(0, 1, 2))


def block_input_gradient_reference(
    dy: np.ndarray,
    x: np.ndarray,
    winner: np.ndarray,
    constants: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    factor: float,
    geometry: Geometry,
) -> np.ndarray:
    """Give what :func:`block_input_gradient` gives, one layer after the other."""
    dz = _derivative_of_normal(dy, winner, factor, x.shape, geometry)
    return input_gradient(dz, x.reshape(dz.shape), *constants).reshape(x.shape)


@njit(cache=True, nogil=True)
def _forward(x, mean, scale, shift, keep, factor, kernel, y, winner, peak, start, stop):
    # Lines start to stop of the outputs of all images; keep is empty without dropout.
    _, h, w, c = x.shape
    _, oh, ow, _ = y.shape
    values = np.empty(c, x.dtype)
    for line in range(start, stop):
        image, p = divmod(line, oh)
        for q in range(ow):
            best, place, top = y[image, p, q], winner[image, p, q], peak[image, p, q]
            for k in range(c):
                best[k] = 0
                place[k] = NONE
            for row in range(p * kernel[0], min((p + 1) * kernel[0], h)):
                for column in range(q * kernel[1], min((q + 1) * kernel[1], w)):
                    number = np.uint8((row - p * kernel[0]) * kernel[1] + column - q * kernel[1])
                    pixel = x[image, row, column]
                    for k in range(c):
                        values[k] = (pixel[k] - mean[k]) * scale[k] + shift[k]
                    for k in range(c):
                        # The first maximum stays. A NaN wins and stays; ReLU sends nothing back
                        # through it.
                        odd = values[k] != values[k] and best[k] == best[k]
                        wins = values[k] > best[k]
                        place[k] = number if wins else (np.uint8(NONE) if odd else place[k])
                        best[k] = values[k] if wins or odd else best[k]
                    for k in range(c):
                        value, before = pixel[k], top[k]
                        top[k] = value if place[k] == number else before
            if keep.size:
                kept = keep[image, p, q]
                for k in range(c):
                    best[k] = best[k] * factor if kept[k] else 0
                    place[k] = place[k] if kept[k] else np.uint8(NONE)


@njit(cache=True, nogil=True)
def _add_sums(dy, winner, peak, mean, factor, plain, centred):
    # All (m, c); plain and centred (c,) float64.
    for row in range(dy.shape[0]):
        given, place, pixel = dy[row], winner[row], peak[row]
        for k in range(dy.shape[1]):
            # All is loaded before the choice, so that the loop has no branch.
            passes, dz, distance = place[k] != NONE, given[k] * factor, pixel[k] - mean[k]
            plain[k] += dz if passes else 0
            centred[k] += dz * distance if passes else 0


@njit(cache=True, nogil=True)
def _input_gradient(dy, x, winner, mean, scale, constant, slope, factor, kernel, dx, start, stop):
    # Lines start to stop of the pixels of all images.
    _, h, w, c = x.shape
    _, oh, ow, _ = dy.shape
    for line in range(start, stop):
        image, row = divmod(line, h)
        p = row // kernel[0]
        for column in range(w):
            q = column // kernel[1]
            pixel, out = x[image, row, column], dx[image, row, column]
            if p < oh and q < ow:
                number = np.uint8((row - p * kernel[0]) * kernel[1] + column - q * kernel[1])
                given, place = dy[image, p, q], winner[image, p, q]
                for k in range(c):
                    dz = given[k] * factor
                    dz = dz if place[k] == number else 0
                    out[k] = scale[k] * (dz - constant[k] - (pixel[k] - mean[k]) * slope[k])
            else:
                for k in range(c):
                    out[k] = scale[k] * (-constant[k] - (pixel[k] - mean[k]) * slope[k])


def block_forward(
    x: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    shift: np.ndarray,
    keep: np.ndarray | None,
    factor: float,
    geometry: Geometry,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the pooled and dropped-out maximum of max(0, (x - mean) * scale + shift).

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    mean, scale, shift : ndarray of float64, shape (c,)
    keep : ndarray of bool, shape (n, oh * ow * c), or None
        What dropout keeps; None without dropout.
    factor : float
        By what dropout multiplies it.
    geometry : Geometry
        Of windows that :func:`tiles_image`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, c)
        To the bit what the layers give one after the other.
    winner : ndarray of uint8, the shape of y
        Which pixel of its window a number came from, ``row * kw + column``; 255 for one that
        passes no derivative back.
    peak : ndarray, the shape of y
        The x of that pixel; anything where there is none.
    """
    n, w, c, (oh, ow) = len(x), x.shape[2], x.shape[3], geometry.output
    y = new_array((n, oh, ow, c), x.dtype)
    winner, peak = new_array(y.shape, np.dtype(np.uint8)), new_array(y.shape, x.dtype)
    kept = np.empty((0, 0, 0, 0), bool) if keep is None else keep.reshape(y.shape)
    constants = mean, scale, shift, kept, x.dtype.type(factor), geometry.kernel

    def work(_: int, start: int, stop: int) -> None:
        _forward(x, *constants, y, winner, peak, start, stop)

    run_blocks(work, n * oh, max(1, BLOCK // (geometry.kernel[0] * w * c)))
    return y, winner, peak


def block_backward_sums(
    dy: np.ndarray, winner: np.ndarray, peak: np.ndarray, mean: np.ndarray, factor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Sums over all pixels of dz and of dz * (x - mean), dz the derivative after normalising.

    Only a pixel that won its window has a dz, so nothing of full size is read.

    Returns
    -------
    Two arrays (c,) in float64.
    """
    c, scale = dy.shape[-1], dy.dtype.type(factor)
    given, place, pixel = (array.reshape(-1, c) for array in (dy, winner, peak))

    def add(a: int, b: int, totals: np.ndarray) -> None:
        _add_sums(given[a:b], place[a:b], pixel[a:b], mean, scale, totals[0], totals[1])

    sums = sum_blocks(add, len(given), c, 2)
    return sums[0], sums[1]


def block_input_gradient(
    dy: np.ndarray,
    x: np.ndarray,
    winner: np.ndarray,
    constants: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    factor: float,
    geometry: Geometry,
) -> np.ndarray:
    """Give ``scale * (dz - constant - (x - mean) * slope)``, as in (batch_normalization.6).

    `constants` are mean, scale, constant and slope, each (c,) in float64.
    """
    n, h, w, c = x.shape
    dx = new_array(x.shape, x.dtype)
    rest = x.dtype.type(factor), geometry.kernel, dx

    def work(_: int, start: int, stop: int) -> None:
        _input_gradient(dy, x, winner, *constants, *rest, start, stop)

    run_blocks(work, n * h, max(1, BLOCK // (w * c)))
    return dx
