"""Averages of the weights: a smoother network than the one that makes the steps.

Steps of stochastic descent circle around a minimum; the mean of where they have been is nearer to
it. Derivation: docs/math/averaging.md. Source: Polyak & Juditsky 1992, "Acceleration of stochastic
approximation by averaging"; the exponential form as in Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["AVERAGE", "Averaged", "swap_averages", "update_average"]

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


class Averaged:
    """The averages of an optimizer; they are its slot "average"."""

    iterations: int
    slots: dict[str, dict[str, np.ndarray]]
    ema_momentum: float
    ema_overwrite_frequency: int | None
    averages_swapped: bool

    def average(self, params: Mapping[str, np.ndarray]) -> None:
        """Move the averages towards the parameters after a step."""
        for name, theta in params.items():
            # The first average is the parameter itself: nothing of the zeros stays in it.
            momentum = self.ema_momentum if self.iterations else 0.0
            update_average(self.slots[AVERAGE][name], theta, momentum)
        every = self.ema_overwrite_frequency
        if every is not None and (self.iterations + 1) % every == 0:
            self.finalize_variable_values(params)

    def swap_averages(self, params: Mapping[str, np.ndarray]) -> None:
        """Put the averages in the parameters' place, and these in theirs; undone by a second call.

        Steps in between would be taken from the averages.
        """
        swap_averages(self.slots.get(AVERAGE, {}), params)
        self.averages_swapped = not self.averages_swapped

    def finalize_variable_values(self, params: Mapping[str, np.ndarray]) -> None:
        """Set the parameters to their averages, in place, where averages are kept."""
        if self.averages_swapped:
            self.swap_averages(params)
        for name, average in self.slots.get(AVERAGE, {}).items():
            if name in params:  # a layer may have been frozen since
                params[name][...] = average
