"""Numbers given as arguments, held against the interval they must lie in."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["NotFiniteError", "number_in", "whole_number_in"]


class NotFiniteError(ValueError):
    """Numbers are NaN or infinite where a file or a computation needs finite ones."""


def number_in(interval: str, value: Any, what: str) -> float:
    """Return `value` as a float if it lies in an interval.

    Parameters
    ----------
    interval : str
        As in mathematics: "[0, 1)" contains 0 and not 1; "(0, inf)" is all positive numbers.
    value : object
        Anything that ``float`` takes, but not a text.
    what : str
        Who asks for what, for the message: "Adam: beta_1".

    Raises
    ------
    ValueError
        If it is not a number or is outside; NaN always is.

    Examples
    --------
    >>> number_in("[0, 1)", 0.9, "Adam: beta_1")
    0.9
    """
    low, high = (float(end) for end in interval[1:-1].split(","))
    try:
        number = math.nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    above = low <= number if interval[0] == "[" else low < number
    below = number <= high if interval[-1] == "]" else number < high
    if not (above and below):
        raise ValueError(f"{what} must be a number in {interval}, got {value!r}.")
    return number


def whole_number_in(interval: str, value: Any, what: str) -> int:
    """Return `value` as an int if it is whole and lies in an interval; see :func:`number_in`."""
    try:
        number = number_in(interval, value, what)
    except ValueError:
        number = math.nan
    if not number.is_integer():  # NaN is none
        raise ValueError(f"{what} must be a whole number in {interval}, got {value!r}.")
    return int(number)
