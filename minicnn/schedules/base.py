"""What schedules share: the step in, the rate out, in float32."""

from __future__ import annotations

import numpy as np

from minicnn.configurable import Configurable

__all__ = ["LearningRateSchedule", "f32"]

#: Keras computes schedules in float32, in training in float64 as well.
f32 = np.float32


class LearningRateSchedule(Configurable):
    """A learning rate as a function of the step."""

    keras_module = "keras.optimizers.schedules"

    def __call__(self, step: int) -> float:
        """Return the learning rate of the step after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")
