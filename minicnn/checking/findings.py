"""What the checks of a layer, a loss, an optimizer or a training step found."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

__all__ = ["CheckReport", "Finding"]

OK, REMARK, WRONG, SKIPPED = "ok", "remark", "WRONG", "not checked"

#: Columns of the printed sentences.
WIDTH = 96


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    check : str
        The check, such as "gradients".
    verdict : str
        "WRONG", "remark" (worth knowing, but not wrong), "not checked" or "ok".
    message : str
        What was found, in a sentence.
    kind : str
        The likely kind of mistake, such as "wrong sign"; empty if there is none.
    why : str
        What speaks for that kind.
    array : str
        The parameter or input concerned: "kernel", "x".
    where : tuple of int
        Index of the worst element.
    error : float
        How much is wrong: the largest difference, relative to the largest value.
    analytic, numeric : ndarray
        What the code gives and what it should be, element by element, if there is such a pair.
    """

    check: str
    verdict: str
    message: str = ""
    kind: str = ""
    why: str = ""
    array: str = ""
    where: tuple[int, ...] = ()
    error: float = float("nan")
    analytic: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)
    numeric: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)

    def __str__(self) -> str:
        text = textwrap.fill(f"{self.check}: {self.message}", WIDTH, subsequent_indent="  ")
        if not self.kind:
            return text
        kind = f"likely kind: {self.kind}" + (f" ({self.why})" if self.why else "")
        hint = textwrap.fill(kind, WIDTH, initial_indent="  ", subsequent_indent="    ")
        return f"{text}\n{hint}"


class CheckReport(Mapping[str, tuple[Finding, ...]]):
    """Findings by check: ``report["gradients"]`` is a tuple, perhaps empty.

    Parameters
    ----------
    title : str
        What was checked.
    findings : mapping of str to sequence of Finding
        In the order of the checks.
    """

    def __init__(self, title: str, findings: Mapping[str, Sequence[Finding]]) -> None:
        self.title = title
        self._findings = {check: tuple(found) for check, found in findings.items()}

    def __getitem__(self, check: str) -> tuple[Finding, ...]:
        return self._findings[check]

    def __iter__(self) -> Iterator[str]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, in the order of the checks."""
        return [finding for found in self._findings.values() for finding in found]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; remarks do not count."""
        return not self.failed

    @property
    def failed(self) -> list[str]:
        """Names of the checks that found something wrong."""
        return [check for check in self if self.verdict(check) == WRONG]

    @property
    def kinds(self) -> list[str]:
        """The likely kinds of all findings, without repetition."""
        return list(dict.fromkeys(one.kind for one in self.findings if one.kind))

    @property
    def error(self) -> float:
        """The largest error of a gradient, right or wrong; NaN if none was compared."""
        errors = [one.error for one in self.findings if one.check == "gradients"]
        return max((error for error in errors if error == error), default=float("nan"))

    def verdict(self, check: str) -> str:
        """Return the worst verdict of a check: "WRONG", "remark", "not checked" or "ok"."""
        verdicts = {finding.verdict for finding in self[check]}
        return next((v for v in (WRONG, REMARK, SKIPPED) if v in verdicts), OK)

    def plot(self, path: Any) -> None:
        """Draw what is wrong: the code's numbers against the right ones, one point each.

        Parameters
        ----------
        path : str or Path
            File to write: .png, .svg or .pdf.

        Raises
        ------
        ValueError
            If no finding compares numbers.
        """
        from minicnn.checking.figure import draw

        draw(self.title, self.findings, path)

    def __str__(self) -> str:
        wrong, remarks = len(self.failed), sum(one.verdict == REMARK for one in self.findings)
        verdict = f"{wrong} of {len(self)} checks found something WRONG" if wrong else "all ok"
        if remarks:
            verdict += f", {remarks} remark{'s' * (remarks > 1)}"
        width = max(map(len, self), default=0)
        lines = [f"{self.title}: {verdict}"]
        lines += [f"  {check.ljust(width)}  {self.verdict(check)}" for check in self]
        told: dict[tuple[str, str, str], list[Finding]] = {}
        for one in self.findings:
            if one.message:
                told.setdefault((one.message, one.kind, one.why), []).append(one)
        # An error in forward stops most checks; it is told once.
        once = [
            str(replace(same[0], check=", ".join(dict.fromkeys(one.check for one in same))))
            for same in told.values()
        ]
        return "\n".join([*lines, *([""] if once else []), *once])

    def __repr__(self) -> str:
        return f"<CheckReport {self.title!r}, passed={self.passed}>"
