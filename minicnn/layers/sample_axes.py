"""Axes of a sample, as the argument `axis` names them: one integer or several, batch axis 0."""

from __future__ import annotations

from typing import Any

from minicnn.configurable import plain

__all__ = ["check_axis", "positive_axes"]


def check_axis(title: str, axis: Any) -> int | list[int]:
    """Return an axis, or a list of several.

    Raises
    ------
    TypeError
        If it is neither; the message begins with `title`.
    """
    given = plain(axis)
    axes = given if isinstance(given, (list, tuple)) else [given]
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in axes):
        raise TypeError(f"{title}: axis must be an integer or several, got {axis!r}.")
    return given if isinstance(given, int) else list(axes)


def positive_axes(title: str, axis: int | list[int], ndim: int) -> tuple[int, ...]:
    """Return the axes in order, from 1 on, for arrays with `ndim` axes.

    Raises
    ------
    ValueError
        If an axis is listed twice or is not one of a sample's; the message begins with `title`.
    """
    given = axis if isinstance(axis, list) else [axis]
    axes = sorted({one % ndim for one in given if -ndim <= one < ndim})
    if len(axes) != len(given) or not axes or axes[0] == 0:
        raise ValueError(
            f"{title}: build: axis must hold different axes of a sample, from 1 to {ndim - 1}, "
            f"got {axis}."
        )
    return tuple(axes)
