"""How all figures look: narrow enough for a phone, in light and in dark.

Colours are Okabe and Ito's, which people who see fewer colours tell apart, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.rcsetup import cycler

__all__ = ["THEMES", "WIDTH", "blank_axes", "new_figure", "readable_on", "theme"]

#: Inches. A phone shows it at about 85 pixels per inch, where 9 points are 11 pixels.
WIDTH = 4.25
# Inches, too: around everything, and the height of a title.
_MARGIN, _TITLE = 0.08, 0.35

_COMMON: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "savefig.dpi": 200,
}


def _colours(ink: str, paper: str, faint: str, cmap: str, cycle: list[str]) -> dict[Any, Any]:
    inked = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
    papered = ("figure.facecolor", "axes.facecolor", "savefig.facecolor")
    return {
        **_COMMON,
        **dict.fromkeys(inked, ink),
        **dict.fromkeys(papered, paper),
        "axes.edgecolor": faint,
        "grid.color": faint,
        "image.cmap": cmap,
        "axes.prop_cycle": cycler(color=cycle),
    }


#: matplotlib's settings for each theme; the first colour is that of what is shown, the second
#: that of what it is compared with.
THEMES: dict[str, dict[Any, Any]] = {
    "light": _colours(
        "#1b1f24",
        "#ffffff",
        "#c8ccd2",
        "Blues",
        ["#0072b2", "#c44e00", "#009e73", "#b0578d", "#b58900", "#2f9bd6", "#6b7280"],
    ),
    "dark": _colours(
        "#e6e8eb",
        "#16181c",
        "#454a52",
        "Blues_r",
        ["#56b4e9", "#ff9a4d", "#2fc79b", "#e59ac6", "#f0e442", "#9ad5ff", "#a8b0bb"],
    ),
}


@contextmanager
def theme(name: str = "light") -> Iterator[None]:
    """Give all figures that are made in the block the look of a theme, "light" or "dark"."""
    with rc_context(THEMES[name]):
        yield


def readable_on(red: float, green: float, blue: float) -> str:
    """Return "black" or "white", whichever has the higher contrast on an sRGB colour (WCAG 2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"


def new_figure(height: float) -> Figure:
    """Begin a figure of the common width; it belongs to no window and needs not be closed."""
    engine = ConstrainedLayoutEngine(w_pad=_MARGIN, h_pad=_MARGIN)
    return Figure(figsize=(WIDTH, height), layout=engine)


def blank_axes(width: float, height: float, *, title: str) -> tuple[Figure, Axes]:
    """Begin a figure to put things on by hand.

    Coordinates run from the upper left corner to (`width`, `height`), in units that are as long
    across as down; the title stands above.
    """
    across = WIDTH - 2 * _MARGIN
    down = across * height / width
    full = down + _TITLE + _MARGIN
    figure = Figure(figsize=(WIDTH, full))
    where = (_MARGIN / WIDTH, _MARGIN / full, across / WIDTH, down / full)
    axes = figure.add_axes(where, xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    middle = 1 - _TITLE / 2 / full
    figure.text(where[0], middle, title, va="center", fontsize=11, fontweight="bold")
    return figure, axes
