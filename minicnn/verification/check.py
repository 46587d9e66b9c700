"""One comparison of two computations of the same thing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["METHODS", "Check"]

#: What a number is compared with, in the order of the report's columns.
METHODS = {
    "differences": "differences of the forward pass, in float64",
    "formula": "the formula in plain Python, number by number",
    "float32": "TensorFlow, both in float32",
    "float64": "TensorFlow, both in float64",
}


@dataclass(frozen=True)
class Check:
    """How far two numbers, or two arrays, that should be equal are apart.

    Attributes
    ----------
    part : str
        "Layers", "Losses", "Optimizers", "Schedules" or "Network".
    subject : str
        What was checked, such as "Conv2D, strides 2".
    method : str
        A key of :data:`METHODS`.
    quantity : str
        What was compared: "y", "dx", "dkernel", "rate".
    error : float
        The largest difference, relative to the largest value.
    tolerance : float
        The largest error that passes.
    problem : str
        Why nothing could be compared; empty otherwise.
    """

    part: str
    subject: str
    method: str
    quantity: str
    error: float
    tolerance: float
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance; NaN never is."""
        return not self.problem and self.error <= self.tolerance

    def as_dict(self) -> dict[str, Any]:
        """Return the fields and the verdict, for JSON."""
        return asdict(self) | {"passed": self.passed}
