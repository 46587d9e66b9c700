"""Draw the three pictures of this folder: curves of all phases, confusion matrix, reliability.

usage:
  python docs/results/pretrained/draw.py fer2013.zip
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from matplotlib.figure import Figure

from minicnn.fer import evaluate, load_fer2013, load_pretrained
from minicnn.fer.figures.confusion import confusion_figure
from minicnn.fer.figures.curves import training_curves
from minicnn.fer.figures.reliability import reliability_diagram
from minicnn.fer.reports.html_report import as_png
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.folder_reading import read_history

_HERE = Path(__file__).parent
_PHASES = (_HERE.parent / "reproduction", *(_HERE / f"phase-{n}" for n in (2, 3, 4)))


def curves() -> Figure:
    """Show the phases one after the other."""
    phases = [read_history(RunFolder(folder)) for folder in _PHASES]
    curves: dict[str, list[float]] = {}
    for name in ("loss", "accuracy", "test_loss", "test_accuracy"):
        # Phase 4 was measured on the test images at its end only.
        curves[name] = [
            value for phase in phases for value in phase.get(name, [math.nan] * len(phase["loss"]))
        ]
    figure = training_curves(curves)
    begin = 1
    for number, phase in enumerate(phases, 1):
        for axes in figure.axes:
            axes.axvline(begin, color="C6", linewidth=0.8, zorder=0)
        low, _ = figure.axes[1].get_ylim()
        figure.axes[1].annotate(f" phase {number}", (begin, low), va="bottom")
        begin += len(phase["loss"])
    return figure


def main(data: str) -> None:
    """Draw them."""
    evaluation = evaluate(load_pretrained(), load_fer2013(data).test)
    for name, draw in {
        "curves": curves,
        "confusion": lambda: confusion_figure(evaluation, normalised=True),
        "reliability": lambda: reliability_diagram(evaluation),
    }.items():
        (_HERE / f"{name}.png").write_bytes(as_png(draw))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
