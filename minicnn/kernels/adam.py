"""Adam's update in one pass over memory.

The update does a dozen operations on four numbers per weight, so its cost is in reading and
writing memory. NumPy passes over the arrays once per operation; the loop below passes once.
"""

from __future__ import annotations

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.threads import run_blocks

__all__ = ["adam", "adam_reference"]

_BLOCK = 1 << 16  # numbers of each array in a block: four float32 arrays of 256 KiB


def adam_reference(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    *,
    alpha: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    """Compute :func:`adam` as the formula is written, for arrays of any strides."""
    as_dtype = theta.dtype.type
    m += (g - m) * as_dtype(1 - beta_1)
    v += (g * g - v) * as_dtype(1 - beta_2)
    theta -= m * as_dtype(alpha) / (np.sqrt(v) + as_dtype(epsilon))


@njit(cache=True, nogil=True, error_model="numpy")
def _adam(theta, g, m, v, alpha, rate_1, rate_2, epsilon, start, stop):
    # With indices that start at zero, LLVM knows that none is negative and vectorises the loop.
    theta, g, m, v = theta[start:stop], g[start:stop], m[start:stop], v[start:stop]
    for i in range(theta.size):
        m[i] += (g[i] - m[i]) * rate_1
        v[i] += (g[i] * g[i] - v[i]) * rate_2
        theta[i] -= m[i] * alpha / (np.sqrt(v[i]) + epsilon)


def adam(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    *,
    alpha: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    """Update the two moments of the gradient and the parameter, in place.

        m     += (1 - beta_1) (g - m)                         (adam.1)
        v     += (1 - beta_2) (g^2 - v)                       (adam.2)
        theta -= alpha m / (sqrt(v) + epsilon)                (adam.3)

    Parameters
    ----------
    theta, g, m, v : ndarray of one dtype, float32 or float64, and one shape
        Parameter, its gradient, first and second moment. `g` is left untouched.
    alpha : float
        Step size, corrected for the bias of the moments, (adam.4).
    beta_1, beta_2 : float
        Decay rates of the moments.
    epsilon : float
        Keeps the quotient finite if the gradient has always been zero.

    Notes
    -----
    All arithmetic is in the dtype of the arrays and in the order of the reference, so both give
    bit-identical results.

    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", section 2.
    """
    if not all(array.flags.c_contiguous for array in (theta, m, v)):
        # Only a contiguous array has a flat view to write through.
        rates = {"alpha": alpha, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
        adam_reference(theta, g, m, v, **rates)
        return
    as_dtype = theta.dtype.type
    theta, m, v = theta.reshape(-1), m.reshape(-1), v.reshape(-1)
    g = np.ascontiguousarray(g.reshape(-1))
    step, rate_1, rate_2 = as_dtype(alpha), as_dtype(1 - beta_1), as_dtype(1 - beta_2)
    small = as_dtype(epsilon)
    run_blocks(
        lambda _, start, stop: _adam(theta, g, m, v, step, rate_1, rate_2, small, start, stop),
        theta.size,
        _BLOCK,
    )
