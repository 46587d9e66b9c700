"""The same value everywhere."""

from __future__ import annotations

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
    """The same value everywhere."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = number_in("(-inf, inf)", value, "Constant: value")

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.full(shape, self.value, dtype)
