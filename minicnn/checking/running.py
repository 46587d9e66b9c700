"""Run checks one by one; an exception of what is checked is a finding, too."""

from __future__ import annotations

import os
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from minicnn.checking.findings import WRONG, CheckReport, Finding

__all__ = ["quiet", "run_check", "run_checks", "told"]

#: Folders whose lines nobody who checks a layer has written.
_OTHERS = (
    str(Path(__file__).parents[1]) + os.sep,
    *(sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib")),
    "<frozen ",
    "<__array_function__",
)


@contextmanager
def quiet() -> Iterator[None]:
    """Let the checked code divide by zero without a warning; the checks find the NaN."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def run_check(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Return what a check finds."""
    with quiet():
        try:
            return list(check())
        except Exception as error:
            return [Finding(name, WRONG, told(error), "raises an error")]


def run_checks(title: str, checks: Mapping[str, Callable[[], Iterable[Finding]]]) -> CheckReport:
    """Return the report of several checks, in their order."""
    return CheckReport(title, {name: run_check(name, check) for name, check in checks.items()})


def told(error: BaseException) -> str:
    """Return an exception as a sentence, with the line of the checked code that raised it."""
    # When forward fails while the layer is built, the line is in the cause.
    for one in (error, error.__cause__):
        for frame in reversed(traceback.extract_tb(one.__traceback__ if one else None)):
            if not frame.filename.startswith(_OTHERS):
                name = Path(frame.filename).name
                line = f"line {frame.lineno} of {name}: {frame.line}"
                return f"{type(one).__name__}: {one} ({line})"
    return f"{type(error).__name__}: {error}"
