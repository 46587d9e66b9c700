"""Penalties on weights that are added to the loss. Derivation: docs/math/regularizers.md."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from minicnn.configurable import Configurable
from minicnn.intervals import number_in
from minicnn.registry import resolve

__all__ = ["L1", "L1L2", "L2", "Regularizer", "get", "l1", "l1_l2", "l2"]


class Regularizer(Configurable):
    """A penalty on weights, and its gradient.

    A regularizer of your own defines two methods::

        class Cubic(Regularizer):
            def __call__(self, w):      # -> a float
            def gradient(self, w):      # -> its derivative, in the shape and dtype of w
    """

    keras_module = "keras.regularizers"
    paired_methods: ClassVar[dict[str, str]] = {"__call__": "gradient"}

    def __call__(self, w: np.ndarray) -> float:
        """Return the penalty of the weights `w`."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the penalty's gradient, in the shape and dtype of `w`."""
        raise NotImplementedError(f"{type(self).__name__} does not define gradient.")


class L1(Regularizer):
    """Penalty on absolute values, which makes small weights exactly zero in the long run.

        R(w) = l1 sum_i |w_i|                                 (regularizers.1)

    Parameters
    ----------
    l1 : float
        Factor of the penalty, 0 or more.

    Notes
    -----
    Source: Tibshirani 1996, "Regression shrinkage and selection via the lasso".
    """

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = number_in("[0, inf)", l1, "L1: l1")

    def __call__(self, w: np.ndarray) -> float:
        """Return (regularizers.1)."""
        return self.l1 * float(np.sum(np.abs(w), dtype=np.float64))

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient; at zero, a kink, it is 0 as in TensorFlow.

        dR/dw_i = l1 sign(w_i)                            (regularizers.2)
        """
        return self.l1 * np.sign(w)


class L2(Regularizer):
    """Penalty on squares, which shrinks weights in proportion to their size.

        R(w) = l2 sum_i w_i^2                                 (regularizers.3)

    Parameters
    ----------
    l2 : float
        Factor of the penalty, 0 or more.

    Notes
    -----
    Source: Hoerl & Kennard 1970, "Ridge regression: biased estimation for nonorthogonal problems".
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = number_in("[0, inf)", l2, "L2: l2")

    def __call__(self, w: np.ndarray) -> float:
        """Return (regularizers.3)."""
        return self.l2 * float(np.sum(np.square(w), dtype=np.float64))

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient.

        dR/dw_i = 2 l2 w_i                                (regularizers.4)
        """
        return 2.0 * self.l2 * w


class L1L2(Regularizer):
    """The sum of both penalties.

    Parameters
    ----------
    l1, l2 : float
        Their factors, 0 or more.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = number_in("[0, inf)", 0.0 if l1 is None else l1, "L1L2: l1")
        self.l2 = number_in("[0, inf)", 0.0 if l2 is None else l2, "L1L2: l2")

    def __call__(self, w: np.ndarray) -> float:
        """Return the sum of both penalties."""
        return L1(self.l1)(w) + L2(self.l2)(w)

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """Return the sum of both gradients."""
        return L1(self.l1).gradient(w) + L2(self.l2).gradient(w)


# Keras's other spellings: kernel_regularizer=l2(1e-4).
l1, l2, l1_l2 = L1, L2, L1L2

_TABLE: dict[str, type] = {"L1": L1, "L1L2": L1L2, "L2": L2, "l1l2": L1L2}


def get(identifier: object) -> Regularizer | None:
    """Return the regularizer that an instance, a name, a Keras config or None stands for.

    The name "l1_l2" means a factor of 0.01 for each, as Keras documents it.

    Raises
    ------
    ValueError
        If the name is unknown, or if it is a plain function.
    """
    if identifier is None:
        return None
    if identifier == "l1_l2":
        return L1L2(0.01, 0.01)
    if callable(identifier) and not isinstance(identifier, Regularizer | type):
        raise ValueError(
            f"regularizer: {getattr(identifier, '__name__', identifier)!r} has no derivative that "
            "is known here; write a Regularizer with __call__ and gradient."
        )
    return resolve("regularizer", identifier, _TABLE, Regularizer)
