"""Random traits: dataclasses whose fields say between which values they are drawn."""

from __future__ import annotations

from dataclasses import field, fields
from functools import cache
from typing import Any, TypeVar

import numpy as np

__all__ = ["draw", "trait"]

T = TypeVar("T")


def trait(low: float, high: float) -> Any:
    """Declare a dataclass field that `draw` fills uniformly from ``[low, high)``."""
    return field(metadata={"range": (low, high)})


@cache
def _ranges(cls: type) -> tuple[np.ndarray, np.ndarray]:
    low, high = zip(*(f.metadata["range"] for f in fields(cls)), strict=True)
    return np.array(low), np.array(high)


def draw(cls: type[T], rng: np.random.Generator) -> T:
    """Draw every trait of `cls`, in the order in which the class lists them.

    Parameters
    ----------
    cls : type
        A dataclass all of whose fields are declared with `trait`.
    rng : numpy.random.Generator
        Advanced by exactly one number per field.
    """
    low, high = _ranges(cls)  # type: ignore[arg-type]  # mypy: type[T] is not Hashable
    return cls(*(low + (high - low) * rng.random(len(low))).tolist())
