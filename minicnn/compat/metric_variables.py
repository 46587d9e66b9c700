"""What Keras's metrics count in: ``self.total = self.add_weight(name="total")``."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.initializers import get
from minicnn.layers.weighted import NamedArray
from minicnn.metrics import Metric

__all__ = ["MetricVariable", "lend_metric_variables"]


def lend_metric_variables() -> None:
    """Let metrics have variables, and set them to zero where they define no ``reset_state``."""
    undefined = Metric.reset_state

    def reset_state(self: Metric) -> None:
        """Set all variables to zero."""
        variables = _variables(self)
        if not variables:
            undefined(self)
        for variable in variables.values():
            variable.assign(0)

    plain_state = Metric.get_state

    def get_state(self: Metric) -> dict[str, Any]:
        """Return its attributes for a checkpoint: arrays of variables, states of metrics."""
        inner = {name: one.get_state() for name, one in _inner(self).items()}
        state = plain_state(self) | inner
        return state | {name: one.value for name, one in _variables(self).items()}

    def set_state(self: Metric, state: dict[str, Any]) -> None:
        """Continue from the attributes in a checkpoint."""
        variables, inner = _variables(self), _inner(self)
        for name, value in state.items():
            if name in variables:
                variables[name].assign(value)
            elif name in inner:
                inner[name].set_state(value)
            else:
                setattr(self, name, value)

    Metric.reset_state = reset_state  # type: ignore[method-assign]
    Metric.get_state, Metric.set_state = get_state, set_state  # type: ignore[method-assign]
    Metric.variables = property(_listed)  # type: ignore[attr-defined]
    Metric.add_weight = Metric.add_variable = _add_weight  # type: ignore[attr-defined]


class MetricVariable(np.lib.mixins.NDArrayOperatorsMixin, NamedArray):
    """An array with a name that a metric counts in; it can be computed with as an array can.

    Parameters
    ----------
    name : str
    value : ndarray
    """

    def __init__(self, name: str, value: np.ndarray) -> None:
        self.name = self.path = name
        self.value = value

    def assign(self, value: Any) -> None:
        """Set all values."""
        self.value = np.broadcast_to(np.asarray(value, self.value.dtype), self.shape).copy()

    def assign_add(self, value: Any) -> None:
        """Add to the values."""
        self.assign(self.value + np.asarray(value))

    def assign_sub(self, value: Any) -> None:
        """Subtract from the values."""
        self.assign(self.value - np.asarray(value))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        plain = [x.value if isinstance(x, MetricVariable) else x for x in inputs]
        return getattr(ufunc, method)(*plain, **named)

    def __float__(self) -> float:
        return float(self.value)


def _add_weight(
    metric: Metric,
    shape: Any = (),
    initializer: Any = "zeros",
    dtype: str | None = "float32",
    name: str | None = None,
) -> MetricVariable:
    """Return a new variable to keep as an attribute."""
    value = get(initializer or "zeros")(tuple(shape), dtype or "float32")  # type: ignore[misc]
    return MetricVariable(name or "variable", np.asarray(value))


def _listed(metric: Metric) -> list[MetricVariable]:
    """Return the variables; a metric of minicnn, which keeps its state otherwise, has no list."""
    variables = list(_variables(metric).values())
    if not variables:
        raise AttributeError(
            f"{type(metric).__name__!r} object has no attribute 'variables': it has made none with "
            "add_weight; get_state() returns what it keeps."
        )
    return variables


def _variables(metric: Metric) -> dict[str, MetricVariable]:
    """Return the variables that the metric keeps as attributes."""
    return {name: one for name, one in vars(metric).items() if isinstance(one, MetricVariable)}


def _inner(metric: Metric) -> dict[str, Metric]:
    """Return the metrics that it keeps as attributes."""
    return {name: one for name, one in vars(metric).items() if isinstance(one, Metric)}
