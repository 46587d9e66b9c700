"""Scale what is kept and zero what is dropped: dropout forward and backward are this one loop."""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = ["scale_kept", "scale_kept_reference"]


def scale_kept_reference(x: np.ndarray, keep: np.ndarray, scale: float) -> np.ndarray:
    """(dropout.1) in one line of NumPy."""
    return np.where(keep, x * x.dtype.type(scale), x.dtype.type(0))


#: Numbers in one block of samples: a megabyte or two, many times the work of waking a thread.
BLOCK = 2**18


@njit(cache=True, nogil=True)
def _scale_kept(x, keep, scale, y):
    # All (n, size); a dropped NaN is dropped.
    for row in range(x.shape[0]):
        for i in range(x.shape[1]):
            y[row, i] = x[row, i] * scale if keep[row, i] else 0


def scale_kept(x: np.ndarray, keep: np.ndarray, scale: float) -> np.ndarray:
    """Give ``x * scale`` where `keep` (bool, shape (n, size)) is set and 0 elsewhere."""
    rows = np.ascontiguousarray(x).reshape(keep.shape)
    y = new_array(rows.shape, rows.dtype)
    factor = x.dtype.type(scale)

    def work(_: int, start: int, stop: int) -> None:
        _scale_kept(rows[start:stop], keep[start:stop], factor, y[start:stop])

    run_blocks(work, len(rows), max(1, BLOCK // keep.shape[1]))
    return y.reshape(x.shape)
