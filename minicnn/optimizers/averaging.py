"""Averages of the weights: a smoother network than the one that makes the steps.

Steps of stochastic descent circle around a minimum; the mean of where they have been is nearer to
it. Derivation: docs/math/averaging.md. Source: Polyak & Juditsky 1992, "Acceleration of stochastic
approximation by averaging"; the exponential form as in Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["AVERAGE", "swap_averages", "update_average"]

#: Name of the averages among an optimizer's slots.
AVERAGE = "average"


def update_average(average: np.ndarray, theta: np.ndarray, momentum: Any) -> None:
    r"""Move an exponential moving average towards a parameter, in place.

    .. math:: a \leftarrow \mu a + (1 - \mu) \theta \tag{averaging.1}

    Parameters
    ----------
    average, theta : ndarray of one shape and dtype
        The a and the theta of the formula.
    momentum : float
        The mu: what a keeps of itself, from 0 to 1.
    """
    keep = theta.dtype.type(momentum)
    average *= keep
    average += (theta.dtype.type(1) - keep) * theta


def swap_averages(averages: Mapping[str, np.ndarray], params: Mapping[str, np.ndarray]) -> None:
    """Put averages into the parameters' arrays, and the parameters into those of the averages."""
    for name, average in averages.items():
        if name in params:  # a layer may have been frozen since
            kept = params[name].copy()
            params[name][...] = average
            average[...] = kept
