"""What a verification has found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minicnn.verification.check import METHODS, Check
from minicnn.verification.trajectory import Trajectory

__all__ = ["Line", "Results"]


@dataclass(frozen=True)
class Line:
    """All checks of one subject.

    Attributes
    ----------
    part, subject : str
    checks : list of Check
    """

    part: str
    subject: str
    checks: list[Check]

    @property
    def passed(self) -> bool:
        """Whether all of them passed."""
        return all(check.passed for check in self.checks)

    def worst(self, method: str) -> Check | None:
        """Return the check of a method that comes closest to its tolerance, or exceeds it."""
        of_method = [check for check in self.checks if check.method == method]
        # NaN compares false, so "not within" is asked first.
        return max(of_method, key=lambda c: (not c.passed, c.error / c.tolerance), default=None)

    def verdict(self) -> str:
        """Return "ok", or what is wrong in words."""
        wrong = [check for check in self.checks if not check.passed]
        if not wrong:
            return "ok"
        what = dict.fromkeys(f"{check.quantity} ({check.method})" for check in wrong)
        return "WRONG: " + ", ".join(what)


@dataclass(frozen=True)
class Results:
    """What a verification has found.

    Attributes
    ----------
    checks : list of Check
    trajectories : list of Trajectory
    oracle : str
        The version of Keras, or a sentence that says why there was none.
    """

    checks: list[Check]
    trajectories: list[Trajectory]
    oracle: str

    @property
    def passed(self) -> bool:
        """Whether all checks passed."""
        return all(check.passed for check in self.checks)

    @property
    def compared(self) -> bool:
        """Whether there was a TensorFlow to compare with."""
        return any(check.method.startswith("float") for check in self.checks)

    def methods(self) -> list[str]:
        """Return the methods that were used."""
        used = {check.method for check in self.checks}
        return [method for method in METHODS if method in used]

    def lines(self) -> Iterator[Line]:
        """Yield the checks by part and subject."""
        grouped: dict[tuple[str, str], list[Check]] = {}
        for check in self.checks:
            grouped.setdefault((check.part, check.subject), []).append(check)
        parts = list(dict.fromkeys(check.part for check in self.checks))
        for key in sorted(grouped, key=lambda key: parts.index(key[0])):
            yield Line(*key, grouped[key])

    def summary(self) -> str:
        """Return the verdict in a sentence."""
        subjects = len(list(self.lines()))
        wrong = sum(not check.passed for check in self.checks)
        if wrong:
            return f"{wrong} of {len(self.checks)} checks FAILED."
        return f"All {len(self.checks)} checks of {subjects} subjects passed."

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        return {
            "passed": self.passed,
            "summary": self.summary(),
            "oracle": self.oracle,
            "methods": {method: METHODS[method] for method in self.methods()},
            "checks": [check.as_dict() for check in self.checks],
            "trajectories": [one.as_dict() for one in self.trajectories],
        }
