"""A metric in its place in a model: of one output of several, weighted, or under another name."""

from __future__ import annotations

from typing import Any, ClassVar

from minicnn.metrics.base import Metric
from minicnn.outputs import listed, naming

__all__ = ["OutputMetric"]


class OutputMetric(Metric):
    """A metric of one output of a model.

    It is given what the whole model has, a list or tuple with an array for each output, and takes
    its share.

    Parameters
    ----------
    metric : Metric
    name : str
        Its name in the history: "age_mae".
    output : str
        Name of the output.
    index : int
        Number of the output.
    weighted : bool
        Whether samples count by their weights.
    """

    larger_is_better: ClassVar[bool | None] = None

    def __init__(
        self, metric: Metric, name: str, output: str, index: int, *, weighted: bool
    ) -> None:
        self.metric, self.output, self.index, self.weighted = metric, output, index, weighted
        self.larger_is_better = metric.larger_is_better  # type: ignore[misc]  # that of the class
        super().__init__(name)

    def check_targets(self, y_true: Any, shape: Any) -> None:
        """Raise what :meth:`update_state` would for predictions of these shapes."""
        y = listed(y_true)[self.index]
        if y is None:
            raise ValueError(f"output {self.output!r} has metrics, but no targets.")
        shape = shape[self.index] if isinstance(shape, list) else shape
        naming(self.output, self.metric.check_targets, y, shape)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of the model."""
        arrays = [listed(y_true)[self.index], listed(y_pred)[self.index]]
        if sample_weight is not None:
            weights = listed(sample_weight)
            arrays.append(weights[self.index] if len(weights) > 1 else weights[0])
        self.metric.update_state(*arrays)

    def result(self) -> Any:
        """Return the value so far."""
        return self.metric.result()

    def reset_state(self) -> None:
        """Forget everything seen."""
        self.metric.reset_state()

    def get_state(self) -> dict[str, Any]:
        """Return what the batches so far have left in the metric."""
        return self.metric.get_state()

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a state."""
        self.metric.set_state(state)
