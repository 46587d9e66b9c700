"""Penalties on weights that are added to the loss."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from minicnn.configurable import Configurable
from minicnn.intervals import number_in
from minicnn.registry import resolve

__all__ = ["L2", "get", "l2"]


class L2(Configurable):
    """Penalty ``l2 * sum(w**2)``, whose gradient is ``2 * l2 * w``.

    Parameters
    ----------
    l2 : float
        Factor of the penalty, 0 or more.
    """

    keras_module = "keras.regularizers"
    paired_methods: ClassVar[dict[str, str]] = {"__call__": "gradient"}

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = number_in("[0, inf)", l2, "L2: l2")

    def __call__(self, w: np.ndarray) -> float:
        """Return the penalty of the weights `w`."""
        return self.l2 * float(np.sum(np.square(w), dtype=np.float64))

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the penalty's gradient, in the shape and dtype of `w`."""
        return 2.0 * self.l2 * w


#: Keras's other spelling: ``kernel_regularizer=l2(1e-4)``.
l2 = L2


def get(identifier: object) -> L2 | None:
    """Return the regularizer that an instance, "l2", a Keras config or None stands for."""
    if identifier is None:
        return None
    return resolve("regularizer", identifier, {"L2": L2, "l2": L2}, L2)
