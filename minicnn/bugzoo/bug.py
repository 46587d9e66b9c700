"""One mistake: a change of a line or two in the right code, and what there is to know about it."""

from __future__ import annotations

import difflib
import linecache
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from minicnn.bugzoo.exhibits import EXHIBITS
from minicnn.bugzoo.symptoms import symptom
from minicnn.checking import CheckReport

__all__ = ["Bug", "right_code", "run"]

COPIES = Path(__file__).parent / "copies"


@dataclass(frozen=True)
class Bug:
    """A mistake that can be switched on.

    Attributes
    ----------
    name : str
        Such as "conv2d-kernel-reversed".
    copy : str
        The file of `copies/` it is a change of: "conv2d".
    mistake : str
        What is wrong, in a sentence: the solution of the exercise.
    repair : str
        What to write instead, and why.
    changes : tuple of (str, str)
        Pairs of right and wrong code. Each right one stands once in the file.
    check : str
        The check that catches it, such as "gradients".
    kind : str
        The likely kind that the check names.
    seen : str
        Where people made it: a repository with an issue, a page; "cf." marks a similar one. Empty
        if no place is known.
    """

    name: str
    copy: str
    mistake: str
    repair: str
    changes: tuple[tuple[str, str], ...]
    check: str
    kind: str
    seen: str = ""

    @property
    def code(self) -> str:
        """The whole file with the mistake in it."""
        source = right_code(self.copy)
        for right, wrong in self.changes:
            if source.count(right) != 1:
                raise ValueError(f"{self.name}: {right!r} stands {source.count(right)} times.")
            source = source.replace(right, wrong)
        return source

    @property
    def repaired(self) -> str:
        """The whole file without the mistake."""
        return right_code(self.copy)

    @property
    def diff(self) -> str:
        """What the repair changes, line by line."""
        wrong, right = self.code.splitlines(), self.repaired.splitlines()
        lines = list(difflib.unified_diff(wrong, right, lineterm="", n=0))[2:]
        return "\n".join(line for line in lines if not line.startswith("@@"))

    def load(self) -> type:
        """Return the class with the mistake."""
        return run(self.name, self.code, self.copy)

    def load_repaired(self) -> type:
        """Return the class without the mistake."""
        return run(self.copy, self.repaired, self.copy)

    def check_it(self, repaired: type | None = None) -> CheckReport:
        """Check the class with the mistake, or yours, as :mod:`minicnn.bugzoo.exhibits` does.

        Parameters
        ----------
        repaired : type, optional
            The class of your file: :attr:`code` with your repair.
        """
        return EXHIBITS[self.copy].check(repaired or self.load())

    def check_repaired(self) -> CheckReport:
        """Check the class without the mistake in the same way."""
        return EXHIBITS[self.copy].check(self.load_repaired())

    @property
    def symptom(self) -> str:
        """What a short training shows, measured by ``python -m minicnn.bugzoo``."""
        return symptom(self.name, self.copy)


@cache
def right_code(copy: str) -> str:
    """Return the file of a right copy."""
    return (COPIES / f"{copy}.py").read_text("utf-8")


@cache
def run(name: str, source: str, copy: str) -> type:
    """Run a file and return its class; tracebacks show its lines."""
    file = f"<bugzoo {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    namespace: dict[str, Any] = {"__name__": f"bugzoo.{name}"}
    exec(compile(source, file, "exec"), namespace)
    return namespace[EXHIBITS[copy].class_name]
