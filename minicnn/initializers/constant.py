"""The same value everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.initializers.base import Initializer
from minicnn.intervals import number_in

__all__ = ["Constant", "Ones", "Zeros"]


class Zeros(Initializer):
    """All zeros: Keras's default for biases."""

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.zeros(shape, dtype)


class Ones(Initializer):
    """All ones: Keras's default for gamma."""

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.ones(shape, dtype)


class Constant(Initializer):
    """The same value everywhere, or given values.

    Parameters
    ----------
    value : float or array_like
        An array is of the weight's shape, or broadcasts to it.
    """

    def __init__(self, value: Any = 0.0) -> None:
        if isinstance(value, Mapping) and value.get("class_name") == "__numpy__":
            value = value["config"]["value"]  # as Keras writes arrays
        if np.ndim(value) == 0:
            self.value: Any = number_in("(-inf, inf)", value, "Constant: value")
            return
        self.value = np.array(value, np.float64)
        if not np.isfinite(self.value).all():
            raise ValueError("Constant: value must hold finite numbers.")

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.full(shape, self.value, dtype)
