"""Draw the three pictures of an included network: curves of all phases, confusion, reliability.

usage:
  python docs/results/draw.py fer2013.zip documented
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
_FOLDERS = {"documented": _HERE / "pretrained", "compact": _HERE / "compact"}
_PHASES = {
    "documented": (
        _HERE / "reproduction",
        *(_HERE / "pretrained" / f"phase-{n}" for n in (2, 3, 4)),
    ),
    "compact": (_HERE / "compact" / "run",),
}


def curves(name: str) -> Figure:
    """Show the phases one after the other."""
    names = ("loss", "accuracy", "test_loss", "test_accuracy")
    curves: dict[str, list[float]] = {name: [] for name in names}
    begins = []
    for phase in _PHASES[name]:
        history = read_history(RunFolder(phase))
        begins.append(1 + len(curves["loss"]))
        for column, values in curves.items():
            # What a phase did not measure leaves a gap.
            values += history.get(column, [math.nan] * len(history["loss"]))
    figure = training_curves({k: v for k, v in curves.items() if not all(map(math.isnan, v))})
    for number, begin in enumerate(begins if len(begins) > 1 else (), 1):
        for axes in figure.axes:
            axes.axvline(begin, color="C6", linewidth=0.8, zorder=0)
        low, _ = figure.axes[1].get_ylim()
        figure.axes[1].annotate(f" phase {number}", (begin, low), va="bottom")
    return figure


def main(data: str, name: str) -> None:
    """Draw them."""
    evaluation = evaluate(load_pretrained(name), load_fer2013(data).test)
    for picture, draw in {
        "curves": lambda: curves(name),
        "confusion": lambda: confusion_figure(evaluation, normalised=True),
        "reliability": lambda: reliability_diagram(evaluation),
    }.items():
        (_FOLDERS[name] / f"{picture}.png").write_bytes(as_png(draw))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[2] not in _PHASES:
        sys.exit(__doc__)
    main(*sys.argv[1:])
