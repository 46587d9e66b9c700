"""Normalization: inputs to mean 0 and variance 1, by statistics of data seen before training.

Derivation: docs/math/normalization.md. :mod:`minicnn.layers.moments` takes the statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from minicnn import initializers
from minicnn.configurable import plain
from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.layers.moments import Moments, moments_of
from minicnn.layers.sample_axes import check_axis, positive_axes
from minicnn.random import Key

__all__ = ["Normalization", "normalization", "normalization_backward"]

#: The smallest standard deviation to divide by, as in Keras: a constant feature becomes 0.
EPSILON = 1e-7


def normalization(
    x: np.ndarray, mean: np.ndarray, variance: np.ndarray, *, invert: bool = False
) -> tuple[np.ndarray, tuple]:
    r"""Subtract a mean and divide by a standard deviation; or undo that.

    .. math:: s = \max(\sqrt{\sigma^2}, \epsilon), \quad y = \frac{x - \mu}{s}
              \tag{normalization.1}
    .. math:: y = s x + \mu \text{ if inverted} \tag{normalization.2}

    with :math:`\epsilon = 10^{-7}`.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    mean, variance : ndarray
        Of x's dtype, and of a shape that is broadcast to that of x.
    invert : bool
        Whether to compute (normalization.2).

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`normalization_backward`.
    """
    spread = np.maximum(np.sqrt(variance), variance.dtype.type(EPSILON))
    y = x * spread + mean if invert else (x - mean) / spread
    return y, (spread, invert, x.shape)


def normalization_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`normalization`.

    .. math:: dx = \frac{dy}{s}, \quad dx = s\, dy \text{ if inverted} \tag{normalization.3}
    """
    spread, invert, shape = cache
    check_dy("normalization_backward", dy, shape)
    return dy * spread if invert else dy / spread


class Normalization(Elementwise):
    """Inputs to mean 0 and variance 1, with Keras's arguments.

    The statistics are given, or :meth:`adapt` takes them from data before the training.

    Parameters
    ----------
    axis : int, sequence of int or None
        Axes that have statistics for each index, the batch axis being 0: -1 for every channel.
        With None, there is one mean and one variance.
    mean, variance : float or array, optional
        The statistics, or what is broadcast to them. Both or none.
    invert : bool
        Whether to compute the inverse: from normalised numbers to the original ones.

    Notes
    -----
    State, if the statistics are not given: mean and variance, of the sizes of the axes, and count,
    which Keras's files hold and nobody reads. Before :meth:`adapt`, they are 0 and 1.
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axes = [] if axis is None else check_axis(self._title(), axis)
        self.axis = (axes,) if isinstance(axes, int) else tuple(axes)
        self.input_mean, self.input_variance = plain(mean), plain(variance)
        self.invert = bool(invert)
        self._given = self._checked_statistics()
        # As initializers, so that a file's sizes can be counted before there are arrays.
        self._zeros, self._ones = initializers.of_weight("zeros"), initializers.of_weight("ones")

    def _checked_statistics(self) -> tuple[np.ndarray, np.ndarray] | None:
        given = self.input_mean, self.input_variance
        missing = [value is None for value in given]
        if all(missing):
            return None
        if any(missing):
            raise self._error(
                f"mean and variance must be given together, got mean={given[0]} and "
                f"variance={given[1]}"
            )
        try:
            arrays = [np.asarray(value) for value in given]
        except ValueError:  # rows of different lengths
            arrays = []
        if not arrays or any(array.dtype.kind not in "biuf" for array in arrays):
            raise self._error("mean and variance must be numbers or arrays of them")
        mean, variance = (array.astype(np.float64) for array in arrays)
        if mean.shape != variance.shape or mean.ndim > len(self.axis):
            raise self._error(
                f"mean and variance must have the same shape, with at most {len(self.axis)} axes "
                f"for axis={self.axis}, got {mean.shape} and {variance.shape}"
            )
        if not (np.isfinite(mean).all() and np.isfinite(variance).all() and (variance >= 0).all()):
            raise self._error("mean and variance must be finite, and no variance below 0")
        return mean, variance

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"mean": self.input_mean, "variance": self.input_variance}

    def _kept(self, ndim: int) -> tuple[int, ...]:
        return positive_axes(self._title(), list(self.axis), ndim) if self.axis else ()

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        sizes = tuple(input_shape[axis - 1] for axis in self._kept(len(input_shape) + 1))
        if self._given is None:
            self.state = {
                "mean": self._zeros(sizes, self.dtype, rng),
                "variance": self._ones(sizes, self.dtype, rng),
                "count": np.zeros((), np.int64),
            }
        else:
            try:
                np.broadcast_to(self._given[0], sizes)
            except ValueError:
                raise self._error(
                    f"build: mean and variance of shape {self._given[0].shape} do not fit the "
                    f"sizes {sizes} of axis={self.axis} in {input_shape}"
                ) from None
        self.output_shape = input_shape

    def _statistics(self, dtype: Any) -> list[np.ndarray]:
        """Return mean and variance of size 1 along the axes that share them."""
        kept = self._kept(len(self.input_shape) + 1)
        sizes = tuple(self.input_shape[axis - 1] for axis in kept)
        shape = [size if axis in kept else 1 for axis, size in enumerate(self.input_shape, start=1)]
        found = self._given or (self.state["mean"], self.state["variance"])
        return [np.broadcast_to(one, sizes).reshape(1, *shape).astype(dtype) for one in found]

    @property
    def mean(self) -> _Statistic | None:
        """The mean that is subtracted, of a shape that fits a batch; None before ``build``."""
        return self._statistics(self.dtype)[0].view(_Statistic) if self.built else None

    @property
    def variance(self) -> _Statistic | None:
        """The variance, of a shape that fits a batch; None before ``build``."""
        return self._statistics(self.dtype)[1].view(_Statistic) if self.built else None

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return normalization(x, *self._statistics(x.dtype), invert=self.invert)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return normalization_backward(dy, cache), {}

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data, in place of those from an earlier call.

        They are computed in float64, batch by batch (normalization.4).

        Parameters
        ----------
        data : array, or iterable of batches
            Samples along the first axis. A batch is an array or a tuple that begins with one, as in
            (x, y). Numbers in one row, (n,), are taken for n samples of one number.

        Raises
        ------
        ValueError
            If there are no numbers, they are not finite, they do not fit the layer's shape, or the
            statistics were given to the layer.
        TypeError
            If the data are something else.
        """
        if self._given is not None:
            raise self._error("adapt: mean and variance were given to the layer")
        whole: Moments | None = None
        for batch in _batches(data):
            x = self._checked_batch(batch)
            if x.size == 0:
                continue
            kept = self._kept(x.ndim)
            part = moments_of(x, tuple(axis for axis in range(x.ndim) if axis not in kept))
            whole = part if whole is None else whole.merged(part)
        if whole is None:
            raise self._error("adapt: the data hold no numbers")
        with np.errstate(over="ignore"):  # becomes infinite, which is an error
            mean, variance = (np.asarray(one, self.dtype) for one in (whole.mean, whole.variance))
        if not (np.isfinite(mean).all() and np.isfinite(variance).all()):
            raise self._error(
                f"adapt: the data hold NaN, infinite numbers, or some too large for {self.dtype}"
            )
        self.state = self.state | {"mean": mean, "variance": variance}

    def _checked_batch(self, batch: Any) -> np.ndarray:
        """Return an array that fits the layer; the first one builds the layer."""
        given = batch[0] if isinstance(batch, tuple) else batch
        x = np.asarray(given) if hasattr(given, "__array__") else np.asarray(None)
        if x.dtype.kind not in "biuf" or x.ndim == 0:
            raise TypeError(
                f"{self._title()}: adapt: expected an array of numbers, or an iterable of such "
                f"batches, got {type(batch).__name__}."
            )
        x = x[:, None] if x.ndim == 1 else x
        if not self.built:
            self.build_once(x.shape[1:])
        expected = (None, *self.input_shape)
        if x.ndim != len(expected) or any(
            x.shape[axis] != expected[axis] for axis in self._kept(len(expected))
        ):
            raise self._error(
                f"adapt: data of shape {x.shape} do not fit the layer, which was built for "
                f"{expected} with axis={self.axis}"
            )
        return x


class _Statistic(np.ndarray):
    """An array that scripts may ask for its ``numpy()``, as they ask Keras's."""

    def numpy(self) -> np.ndarray:
        """Return a copy as a plain array."""
        return np.array(self)


def _batches(data: Any) -> Iterable[Any]:
    if hasattr(data, "__array__") or isinstance(data, (Mapping, str)):
        return [data]
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return _in_order(data)
    return data if hasattr(data, "__iter__") else [data]


def _in_order(data: Any) -> Iterator[Any]:
    """Yield the items of a sequence, which need not end by itself."""
    return (data[i] for i in range(len(data)))
