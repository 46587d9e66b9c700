"""How a window moves over an image: output sizes and padding, for convolution and pooling."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from minicnn.configurable import plain
from minicnn.kernels.conv2d import Geometry

__all__ = ["Windows", "check_padding", "check_steps", "pair", "window_geometry", "windows"]


class Windows(NamedTuple):
    """Where the windows of one axis lie.

    Attributes
    ----------
    count : int
        Number of windows: the output's size.
    before, after : int
        Rows of padding on the two sides.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody misses here
    before: int
    after: int


@lru_cache(maxsize=1024)
def windows(size: int, window: int, stride: int, padding: str, dilation: int = 1) -> Windows:
    r"""Lay windows over an axis.

    With the extent :math:`k' = (k - 1) d + 1` of a window of k taps at dilation d
    there are, with the padding "valid" and "same",

    .. math:: o = \left\lfloor \frac{n - k'}{s} \right\rfloor + 1 \tag{windows.1}
    .. math:: o = \left\lceil \frac{n}{s} \right\rceil, \quad
              p = \max((o - 1) s + k' - n, 0) \tag{windows.2}

    of which floor(p / 2) rows stand before the image and the rest after it, as in TensorFlow.

    Raises
    ------
    ValueError
        If no window fits, or the padding is unknown.
    """
    if padding not in ("valid", "same"):
        raise ValueError(f"padding must be 'valid' or 'same', got {padding!r}")
    extent = (window - 1) * dilation + 1
    if padding == "same":
        count = -(-size // stride)
        total = max((count - 1) * stride + extent - size, 0)
        return Windows(count, total // 2, total - total // 2)
    if extent > size:
        raise ValueError(f"a window of {extent} does not fit into {size} with padding 'valid'")
    return Windows((size - extent) // stride + 1, 0, 0)


@lru_cache(maxsize=1024)
def window_geometry(
    image: tuple[int, ...],
    kernel: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int] = (1, 1),
) -> Geometry:
    """Lay windows over both axes of an image (h, w); see :func:`windows`.

    Raises
    ------
    ValueError
        If no window fits.
    """
    rows = windows(image[0], kernel[0], strides[0], padding, dilation[0])
    columns = windows(image[1], kernel[1], strides[1], padding, dilation[1])
    return Geometry(
        kernel=kernel,
        strides=strides,
        dilation=dilation,
        before=(rows.before, columns.before),
        output=(rows.count, columns.count),
    )


def pair(title: str, name: str, value: Any, *, least: int = 1) -> tuple[int, int]:
    """Two integers from one or two, as Keras takes ``kernel_size=3`` for ``(3, 3)``.

    Raises
    ------
    ValueError
        If they are not integers of at least `least`; the message begins with `title`.
    """
    value = plain(value)
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or any(
        isinstance(v, bool) or not hasattr(v, "__index__") or v < least for v in both
    ):
        raise ValueError(
            f"{title}: {name} must be one or two integers of at least {least}, got {value!r}."
        )
    return int(both[0]), int(both[1])


def check_padding(title: str, padding: str) -> str:
    """Return "valid" or "same" in lower case; raise ValueError for anything else."""
    if isinstance(padding, str) and padding.lower() in ("valid", "same"):
        return padding.lower()
    raise ValueError(f"{title}: padding must be 'valid' or 'same', got {padding!r}.")


def check_steps(title: str, strides: tuple[int, int], dilation_rate: tuple[int, int]) -> None:
    """Raise a ValueError if both are above 1: Keras has no such convolution either."""
    if max(strides) > 1 and max(dilation_rate) > 1:
        raise ValueError(
            f"{title}: strides and dilation_rate cannot both be above 1, "
            f"got strides={strides} and dilation_rate={dilation_rate}."
        )
