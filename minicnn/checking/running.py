"""Run checks one by one; an exception of what is checked is a finding, too."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from minicnn.checking.findings import WRONG, CheckReport, Finding

__all__ = ["run_check", "run_checks"]


def run_check(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return what a check finds."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return list(check())
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            return [Finding(name, WRONG, message, "raises an error")]


def run_checks(title: str, checks: Mapping[str, Callable[[], Iterable[Finding]]]) -> CheckReport:
    """Return the report of several checks, in their order."""
    return CheckReport(title, {name: run_check(name, check) for name, check in checks.items()})
