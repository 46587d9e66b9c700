"""Softmax and cross-entropy in one step, from logits.

Together, the two need no quotient of small numbers: the loss is a difference of logarithms
and the gradient a difference of probabilities. Rows are computed in float64 for any dtype of the
arrays; results have the dtype of the logits.
"""

from __future__ import annotations

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.threads import run_blocks

__all__ = [
    "softmax_crossentropy",
    "softmax_crossentropy_backward",
    "softmax_crossentropy_backward_reference",
    "softmax_crossentropy_reference",
]

_BLOCK = 1 << 14  # numbers in a block: some tens of microseconds of work


def softmax_crossentropy_reference(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute :func:`softmax_crossentropy` as the formula is written."""
    shifted = np.subtract(x, np.max(x, axis=1, keepdims=True), dtype=np.float64)
    total = np.sum(np.exp(shifted), axis=1, keepdims=True)
    p = np.exp(shifted) / total
    loss = np.sum(y * (np.log(total) - shifted), axis=1)
    return loss.astype(x.dtype), p.astype(x.dtype)


def softmax_crossentropy_backward_reference(
    p: np.ndarray, y: np.ndarray, scale: np.ndarray
) -> np.ndarray:
    """Compute :func:`softmax_crossentropy_backward` as the formula is written."""
    mass = np.sum(y, axis=1, keepdims=True, dtype=np.float64)
    return (scale[:, None] * (mass * p - y)).astype(p.dtype)


@njit(cache=True, nogil=True, error_model="numpy")
def _forward(x, y, loss, p, start, stop):
    for i in range(start, stop):
        top = np.float64(x[i, 0])
        for j in range(1, x.shape[1]):
            # A NaN is skipped here, but it reappears through the exponentials.
            if x[i, j] > top:
                top = np.float64(x[i, j])
        total = 0.0
        for j in range(x.shape[1]):
            total += np.exp(x[i, j] - top)
        log_total = np.log(total)
        row = 0.0
        for j in range(x.shape[1]):
            shifted = x[i, j] - top
            p[i, j] = np.exp(shifted) / total
            row += y[i, j] * (log_total - shifted)
        loss[i] = row


@njit(cache=True, nogil=True)
def _backward(p, y, scale, dx, start, stop):
    for i in range(start, stop):
        mass = np.float64(0.0)
        for j in range(p.shape[1]):
            mass += y[i, j]
        for j in range(p.shape[1]):
            dx[i, j] = scale[i] * (mass * p[i, j] - y[i, j])


def softmax_crossentropy(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the cross-entropy of each row of logits, and its probabilities.

    With :math:`a_i = \max_j x_{ij}` and :math:`z_i = \sum_j e^{x_{ij} - a_i}`:

        p_ij   = exp(x_ij - a_i) / z_i                        (softmax_crossentropy.1)
        loss_i = sum_j y_ij (log z_i - (x_ij - a_i))          (softmax_crossentropy.2)

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (n, c)
        Logits.
    y : ndarray of x's dtype, shape (n, c)
        Target probabilities; a row need not sum to one.

    Returns
    -------
    loss : ndarray of x's dtype, shape (n,)
    p : ndarray of x's dtype, shape (n, c)
        The softmax of `x`, for the backward pass. A NaN in a row of `x` makes the whole row NaN.
    """
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    loss, p = np.empty(len(x), x.dtype), np.empty_like(x)
    run_blocks(
        lambda _, start, stop: _forward(x, y, loss, p, start, stop), len(x), _rows(x.shape[1])
    )
    return loss, p


def softmax_crossentropy_backward(p: np.ndarray, y: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Derivative of the rows' losses with respect to the logits.

        dx_ij = scale_i (p_ij sum_k y_ik - y_ij)              (softmax_crossentropy.3)

    Parameters
    ----------
    p, y : ndarray, shape (n, c)
        Probabilities and targets of the forward pass.
    scale : ndarray of float64, shape (n,)
        Derivative of the final number with respect to each row's loss.

    Returns
    -------
    ndarray of p's dtype, shape (n, c)
    """
    y, dx = np.ascontiguousarray(y), np.empty_like(p)
    run_blocks(
        lambda _, start, stop: _backward(p, y, scale, dx, start, stop), len(p), _rows(p.shape[1])
    )
    return dx


def _rows(classes: int) -> int:
    return max(1, _BLOCK // classes)
