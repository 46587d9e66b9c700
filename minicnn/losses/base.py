"""What all losses share: the reduction of a batch to one number, and sample weights.

The n rows' losses l_i become one number, and every row's derivative is scaled accordingly:

    L = c sum_i w_i l_i,   dL/dl_i = c w_i

The reduction decides what c is. By default it is 1/n: the weights do not enter the divisor, and a
sample of weight zero still counts as one of the n.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.configurable import Configurable
from minicnn.registry import snake_case

__all__ = [
    "UNREDUCED",
    "Loss",
    "RowLoss",
    "prediction",
    "row_scale",
    "targets_like",
    "weighted_sum",
]

#: Reductions that keep the value of each row.
UNREDUCED = ("none", None)


class Loss(Configurable):
    """A number that says how far predictions are from targets, and its derivative.

    A loss of your own defines two methods, and works in ``compile`` and in the gradient check::

        class Huber(Loss):
            def forward(self, y_true, y_pred, sample_weight=None):  # -> value, cache
            def backward(self, cache):                              # -> derivative for y_pred

    Parameters
    ----------
    reduction : str or None
        How the rows' losses become one number, as in Keras: "sum_over_batch_size" or "mean", c is
        1/n; "sum", c is 1; "mean_with_sample_weight", c is 1 / sum_i w_i; None or "none", each row
        keeps its w_i l_i, which suits a call and not a training. A loss of your own that is no
        :class:`RowLoss` reduces by itself, and takes the first alone.
    name : str, optional
        Keras's name of the class if not given: "mean_squared_error".
    **fixed
        `fixed_arguments`, at one of their values.
    """

    #: Name of the activation whose input :meth:`on_logits` is for.
    logits_of: ClassVar[str] = "softmax"

    fixed_arguments: ClassVar[dict[str, tuple]] = {"dtype": (None, "float32")}
    reductions: ClassVar[tuple[str | None, ...]] = ("sum_over_batch_size",)
    keras_module = "keras.losses"
    ignored_methods: ClassVar[dict[str, str]] = dict.fromkeys(
        ("_forward", "_backward", "call", "__call__"),
        "forward(y_true, y_pred, sample_weight) -> (value, cache) and backward(cache) -> dy",
    )

    def __init__(
        self,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(**fixed)
        if reduction not in self.reductions:
            expected = ", ".join(map(repr, self.reductions))
            raise ValueError(
                f"{type(self).__name__}: reduction must be {'one of ' * (len(self.reductions) > 1)}"
                f"{expected}, got {reduction!r}."
            )
        self.reduction = reduction
        self.name = name or snake_case(type(self).__name__)

    def forward(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> tuple[Any, Any]:
        """Return the loss of a batch, and the cache that :meth:`backward` takes.

        Parameters
        ----------
        y_true : array_like
            Targets, in the form the class describes.
        y_pred : array_like of float32 or float64, shape (..., c)
            Predictions.
        sample_weight : array_like, optional
            A factor for each row's loss: shape (...), or one that broadcasts to it.

        Raises
        ------
        ValueError
            If shapes, labels or dtypes do not fit.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define forward.")

    def backward(self, cache: Any) -> np.ndarray:
        """Return the derivative with respect to the predictions, in their shape and dtype."""
        raise NotImplementedError(f"{type(self).__name__} does not define backward.")

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape; by default all do."""

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names in the history of what :meth:`forward` returns as the value."""
        return ("loss",)

    def named(self, value: Any) -> dict[str, float]:
        """Return what :meth:`forward` returned as the value, by its names in the history."""
        return {"loss": float(value)}

    def each(self) -> tuple[Loss | None, ...]:
        """Return the loss of every output of the model; a loss by itself is of the only one."""
        return (self,)

    def with_each(self, losses: Sequence[Loss | None]) -> Loss:
        """Return the loss that has these in place of :meth:`each`."""
        (loss,) = losses
        assert loss is not None
        return loss

    def on_logits(self) -> Loss | None:
        """Return the same loss for the input of `logits_of`; None if it has no such form."""
        return None

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Return the loss of a batch; the parameters are those of :meth:`forward`."""
        return self.forward(y_true, y_pred, sample_weight)[0]


class RowLoss(Loss):
    """A loss that is made of the rows' losses.

    A subclass leaves the reduction and the weights to this class, and gives three methods.
    """

    reductions: ClassVar[tuple[str | None, ...]] = (
        *("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", *UNREDUCED),
    )

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Any]:
        """Return the loss of every row, shape (...), and the cache for :meth:`rows_backward`."""
        raise NotImplementedError(f"{type(self).__name__} does not define rows.")

    def rows_backward(self, cache: Any, scale: np.ndarray) -> np.ndarray:
        """Return the derivative with respect to the predictions.

        Parameters
        ----------
        cache : object
            From :meth:`rows`.
        scale : ndarray of float64, shape (...)
            Derivative of the final number with respect to each row's loss.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define rows_backward.")

    def targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
        """Return targets for predictions of a shape, or raise ValueError if they do not fit."""
        return targets_like(type(self).__name__, y_true, shape)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape."""
        self.targets(y_true, shape)

    def values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        """Return the loss of every row, unweighted."""
        return self.rows(y_true, prediction(type(self).__name__, y_pred))[0]

    def forward(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> tuple[Any, Any]:
        y_pred = prediction(type(self).__name__, y_pred)
        losses, cache = self.rows(y_true, y_pred)
        scale = row_scale(type(self).__name__, losses.shape, sample_weight, self.reduction)
        if self.reduction in UNREDUCED:
            return (losses * scale).astype(losses.dtype), (cache, scale)
        return weighted_sum(losses, scale), (cache, scale)

    def backward(self, cache: Any) -> np.ndarray:
        return self.rows_backward(*cache)


def prediction(where: str, y_pred: ArrayLike) -> np.ndarray:
    """Return `y_pred` as an array of floats after a look at its dtype and shape."""
    array = np.asarray(y_pred)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{where}: y_pred must hold numbers, got {array.dtype}.")
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float32)  # as Keras does
    if array.ndim == 0 or array.size == 0:
        raise ValueError(
            f"{where}: y_pred must hold at least one row, shape (..., classes), got {array.shape}."
        )
    return array


def targets_like(where: str, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Return targets of the predictions' shape; a last axis of length one may be missing."""
    y = np.asarray(y_true)
    if (*y.shape, 1) == shape:
        y = y[..., None]
    if y.shape != shape:
        raise ValueError(f"{where}: y_true has shape {y.shape}, y_pred {shape}.")
    return y


def row_scale(
    where: str,
    rows: tuple[int, ...],
    sample_weight: ArrayLike | None,
    reduction: str | None = "sum_over_batch_size",
) -> np.ndarray:
    """Derivative of the loss with respect to each row's loss: c w_i.

    Parameters
    ----------
    where : str
        Who asks, for the message.
    rows : tuple of int
        Shape of the rows' losses.
    sample_weight : array_like or None
        Shape `rows`, `rows` with a last axis of length one, or `rows` with some axes of
        length one.
    reduction : str or None
        See :class:`Loss`.

    Returns
    -------
    ndarray of float64, shape `rows`
    """
    weight = np.asarray(1.0 if sample_weight is None else sample_weight, dtype=np.float64)
    given = weight.shape
    if not weight.ndim:
        weight = np.full(rows, weight)  # one for all
    if weight.ndim == len(rows) + 1 and weight.shape[-1] == 1:
        weight = weight[..., 0]
    if weight.ndim != len(rows) or any(
        one not in (1, size) for one, size in zip(weight.shape, rows, strict=True)
    ):
        raise ValueError(
            f"{where}: sample_weight must have one weight per row, shape {rows}, got {given}."
        )
    weight = np.broadcast_to(weight, rows)
    if reduction == "mean_with_sample_weight":
        total = weight.sum()
        return weight / total if total else np.zeros(rows)  # as in Keras
    return weight if reduction in ("sum", *UNREDUCED) else weight / weight.size


def weighted_sum(losses: np.ndarray, scale: np.ndarray) -> float:
    """Sum the rows' losses times :func:`row_scale`, in float64."""
    return float(np.sum(losses * scale, dtype=np.float64))
