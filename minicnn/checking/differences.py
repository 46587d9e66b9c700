"""Numeric derivatives of a layer along one coordinate, on the smooth side of a kink.

A ReLU or a maximum consists of smooth pieces, and where two of them meet there is no derivative. A
difference taken across such a kink can be wrong by as much as the gradient itself. So a layer
reports which pieces the elements of its output lie on (``branches``), and the difference is taken
on a side where they stay the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = ["Point", "Slope", "slope", "slopes_beside"]


class Point(NamedTuple):
    """The value of a function at one point.

    Attributes
    ----------
    y : ndarray
        The value.
    branches : tuple of ndarray
        The smooth piece that each element lies on, of functions with several pieces.
    """

    y: np.ndarray
    branches: tuple[np.ndarray, ...]

    def same_piece(self, other: Point) -> bool:
        """Whether every element lies on the same piece at both points."""
        return all(map(np.array_equal, self.branches, other.branches))


class Slope(NamedTuple):
    """A numeric derivative.

    Attributes
    ----------
    value : float or None
        None if neither side is smooth.
    kink : bool
        Whether any element changes its piece within a step of the point.
    """

    value: float | None
    kink: bool


def slope(
    function: Callable[[], Point], at: Point, dy: np.ndarray, array: np.ndarray, i: int, step: float
) -> Slope:
    r"""Differentiate :math:`\sum dy\, y` by the element `i` of an array that `function` reads.

    With :math:`h = \text{step} \cdot \max(1, |v|)` around the element's value v, centred

    .. math:: F'(v) \approx \frac{1}{2h} \sum dy\, \bigl(y(v + h) - y(v - h)\bigr)
              \tag{differences.1}

    whose errors are of order :math:`h^2` (the series) and :math:`\epsilon / h` (rounding).
    Where the pieces change on one side only, the other side gives

    .. math:: F'(v) \approx \pm\frac{1}{2h} \sum dy\,
              \bigl(4\, y(v \pm h) - 3\, y(v) - y(v \pm 2h)\bigr)
              \tag{differences.2}

    That is the derivative of the piece that the layer reports. It also holds exactly
    on a kink, where the layer's convention decides: relu'(0) = 0, the first of two maxima.
    The outputs are subtracted before they are summed, because the sum would round small differences
    away.

    Parameters
    ----------
    function : callable
        Returns the :class:`Point` for the current `array`.
    at : Point
        What it returns now.
    dy : ndarray, shape of y
        Cotangent.
    array : ndarray of float64
        Changed for each call, then restored.
    i : int
        Flat index.
    step : float
    """
    value = array.flat[i]
    h = step * max(1.0, abs(value))

    def moved(steps: int) -> Point:
        array.flat[i] = value + steps * h
        try:
            return function()
        finally:
            array.flat[i] = value

    before, after = moved(-1), moved(1)
    smooth_before, smooth_after = at.same_piece(before), at.same_piece(after)
    if smooth_before and smooth_after:
        # Divide by the step really taken: value + h is rounded.
        return Slope(float(np.sum(dy * (after.y - before.y))) / _width(value, -h, h), False)
    for side, near, smooth in [(1, after, smooth_after), (-1, before, smooth_before)]:
        if smooth and at.same_piece(far := moved(2 * side)):
            difference = 4.0 * (near.y - at.y) - (far.y - at.y)
            return Slope(float(np.sum(dy * difference)) / (2.0 * side * h), True)
    return Slope(None, True)


def slopes_beside(
    function: Callable[[], Point], at: Point, dy: np.ndarray, array: np.ndarray, i: int, step: float
) -> tuple[float, float] | None:
    r"""Return the smallest and the largest derivative at a kink that no layer reported.

    On a smooth piece the slopes on both sides of a point,

    .. math:: R = \frac{y(v + h) - y(v)}{h}, \quad L = \frac{y(v) - y(v - h)}{h}
              \tag{differences.3}

    differ by :math:`h\, y''`, and by an eighth of that at an eighth of the step. At a kink the
    difference stays; beside one it vanishes. Each output may take any number between its two
    slopes, so the bounds are the sums of the smaller and of the larger products with dy.

    Parameters
    ----------
    function, at, dy, array, i, step
        As in :func:`slope`.

    Returns
    -------
    (float, float) or None
        None if every output is smooth at the point.
    """
    value = array.flat[i]
    h = step * max(1.0, abs(value))

    def sides(h: float) -> tuple[np.ndarray, np.ndarray]:
        ys = []
        for moved in (value + h, value - h):
            array.flat[i] = moved
            try:
                ys.append(function().y)
            finally:
                array.flat[i] = value
        return (at.y - ys[1]) / (value - (value - h)), (ys[0] - at.y) / ((value + h) - value)

    left, right = sides(h)
    near_left, near_right = sides(h / 8)
    apart, near_apart = np.abs(right - left), np.abs(near_right - near_left)
    rounding = 1e3 * np.finfo(float).eps * (1.0 + float(np.max(np.abs(at.y), initial=0.0))) / h
    kinks = ((near_apart > 0.5 * apart) | (near_apart < 0.02 * apart)) & (apart > rounding)
    if not kinks.any():
        return None
    centred = dy * (left + right) / 2
    low = np.where(kinks, np.minimum(dy * left, dy * right), centred)
    high = np.where(kinks, np.maximum(dy * left, dy * right), centred)
    return float(np.sum(low)), float(np.sum(high))


def _width(value: float, low: float, high: float) -> float:
    return (value + high) - (value + low)
