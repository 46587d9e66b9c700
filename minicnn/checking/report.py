"""What a gradient check found, array by array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

__all__ = ["GradientReport", "GradientRow"]


@dataclass(frozen=True)
class GradientRow:
    """The comparison of one array: a parameter or the input.

    Attributes
    ----------
    error : float
        ``max|analytic - numeric| / max(|analytic|, |numeric|)`` over the coordinates compared;
        the numerator alone if the gradient is zero. NaN if nothing was compared.
    tolerance : float
        Largest error that passes.
    checked : int
        Number of coordinates compared.
    kinks : int
        Number of coordinates with a kink within a step. They are compared on their smooth
        side.
    excluded : int
        Number of kinks without a smooth side, which are not compared.
    size : int
        Number of elements of the array.
    zero : bool
        Whether the gradient is zero, and `error` absolute.
    problem : str
        Why nothing could be compared; empty otherwise.
    places : ndarray of int
        Flat indices of the coordinates compared.
    analytic, numeric : ndarray
        Both derivatives at these places.
    """

    error: float
    tolerance: float
    checked: int
    kinks: int
    excluded: int
    size: int
    zero: bool = False
    problem: str = ""
    places: np.ndarray = field(default_factory=lambda: np.empty(0, int), repr=False, compare=False)
    analytic: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)
    numeric: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)

    @property
    def passed(self) -> bool:
        """Whether something was compared and the error is within the tolerance."""
        return not self.problem and self.checked > 0 and self.error <= self.tolerance

    @property
    def worst(self) -> int:
        """Where among the places compared the two are furthest apart; NaN is furthest."""
        return int(np.argmax(np.nan_to_num(np.abs(self.analytic - self.numeric), nan=np.inf)))

    @property
    def verdict(self) -> str:
        """``ok`` or what is wrong, in words."""
        if self.problem:
            return f"WRONG: {self.problem}"
        if not self.checked:
            return "NOTHING CHECKED: kinks everywhere"
        if not self.passed:
            return "WRONG"
        return "ok, zero" if self.zero else "ok"


class GradientReport(Mapping[str, GradientRow]):
    """The rows of a gradient check by the arrays' names: ``report["gamma"].error``.

    Parameters
    ----------
    title : str
        What was checked.
    rows : mapping of str to GradientRow
        The input is "x"; a parameter has its own name, in a model "layer_name/parameter".
    """

    def __init__(self, title: str, rows: Mapping[str, GradientRow]) -> None:
        self.title = title
        self._rows = dict(rows)

    def __getitem__(self, name: str) -> GradientRow:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def passed(self) -> bool:
        """Whether every row passed."""
        return all(row.passed for row in self.values())

    @property
    def failed(self) -> list[str]:
        """Names of the rows that did not pass."""
        return [name for name, row in self.items() if not row.passed]

    def __str__(self) -> str:
        lines = [("array", "error", "checked", "kinks", "excluded", "verdict")]
        for name, row in self.items():
            checked = f"{row.checked} of {row.size}"
            numbers = (f"{row.error:.1e}", checked, str(row.kinks), str(row.excluded))
            lines.append((name, *numbers, row.verdict))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        left = (0, len(widths) - 1)  # words stand left, numbers right
        table = [
            "  ".join(
                cell.ljust(width) if k in left else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        failed = self.failed
        verdict = f"{len(failed)} of {len(self)} arrays WRONG" if failed else "all gradients agree"
        return "\n".join([f"{self.title}: {verdict}", *table])

    def __repr__(self) -> str:
        return f"<GradientReport {self.title!r}, passed={self.passed}>"
