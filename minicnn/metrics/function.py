"""A function of targets and predictions as a metric."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from minicnn.metrics.base import MeanMetric
from minicnn.registry import snake_case

__all__ = ["MeanMetricWrapper"]


class MeanMetricWrapper(MeanMetric):
    """The mean of what a function returns.

    Parameters
    ----------
    fn : callable
        ``fn(y_true, y_pred, **kwargs)`` returns a value for every sample, or one for the batch. As
        in Keras every value counts as one: those of batches are averaged over batches.
    name : str, optional
        Name in logs; the function's if not given.
    **kwargs
        `dtype`, and further arguments of `fn`.
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, **kwargs: Any) -> None:
        dtype = {"dtype": kwargs.pop("dtype")} if "dtype" in kwargs else {}
        names = (getattr(fn, attribute, None) for attribute in ("name", "__name__"))
        super().__init__(name or next(filter(None, names), snake_case(type(fn).__name__)), **dtype)
        self.fn, self.arguments = fn, kwargs

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        """Return what the function returns."""
        return np.asarray(self.fn(y_true, y_pred, **self.arguments))

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Leave the check to the function, which may count its calls."""

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form of a function: its name."""
        return {
            "module": "builtins",
            "class_name": "function",
            "config": self.name,
            "registered_name": self.name,
        }
