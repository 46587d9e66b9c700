"""What metrics share: a state over batches, and the mean of values as the usual one."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.configurable import Configurable
from minicnn.registry import snake_case

__all__ = ["Mean", "MeanMetric", "Metric", "Sum", "same_rank"]


class Metric(Configurable):
    """A number about everything seen since the last reset.

    A metric of your own defines three methods, and works in ``compile``::

        class Largest(Metric):
            def reset_state(self):
                self._largest = 0.0

            def update_state(self, y_true, y_pred, sample_weight=None):
                self._largest = max(self._largest, float(y_pred.max()))

            def result(self):
                return self._largest

    Parameters
    ----------
    name : str, optional
        Name in logs; Keras's name of the class if not given.
    **fixed
        `fixed_arguments`, with one of their values.
    """

    keras_module = "keras.metrics"
    fixed_arguments: ClassVar[dict[str, tuple]] = {"dtype": ("float32", None, "float64")}
    ignored_methods: ClassVar[dict[str, str]] = {"reset_states": "reset_state(self)"}

    #: Which way is better, for callbacks that watch it; None if that is unknown.
    larger_is_better: ClassVar[bool | None] = None

    #: Whether a training hands over the weights of the samples; otherwise they are the loss's.
    weighted: bool = False

    def __init__(self, name: str | None = None, **fixed: Any) -> None:
        super().__init__(**fixed)
        self.name = name or snake_case(type(self).__name__)
        try:
            self.reset_state()
        except (AttributeError, NotImplementedError):
            # As in Keras, an __init__ may make the state after this; a training resets it again.
            if type(self).__init__ is Metric.__init__:
                raise

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise what :meth:`update_state` would for predictions of a shape; by default nothing."""

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like
            Targets and predictions, in the form the class describes.
        sample_weight : array_like, optional
            How much each sample counts.

        Raises
        ------
        ValueError
            If shapes or labels do not fit.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define update_state.")

    def result(self) -> Any:
        """Return the value so far: a float, or an array of several."""
        raise NotImplementedError(f"{type(self).__name__} does not define result.")

    def reset_state(self) -> None:
        """Forget everything seen."""
        raise NotImplementedError(f"{type(self).__name__} does not define reset_state.")

    def get_state(self) -> dict[str, Any]:
        """Return its attributes, but for a function it may be made of, for a checkpoint."""
        return {name: value for name, value in vars(self).items() if not callable(value)}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from the attributes in a checkpoint."""
        vars(self).update(state)

    def __call__(self, *batch: Any, **named: Any) -> Any:
        """Add a batch, and return the value so far."""
        self.update_state(*batch, **named)
        return self.result()


class _Total(Metric):
    """Sums up values and their weights."""

    def _add(self, values: ArrayLike, sample_weight: ArrayLike | None, *, mean: bool) -> None:
        """Add values of shape (n, ...); those of one sample become their mean, or their sum."""
        reduce: Any = np.mean if mean else np.sum
        array, weight = np.asarray(values, np.float64), None
        if sample_weight is not None:
            array, weight = same_rank(array, np.asarray(sample_weight, np.float64))
            if array.ndim > weight.ndim:
                array = reduce(array, axis=tuple(range(weight.ndim, array.ndim)))
            try:
                weight = np.broadcast_to(weight, array.shape)
            except ValueError:
                raise ValueError(
                    f"{self.name}: sample_weight must have shape {array.shape[:1]}, "
                    f"got {np.shape(sample_weight)}."
                ) from None
            array = array * weight
            if weight.ndim > 1:
                weight = reduce(weight, axis=tuple(range(1, weight.ndim)))
        if array.ndim > 1:
            array = reduce(array, axis=tuple(range(1, array.ndim)))
        self._total += float(np.sum(array))
        self._count += float(array.size if weight is None else np.sum(weight))

    def reset_state(self) -> None:
        """Forget everything seen."""
        self._total = self._count = 0.0


class Mean(_Total):
    """The weighted mean of values.

    Parameters
    ----------
    name : str
        Name in logs.
    """

    def update_state(  # type: ignore[override]
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add values, a number or one or more for each sample, as Keras does."""
        self._add(values, sample_weight, mean=True)

    def result(self) -> float:
        """Return the mean so far; 0 if nothing has any weight."""
        return self._total / self._count if self._count else 0.0


class Sum(_Total):
    """The weighted sum of values; the parameter is that of :class:`Mean`."""

    def update_state(  # type: ignore[override]
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add values, a number or one or more for each sample, as Keras does."""
        self._add(values, sample_weight, mean=False)

    def result(self) -> float:
        """Return the sum so far."""
        return self._total


class MeanMetric(Mean):
    """The weighted mean of a value for every row; a subclass gives the values."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        """Return one value or more for every sample."""
        raise NotImplementedError(f"{type(self).__name__} does not define _values.")

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise what :meth:`update_state` would for predictions of a shape."""
        self._values(y_true, np.broadcast_to(np.float32(0), shape))

    def update_state(  # type: ignore[override]
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like
            Targets and predictions, in the form the class describes.
        sample_weight : array_like, shape (n,) or one that fits the values, optional
            How much each sample counts, in the sum and in the divisor.

        Raises
        ------
        ValueError
            If shapes or labels do not fit.
        """
        self._add(self._values(y_true, y_pred), sample_weight, mean=True)


def same_rank(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add or drop a last axis of length one where the ranks differ by one, as Keras does."""
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return (a, b[:, None]) if b.ndim == 1 else (a[..., 0], b)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return (a[:, None], b) if a.ndim == 1 else (a, b[..., 0])
    return a, b
