"""What schedules share: the step in, the rate out, in float32."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from minicnn.configurable import Configurable

__all__ = ["LearningRateSchedule", "f32", "of_steps"]

#: Keras computes schedules in float32, in training in float64 as well.
f32 = np.float32


class LearningRateSchedule(Configurable):
    """A learning rate as a function of the step."""

    keras_module = "keras.optimizers.schedules"

    def __call__(self, step: int) -> float:
        """Return the learning rate of the step after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")


def of_steps(rate: Callable[[Any, Any], float]) -> Callable[[Any, Any], Any]:
    """Let a schedule's ``__call__`` take an array of steps as well, as for a plot of the rates."""

    @wraps(rate)
    def of_each(self: Any, step: Any) -> Any:
        if np.ndim(step) == 0:
            return rate(self, step)
        rates = [rate(self, one) for one in np.ravel(step)]
        return np.array(rates, np.float32).reshape(np.shape(step))

    return of_each
