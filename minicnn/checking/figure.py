"""A figure of wrong gradients: the code's numbers against the right ones, one point each.

Right gradients lie on the diagonal. A factor is another line through zero, a wrong sign the other
diagonal, a mask that is not applied a column above zero, a missing term a cloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["draw"]


def draw(title: str, findings: Sequence[Any], path: Any) -> None:
    """Draw the findings that compare numbers; see :meth:`CheckReport.plot`."""
    from matplotlib.figure import Figure

    shown = [one for one in findings if one.analytic.size and one.numeric.size][:4]
    if not shown:
        raise ValueError(f"{title}: no finding compares numbers, so there is no figure.")
    figure = Figure(figsize=(4.2 * len(shown), 4.4), layout="constrained")
    for axes, finding in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        numeric, analytic = finding.numeric, np.nan_to_num(finding.analytic)
        ends = [min(numeric.min(), analytic.min()), max(numeric.max(), analytic.max())]
        wrong = np.abs(analytic - numeric) > 1e-6 * np.max(np.abs(ends))
        axes.plot(ends, ends, color="0.6", linewidth=1, zorder=1, label="where right ones lie")
        for some, colour, label in ((~wrong, "#2a6fbb", "right"), (wrong, "#c2410c", "wrong")):
            if some.any():
                axes.scatter(
                    numeric[some], analytic[some], s=14, color=colour, zorder=2,
                    label=f"{label}: {int(some.sum())}",
                )  # fmt: skip
        what = finding.array or "y"
        axes.set_title(f"{finding.check}: {what}\n{finding.kind}", fontsize=10)
        axes.set_xlabel("expected (by differences)")
        axes.set_ylabel("given by the code")
        axes.legend(fontsize=8)
        axes.grid(color="0.92", zorder=0)
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=110)
