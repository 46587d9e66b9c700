"""Mean and variance of data that come in parts, each of which is seen once.

Derivation: docs/math/normalization.md. Source: Chan, Golub, LeVeque 1979, "Updating formulae and a
pairwise algorithm for computing sample variances".
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

__all__ = ["Moments", "moments_of"]

#: Numbers of one block: 8 MiB in float64.
_BLOCK = 1 << 20


class Moments(NamedTuple):
    """Count, mean and sum of squared deviations.

    Attributes
    ----------
    count : int
        How many numbers each mean is of.
    mean, squares : ndarray of float64
        One number for each index of the axes that are kept.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody misses here
    mean: np.ndarray
    squares: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """Mean squared deviation."""
        return self.squares / self.count

    def merged(self, other: Moments) -> Moments:
        r"""Return the moments of both parts together.

        .. math:: \delta = \mu_b - \mu_a, \quad \mu = \mu_a + \frac{n_b}{n} \delta, \quad
                  M = M_a + M_b + \frac{n_a n_b}{n} \delta^2 \tag{normalization.4}

        with n = n_a + n_b numbers, and M the sum of the squared deviations from the mean.
        """
        count = self.count + other.count
        delta = other.mean - self.mean
        mean = self.mean + delta * (other.count / count)
        between = np.square(delta) * (self.count * (other.count / count))
        return Moments(count, mean, self.squares + other.squares + between)


def moments_of(x: np.ndarray, axes: tuple[int, ...]) -> Moments:
    """Return the moments over some axes, computed in float64.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
        At least one number; any dtype of numbers.
    axes : tuple of int
        The axes to take the means over; the first one is among them.
    """
    rows = max(1, _BLOCK // max(1, math.prod(x.shape[1:])))
    whole = None
    for start in range(0, len(x), rows):
        block = x[start : start + rows].astype(np.float64)
        mean = block.mean(axis=axes, keepdims=True)
        squares = np.square(block - mean).sum(axis=axes)
        count = math.prod(block.shape[axis] for axis in axes)
        part = Moments(count, mean.squeeze(axes), squares)
        whole = part if whole is None else whole.merged(part)
    assert whole is not None
    return whole
