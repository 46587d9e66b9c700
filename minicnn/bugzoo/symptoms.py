"""What short trainings with each mistake ended with: measured once, kept in symptoms.json."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

__all__ = ["FILE", "UNMEASURED", "extent", "measured", "symptom"]

FILE = Path(__file__).parent / "symptoms.json"

#: Stands for the outcome of trainings that nobody has run yet.
UNMEASURED: dict[str, Any] = {"train": [], "test": [], "problem": "not measured"}


@functools.cache
def measured() -> dict[str, Any]:
    """Return the outcomes: of the right copies under "right", of the mistakes under "bugs"."""
    return json.loads(FILE.read_text("utf-8"))


def symptom(name: str, copy: str) -> str:
    """Return a sentence about a mistake's training, beside that without the mistake."""
    found, right = measured()["bugs"][name], measured()["right"][copy]
    if UNMEASURED in (found, right):
        return "Its training has not been measured yet."
    if found["problem"]:
        words = "a loss that becomes NaN" if found["problem"] == "NaN" else f"a {found['problem']}"
        ending = f"A short training ends with {words}"
    else:
        ending = (
            f"After a short training, accuracy is {extent(found['train'])} in training and "
            f"{extent(found['test'])} on other images"
        )
    return (
        f"{ending}. Without the mistake: {extent(right['train'])} and {extent(right['test'])}. "
        "The ranges are those of three seeds."
    )


def extent(numbers: list[float | None]) -> str:
    """Return the range of some accuracies, such as ".61 to .74"; "-" if there is none."""
    known = [number for number in numbers if number is not None]
    if not known:
        return "-"
    low, high = (f"{number:.2f}".removeprefix("0") for number in (min(known), max(known)))
    return low if low == high else f"{low} to {high}"
