"""What all losses share: the mean over the batch, sample weights, and the order of the calls.

The rows' losses l_i become one number, and every row's derivative is scaled accordingly:

    L = (1/n) sum_i w_i l_i,   dL/dl_i = w_i / n

The weights do not enter the divisor: a sample of weight zero still counts as one of the n.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from minicnn.registry import accept_fixed, construct, snake_case

__all__ = ["Loss", "prediction", "row_scale", "weighted_mean"]


class Loss:
    """A number that says how far predictions are from targets, and its derivative.

    Parameters
    ----------
    reduction : {"sum_over_batch_size"}
        How the rows' losses become one number: their mean. Keras's other reductions are not
        implemented.
    name : str, optional
        Keras's name of the class if not given: "mean_squared_error".
    **fixed
        `fixed_arguments`, at one of their values.
    """

    #: Keras's arguments that this library has no choice for, and the values it stands for.
    fixed_arguments: ClassVar[dict[str, tuple]] = {}

    def __init__(
        self, *, reduction: str = "sum_over_batch_size", name: str | None = None, **fixed: Any
    ) -> None:
        accept_fixed(type(self).__name__, fixed, self.fixed_arguments)
        if reduction != "sum_over_batch_size":
            raise ValueError(
                f"{type(self).__name__}: reduction must be 'sum_over_batch_size', "
                f"got {reduction!r}."
            )
        self.reduction = reduction
        self.name = name or snake_case(type(self).__name__)
        self._cache: Any = None

    # -- to be filled in by a subclass --

    def _forward(self, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[float, Any]:
        """Return the loss and what :meth:`_backward` needs."""
        raise NotImplementedError

    def _backward(self, cache: Any) -> np.ndarray:
        """Return the derivative with respect to the predictions."""
        raise NotImplementedError

    def check_targets(self, y_true: Any, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape; by default all do."""

    # -- the calls --

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """Return the mean loss of a batch.

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
        loss, self._cache = self._forward(y_true, y_pred, sample_weight)
        return loss

    def backward(
        self, y_true: Any = None, y_pred: Any = None, sample_weight: Any = None
    ) -> np.ndarray:
        """Return the derivative of the loss with respect to the predictions.

        Without arguments it is that of the last call.

        Returns
        -------
        ndarray of y_pred's dtype and shape

        Raises
        ------
        ValueError
            If there are neither arguments nor a call before, or if they do not fit.
        """
        if y_true is None and y_pred is None:
            if self._cache is None:
                raise ValueError(
                    f"{type(self).__name__}: backward before the loss; call "
                    "loss(y_true, y_pred) first or pass both to backward."
                )
            return self._backward(self._cache)
        return self._backward(self._forward(y_true, y_pred, sample_weight)[1])

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal loss, under Keras's names."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a loss from :meth:`get_config`'s dict or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown, or has a value that only Keras implements.
        """
        return construct(cls, config, cls.fixed_arguments)


def prediction(where: str, y_pred: Any) -> np.ndarray:
    """Return `y_pred` as an array after a look at its dtype and shape."""
    array = np.asarray(y_pred)
    if array.dtype not in (np.float32, np.float64):
        raise ValueError(f"{where}: y_pred must be float32 or float64, got {array.dtype}.")
    if array.ndim == 0 or array.size == 0:
        raise ValueError(
            f"{where}: y_pred must hold at least one row, shape (..., classes), got {array.shape}."
        )
    return array


def row_scale(where: str, rows: tuple[int, ...], sample_weight: Any) -> np.ndarray:
    """Derivative of the mean loss with respect to each row's loss: w_i / n.

    Parameters
    ----------
    where : str
        Who asks, for the message.
    rows : tuple of int
        Shape of the rows' losses.
    sample_weight : array_like or None
        Shape `rows`, `rows` with a last axis of length one, or `rows` with some axes of
        length one.

    Returns
    -------
    ndarray of float64, shape `rows`
    """
    count = int(np.prod(rows))
    if sample_weight is None:
        return np.full(rows, 1.0 / count)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.ndim == len(rows) + 1 and weight.shape[-1] == 1:
        weight = weight[..., 0]
    if weight.ndim != len(rows) or any(
        given not in (1, size) for given, size in zip(weight.shape, rows, strict=True)
    ):
        raise ValueError(
            f"{where}: sample_weight must have one weight a row, shape {rows}, "
            f"got {np.shape(sample_weight)}."
        )
    return np.broadcast_to(weight, rows) / count


def weighted_mean(losses: np.ndarray, scale: np.ndarray) -> float:
    """Sum the rows' losses times :func:`row_scale`, in float64."""
    return float(np.sum(losses * scale, dtype=np.float64))
