"""Bounds that weights are put back into after every step. Derivation: docs/math/constraints.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minicnn.configurable import Configurable, plain
from minicnn.intervals import number_in
from minicnn.registry import resolve

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "unit_norm",
]

#: Keras's, which keeps quotients finite.
EPSILON = 1e-7


class Constraint(Configurable):
    """What the weights become after a step.

    A constraint of your own defines one method::

        class Rounded(Constraint):
            def __call__(self, w):      # -> the weights, in the shape and dtype of w
    """

    keras_module = "keras.constraints"

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Return the weights that are allowed instead of `w`, which is left untouched."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")


class MaxNorm(Constraint):
    """Weights of a unit that are longer than a bound are shortened to it.

        w <- w min(|w|, c) / (|w| + epsilon)                  (constraints.1)

    Parameters
    ----------
    max_value : float
        The bound c on the norm.
    axis : int or sequence of int
        Axes over which the norm is taken: 0 for the kernel of a Dense, [0, 1, 2] for the filters of
        a Conv2D.

    Notes
    -----
    Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from
    overfitting", section 5.1.
    """

    def __init__(self, max_value: float = 2, axis: int | Sequence[int] = 0) -> None:
        self.max_value = number_in("[0, inf)", max_value, "MaxNorm: max_value")
        self.axis = _checked_axis("MaxNorm", axis)

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Return (constraints.1)."""
        norm = _norm(w, self.axis)
        return w * (np.minimum(norm, self.max_value) / (EPSILON + norm))


class NonNeg(Constraint):
    """Negative weights become 0.

    w <- max(w, 0)                                        (constraints.2)
    """

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Return (constraints.2)."""
        return np.maximum(w, 0)


class UnitNorm(Constraint):
    """The weights of a unit get the length 1.

        w <- w / (|w| + epsilon)                              (constraints.3)

    Parameters
    ----------
    axis : int or sequence of int
        As for :class:`MaxNorm`.
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = _checked_axis("UnitNorm", axis)

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Return (constraints.3)."""
        return w / (EPSILON + _norm(w, self.axis))


class MinMaxNorm(Constraint):
    """The length of the weights of a unit moves towards an interval.

        w <- w (r min(max(|w|, a), c) + (1 - r) |w|) / (|w| + epsilon)    (constraints.4)

    Parameters
    ----------
    min_value, max_value : float
        The interval, a to c.
    rate : float
        Share r of the way that a step goes, in [0, 1].
    axis : int or sequence of int
        As for :class:`MaxNorm`.
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: int | Sequence[int] = 0,
    ) -> None:
        self.min_value = number_in("[0, inf)", min_value, "MinMaxNorm: min_value")
        self.max_value = number_in("[0, inf)", max_value, "MinMaxNorm: max_value")
        self.rate = number_in("[0, 1]", rate, "MinMaxNorm: rate")
        if self.min_value > self.max_value:
            raise ValueError(
                f"MinMaxNorm: min_value must be at most max_value, got {min_value} and {max_value}."
            )
        self.axis = _checked_axis("MinMaxNorm", axis)

    def __call__(self, w: np.ndarray) -> np.ndarray:
        """Return (constraints.4)."""
        norm = _norm(w, self.axis)
        bounded = np.minimum(np.maximum(norm, self.min_value), self.max_value)
        return w * ((self.rate * bounded + (1 - self.rate) * norm) / (EPSILON + norm))


def _checked_axis(name: str, axis: object) -> int | list[int]:
    """Return an axis, or several, as Python's integers; raise a TypeError if it is neither."""
    given = plain(axis)
    axes = given if isinstance(given, (list, tuple)) else [given]
    if not all(type(one) is int for one in axes):
        raise TypeError(f"{name}: axis must be an integer or several, got {axis!r}.")
    return given if isinstance(given, int) else list(axes)


def _norm(w: np.ndarray, axis: int | Sequence[int]) -> np.ndarray:
    axes = axis if isinstance(axis, int) else tuple(axis)
    return np.sqrt(np.sum(np.square(w), axis=axes, keepdims=True))


# Keras's other spellings: kernel_constraint=max_norm(3).
max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm

_TABLE: dict[str, type] = {cls.__name__: cls for cls in (MaxNorm, MinMaxNorm, NonNeg, UnitNorm)}


def get(identifier: object) -> Constraint | None:
    """Return the constraint that an instance, a name, a Keras config or None stands for.

    Raises
    ------
    ValueError
        If the name is unknown, or if it is a plain function.
    """
    return None if identifier is None else resolve("constraint", identifier, _TABLE, Constraint)
