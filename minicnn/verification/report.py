"""The results of a verification as text, as JSON and as a page."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from html import escape

from matplotlib.figure import Figure

from minicnn.fer.reports.html_page import page, picture, table
from minicnn.fer.reports.html_report import as_png
from minicnn.fer.reports.tables import as_text, new_table
from minicnn.verification.check import METHODS
from minicnn.verification.drawing import divergence_by_layer, divergence_by_step
from minicnn.verification.results import Line, Results
from minicnn.verification.trajectory import TOLERANCE
from minicnn.version import __version__

__all__ = ["html", "json_text", "text"]

_HEADINGS = {
    "differences": "differences",
    "formula": "formula",
    "float32": "TF float32",
    "float64": "TF float64",
}


def text(results: Results) -> str:
    """Return the table and the verdict for a terminal."""
    methods = results.methods()
    out = new_table("", *(_HEADINGS[method] for method in methods), "")
    part = ""
    for line in results.lines():
        if line.part != part:
            out.add_row(f"{line.part}:", *[""] * (len(methods) + 1))
            part = line.part
        out.add_row(f"  {line.subject}", *_cells(methods, line), line.verdict())
    legend = [f"{_HEADINGS[method]}: {METHODS[method]}." for method in methods]
    lead = "Largest error of each, relative to the largest value. Compared with:"
    parted = [_parting(results)] if results.trajectories else []
    return as_text(lead, *legend, "", out, "", *parted, _oracle(results), results.summary())


def json_text(results: Results) -> str:
    """Return everything as JSON."""
    return json.dumps({"minicnn": __version__} | results.as_dict(), indent=1) + "\n"


def html(results: Results) -> str:
    """Return a page that needs nothing but itself."""
    sections: dict[str, list[str]] = {}
    wrong = [[line.subject, line.verdict()] for line in results.lines() if not line.passed]
    if wrong:
        sections["What disagrees"] = [table("What disagrees", ["", "quantities"], wrong)]
    parts: dict[str, list[Line]] = {}
    for line in results.lines():
        parts.setdefault(line.part, []).append(line)
    for part, lines in parts.items():
        methods = [m for m in results.methods() if any(line.worst(m) for line in lines)]
        rows = [
            [line.subject, "ok" if line.passed else "WRONG", *_cells(methods, line)]
            for line in lines
        ]
        head = ["", "verdict", *(_HEADINGS[method] for method in methods)]
        caption = f"{part}: largest error, relative to the largest value"
        sections[part] = [table(caption, head, rows)]
    if results.trajectories:
        sections["Training twice"] = [
            f"<p>{escape(_parting(results))}</p>",
            _figure(
                lambda: divergence_by_step(results.trajectories),
                alt="The difference of the weights by step, in float64 and float32.",
                caption="The largest difference of any layer's weights after every step. Only "
                "float64 is judged: it must stay below the dashed line.",
            ),
            *(
                _figure(
                    lambda one=one: divergence_by_layer(one),  # type: ignore[misc]
                    alt=f"The difference by layer and step in {one.dtype}.",
                    caption=f"The same by layer, in {one.dtype}.",
                )
                for one in results.trajectories
            ),
        ]
    words = [[_HEADINGS[method], METHODS[method]] for method in results.methods()]
    sections["What the columns mean"] = [table("Columns", ["column", "compared with"], words)]
    title = "minicnn verified" if results.passed else "minicnn: verification FAILED"
    lead = f"minicnn {__version__}. {_oracle(results)} {results.summary()}"
    return page(title, lead, sections.items())


def _cells(methods: Sequence[str], line: Line) -> list[str]:
    found = [line.worst(method) for method in methods]
    return ["" if one is None else one.problem or f"{one.error:.1e}" for one in found]


def _oracle(results: Results) -> str:
    return f"Compared with {results.oracle}." if results.compared else results.oracle


def _parting(results: Results) -> str:
    """Return what the trajectories show, in words."""
    largest = {one.dtype: f"{one.largest:.1e}" for one in results.trajectories}
    steps = len(results.trajectories[0].losses)
    return (
        f"After up to {steps} training steps of the documented network, with the same weights, "
        f"batches and dropout masks, weights differ by {largest['float64']} of the layer's "
        f"largest in float64 (allowed: {TOLERANCE:.0e}), by {largest['float32']} in float32."
    )


def _figure(draw: Callable[[], Figure], *, alt: str, caption: str) -> str:
    light = as_png(draw)
    size = struct.unpack(">II", light[16:24])  # width and height, from the PNG's header
    return picture(light, as_png(draw, "dark"), size=size, alt=alt, caption=caption)
