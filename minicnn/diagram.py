"""A drawing of a network, as SVG: a box for each call of a layer, inputs on top.

The layout is Sugiyama's in its simplest form: a call stands one row below the last of the calls
it depends on; an edge that passes rows keeps a place in each of them; the places of a row are
ordered by the mean position of what is connected to them above, then below. Source: Sugiyama,
Tagawa, Toda 1981, "Methods for visual understanding of hierarchical system structures".
"""

from __future__ import annotations

from html import escape
from typing import Any

from minicnn.layers.tensor import Call
from minicnn.tracing import calls_between

__all__ = ["network_svg"]

_FONT, _LINE, _LETTER = 13, 18, 7.4  # pixels: height of letters, of lines, width of a letter
_MARGIN, _GAP, _ROW_GAP, _PASSING = 20, 28, 34, 14
_INPUT, _LEARNED, _PLAIN = "#e8eef7", "#fdf1dc", "#ffffff"


class _Place:
    """A box, or the place in a row that an edge passes through (call is None)."""

    def __init__(self, call: Call | None, lines: list[str]) -> None:
        self.call, self.lines = call, lines
        self.width: float = _PASSING
        if lines:
            self.width = 2 * _FONT + _LETTER * max(len(line) for line in lines)
        self.height = _LINE * len(lines) + _FONT if lines else 0.0
        self.x = self.y = 0.0
        self.above: list[_Place] = []
        self.below: list[_Place] = []


def network_svg(network: Any, *, show_shapes: bool = True, show_layer_names: bool = True) -> str:
    """Return a drawing of a built network.

    Parameters
    ----------
    network : Network
    show_shapes, show_layer_names : bool
        Whether a box tells the shape of the output, and the layer's own name.

    Returns
    -------
    str
        An SVG document. Layers that learn are tinted.

    Raises
    ------
    ValueError
        If the network is not built.
    """
    network.require_built("plot_model")
    rows = _rows(network, show_shapes, show_layer_names)
    _order(rows)
    width, height = _position(rows)
    title = f"The network {network.name}"
    edges = [_edge(a, b) for row in rows for a in row for b in a.below]
    boxes = [_box(place) for row in rows for place in row if place.call is not None]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-size="{_FONT}" '
            'font-family="DejaVu Sans, Verdana, sans-serif">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#556"/>'
            "</marker></defs>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *edges,
            *boxes,
            "</svg>",
        ]
    )


def _rows(network: Any, show_shapes: bool, show_layer_names: bool) -> list[list[_Place]]:
    """Give every call its row, and every long edge a place in the rows between."""
    inputs = [tensor.call for tensor in network.inputs]
    calls = [*inputs, *calls_between(network.inputs, network.outputs)]
    places = {id(call): _Place(call, _lines(call, show_shapes, show_layer_names)) for call in calls}
    ranks: dict[int, int] = {}
    for call in calls:
        above = [ranks[id(tensor.call)] for tensor in call.inputs if id(tensor.call) in ranks]
        ranks[id(call)] = 0 if call in inputs else 1 + max(above, default=0)
    rows: list[list[_Place]] = [[] for _ in range(1 + max(ranks.values()))]
    for call in calls:
        rows[ranks[id(call)]].append(places[id(call)])
    for call in calls:
        for tensor in () if call in inputs else call.inputs:
            last = places[id(tensor.call)]
            for rank in range(ranks[id(tensor.call)] + 1, ranks[id(call)]):
                passing = _Place(None, [])
                rows[rank].append(passing)
                _connect(last, passing)
                last = passing
            _connect(last, places[id(call)])
    return rows


def _connect(above: _Place, below: _Place) -> None:
    above.below.append(below)
    below.above.append(above)


def _lines(call: Call, show_shapes: bool, show_layer_names: bool) -> list[str]:
    layer = call.layer
    lines = [getattr(layer, "keras_class", type(layer).__name__)]
    if show_layer_names:
        lines.append(layer.name)
    if show_shapes:
        shapes = layer.output_shape
        for shape in shapes if isinstance(shapes, list) else [shapes]:
            lines.append(" × ".join(map(str, shape)) or "scalar")
    return lines


def _order(rows: list[list[_Place]]) -> None:
    """Sort each row by the mean position of its neighbours, downwards and upwards, twice."""
    for _ in range(2):
        for row, side in [(r, "above") for r in rows[1:]] + [(r, "below") for r in rows[-2::-1]]:
            positions = {id(p): i for other in rows for i, p in enumerate(other)}

            def mean(place: _Place, side: str = side, positions: dict = positions) -> float:
                near = [positions[id(other)] for other in getattr(place, side)]
                return sum(near) / len(near) if near else positions[id(place)]

            row.sort(key=mean)


def _position(rows: list[list[_Place]]) -> tuple[float, float]:
    """Set the centres of the places; return the size of the drawing."""
    widths = [sum(p.width for p in row) + _GAP * (len(row) - 1) for row in rows]
    total, y = max(widths) + 2 * _MARGIN, float(_MARGIN)
    for row, width in zip(rows, widths, strict=True):
        x, height = (total - width) / 2, max(place.height for place in row)
        for place in row:
            place.x, place.y = x + place.width / 2, y + height / 2
            if place.call is None:
                place.height = height
            x += place.width + _GAP
        y += height + _ROW_GAP
    return total, y - _ROW_GAP + _MARGIN


def _edge(above: _Place, below: _Place) -> str:
    """Draw a curve between two rows, and on to the bottom of a place that it passes through."""
    top, bottom = above.y + above.height / 2, below.y - below.height / 2
    middle = (top + bottom) / 2
    on, tip = f" V{bottom + below.height:.1f}", ""
    if below.call is not None:
        on, tip = "", ' marker-end="url(#tip)"'
    return (
        f'<path d="M{above.x:.1f},{top:.1f} C{above.x:.1f},{middle:.1f} {below.x:.1f},{middle:.1f} '
        f'{below.x:.1f},{bottom:.1f}{on}" fill="none" stroke="#556" stroke-width="1.2"{tip}/>'
    )


def _box(place: _Place) -> str:
    assert place.call is not None
    layer = place.call.layer
    colour = _INPUT if not place.above else _LEARNED if layer.count_params() else _PLAIN
    left, top = place.x - place.width / 2, place.y - place.height / 2
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{place.width:.1f}" '
        f'height="{place.height:.1f}" rx="6" fill="{colour}" stroke="#556"/>'
    ]
    for number, line in enumerate(place.lines):
        style = ' font-weight="bold"' if number == 0 else ' fill="#445"'
        parts.append(
            f'<text x="{place.x:.1f}" y="{top + _LINE * (number + 1):.1f}" '
            f'text-anchor="middle"{style}>{escape(line)}</text>'
        )
    return "".join(parts)
