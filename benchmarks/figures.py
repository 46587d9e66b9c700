"""The pictures. One colour is one library in all of them."""

from __future__ import annotations

from typing import NamedTuple

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.contenders import ENTRANTS, MINICNN
from benchmarks.page import three_digits

__all__ = ["Bar", "Curve", "Panel", "Point", "bar_panels", "bars", "curves", "layers"]

matplotlib.use("Agg")
sns.set_theme(style="whitegrid", context="notebook")


class Bar(NamedTuple):
    """A value with its quartiles."""

    name: str
    value: float
    low: float
    high: float
    colour: str


class Curve(NamedTuple):
    """The values of an entrant, with quartiles, over x."""

    name: str
    x: list[int]
    median: list[float]
    low: list[float]
    high: list[float]


class Panel(NamedTuple):
    """Curves that share axes."""

    title: str
    curves: list[Curve]


class Point(NamedTuple):
    """A pass of a layer on the roofline, forward first: FLOP per byte, FLOP/s."""

    layer: str
    intensity: float
    flops: float


def bars(
    values: list[Bar],
    *,
    title: str,
    label: str,
    mark: tuple[float, str] | None = None,
    logarithmic: bool = False,
) -> Figure:
    """Draw horizontal bars with their quartiles; `mark` is a line across them, with its name.

    `logarithmic` is for values of very different sizes.
    """
    fig = Figure(figsize=(9, 1.6 + 0.5 * len(values)), layout="constrained")
    axis = fig.subplots()
    _bars(axis, values)
    axis.set_xlabel(label)
    axis.set_title(title, pad=24 if mark else None)
    if mark:
        axis.axvline(mark[0], color="0.3", linestyle="--")
        above = axis.get_xaxis_transform()
        axis.text(*(mark[0], 1.02), mark[1], transform=above, ha="center", fontsize="small")
    if logarithmic:
        axis.set_xscale("log")
        axis.set_xlim(min(v.low for v in values) / 2, max(v.high for v in values) * 3)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    return fig


def bar_panels(panels: dict[str, list[Bar]], *, label: str) -> Figure:
    """Draw several bar charts side by side, each with a scale of its own."""
    fig = Figure(figsize=(4.6 * len(panels), 3), layout="constrained")
    axes = fig.subplots(1, len(panels), squeeze=False)[0]
    for axis, (title, values) in zip(axes, panels.items(), strict=True):
        _bars(axis, values)
        axis.set(title=title, xlabel=label)
    return fig


def _bars(axis: Axes, values: list[Bar]) -> None:
    places = range(len(values))
    errors = [[v.value - v.low for v in values], [v.high - v.value for v in values]]
    lengths, colours = [v.value for v in values], [v.colour for v in values]
    axis.barh(places, lengths, 0.7, xerr=errors, color=colours, ecolor="0.2", capsize=3)
    longest = max(v.high for v in values)
    for place, value in zip(places, values, strict=True):
        beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        axis.annotate(three_digits(value.value), (value.high, place), **beside)
    axis.set_yticks(places, [v.name for v in values])
    axis.invert_yaxis()
    axis.set_xlim(0, longest * 1.2)
    axis.grid(axis="y", visible=False)


def curves(panels: list[Panel], *, axis: str, value: str, logarithmic: bool) -> Figure:
    """Draw curves over a logarithmic axis, quartiles as a band."""
    fig = Figure(figsize=(7 * len(panels), 4.6), layout="constrained")
    axes = fig.subplots(1, len(panels), squeeze=False)[0]
    for place, panel in zip(axes, panels, strict=True):
        for curve in panel.curves:
            colour, width = ENTRANTS[curve.name].colour, 2.5 if curve.name == MINICNN else 1.5
            place.plot(curve.x, curve.median, "o-", color=colour, linewidth=width, label=curve.name)
            place.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.2)
        place.set(
            xscale="log",
            title=panel.title,
            xlabel=axis,
            ylabel=f"{value} (median, band: quartiles)",
        )
        place.set_xticks(sorted({x for curve in panel.curves for x in curve.x}))
        place.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        place.xaxis.set_minor_formatter(NullFormatter())
        place.minorticks_off()
        if logarithmic:
            place.set_yscale("log")
            _plain_ticks(place)
        else:
            place.set_ylim(bottom=0)
        place.legend()
    return fig


def _plain_ticks(axis: Axes) -> None:
    """Label a logarithmic y axis at 1, 2, 5, 10, 20, ... in plain numbers."""
    low, high = axis.get_ylim()
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
    axis.set_yticks([tick for tick in ticks if low <= tick <= high])
    axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))


def layers(
    times: dict[str, dict[str, tuple[float, float]]],
    points: list[Point],
    *,
    peak: float,
    bandwidth: float,
) -> Figure:
    """Draw each layer's ms, forward and on top of it backward, and the roofline beside it."""
    fig = Figure(figsize=(15, 7.5), layout="constrained")
    left, right = fig.subplots(1, 2)
    names = list(next(iter(times.values())))
    height = 0.8 / len(names)
    for number, who in enumerate(names):
        places = np.arange(len(times)) + (number - (len(names) - 1) / 2) * height
        forward, backward = np.array([bar[who] for bar in times.values()]).T
        colour = ENTRANTS[who].colour
        left.barh(places, forward, height, color=colour, label=f"{who}, forward")
        left.barh(places, backward, height, left=forward, color=colour, alpha=0.5, label="backward")
    left.set_yticks(np.arange(len(times)), list(times))
    left.invert_yaxis()
    left.grid(axis="y", visible=False)
    left.set(title="Time of each layer, batches of 32", xlabel="ms")
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=len(names), frameon=False)
    _roofline(right, points, peak, bandwidth)
    return fig


def _roofline(axis: Axes, points: list[Point], peak: float, bandwidth: float) -> None:
    low = min(point.intensity for point in points) / 2
    high = max(point.intensity for point in points) * 4
    x = np.geomspace(low, high, 200)
    roof = np.minimum(peak, bandwidth * x) / 1e9
    axis.plot(x, roof, color="0.3", label="memory bandwidth, then sgemm peak")
    names = list(dict.fromkeys(point.layer for point in points))
    for name, colour in zip(names, sns.color_palette("tab10", len(names)), strict=True):
        forward, backward = (point for point in points if point.layer == name)
        ends = [forward.intensity, backward.intensity], [forward.flops / 1e9, backward.flops / 1e9]
        axis.plot(*ends, color=colour, linewidth=1, label=name)
        for place, marker in ((0, "o"), (1, "^")):
            axis.plot(ends[0][place], ends[1][place], marker, color=colour)
    axis.set(
        xscale="log",
        yscale="log",
        title="minicnn's layers with products: forward a disc, backward a triangle",
        xlabel="FLOP per byte that must be moved",
        ylabel="GFLOP/s, counted as the sum stands",
    )
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    _plain_ticks(axis)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=4, frameon=False)
