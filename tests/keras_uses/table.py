"""The table of uses: what each one is, and whether it gives the same here as in Keras."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["AREAS", "STATUSES", "Use", "old", "table", "use"]

#: The files of this folder that hold uses, in the order of the page, and the title of each there.
AREAS = {
    "models": "Models",
    "classes": "Models and blocks as classes",
    "layers": "Layers",
    "layers_of_images": "Layers for images",
    "activations": "Activations",
    "training": "Training",
    "data": "Data",
    "callbacks": "Callbacks",
    "losses": "Losses",
    "optimizers": "Optimizers",
    "metrics": "Metrics",
    "saving": "Saving",
    "introspection": "Looking inside",
    "utilities": "Utilities",
    "initializers": "Initializers, regularizers, constraints",
    "old_names": "Names from Keras 1 and 2",
    "keras_1": "Keras 1's words",
    "preprocessing": "Keras 2's image generators",
    "left_out": "Left out on purpose",
}
#: same: it works and gives the same. differs: it works, and the note says what differs. refused:
#: a sentence says that it is not supported. missing: it fails in some other way.
STATUSES = ("same", "differs", "refused", "missing")


@dataclass(frozen=True)
class Use:
    """One use of the API.

    Attributes
    ----------
    area : str
        A key of AREAS: the file that holds it.
    name : str
        The use as one writes it, for the page.
    status : str
        One of STATUSES, as expected.
    note : str
        For the page: what differs, or why it is refused.
    run : callable
        Called with the package, Keras or minicnn, and with an empty folder if it has an argument
        `folder`. It returns what is compared: numbers, arrays, strings, shapes, in any nesting.
    """

    area: str
    name: str
    status: str
    note: str
    run: Callable[..., Any]

    @property
    def id(self) -> str:
        """Its name in pytest's reports."""
        return f"{self.area}: {self.name}"


_TABLE: dict[str, Use] = {}


def use(name: str, status: str = "same", note: str = "") -> Callable[[Callable], Callable]:
    """Enter the decorated function into the table."""
    assert status in STATUSES, name
    assert bool(note) == (status in ("differs", "refused")), f"{name}: a note goes with {status}?"

    def enter(function: Callable) -> Callable:
        one = Use(function.__module__.rpartition(".")[2], name, status, note, function)
        assert one.id not in _TABLE, one.id
        _TABLE[one.id] = one
        return function

    return enter


def old(package: Any) -> bool:
    """Whether to write a use in Keras 2's words: here, since Keras 3 no longer has them."""
    return package.__name__ == "minicnn"


def table() -> list[Use]:
    """Return every use, area by area."""
    for area in AREAS:
        importlib.import_module(f"keras_uses.{area}")
    return [one for area in AREAS for one in _TABLE.values() if one.area == area]
