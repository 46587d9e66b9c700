"""ReLU: the identity on one side of a threshold, a smaller slope on the other.

Source: Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.kernels.relu import rectify, select
from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key

__all__ = ["ReLU", "relu", "relu_backward"]


def relu(
    x: np.ndarray,
    *,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> tuple[np.ndarray, tuple]:
    r"""Rectify `x` elementwise.

    .. math:: y = x \text{ if } x > t, \quad y = s (x - t) \text{ otherwise}   \tag{relu.1}

    with the threshold t and the negative slope s; values above `max_value` become `max_value`.
    NaN stays NaN.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`relu_backward`.
    """
    dtype = x.dtype.type
    if not threshold and not negative_slope:
        y, above = rectify(x)
    else:
        above = x > threshold
        below = dtype(negative_slope) * (x - dtype(threshold)) if negative_slope else dtype(0)
        y = np.where(above | np.isnan(x), x, below)
    if max_value is None:
        return y, (above, None, negative_slope)
    within = y < max_value
    return np.minimum(y, dtype(max_value)), (above, within, negative_slope)


def relu_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`relu`.

    .. math:: dx = dy \text{ if } x > t, \quad dx = s\,dy \text{ otherwise}   \tag{relu.2}

    At the kink, x = t, this is the slope of the lower side, so relu'(0) = 0; at and above
    `max_value` it is 0.
    """
    above, within, negative_slope = cache
    check_dy("relu_backward", dy, above.shape)
    if within is not None:
        dy = dy * within
    return select(dy, above, negative_slope)


class ReLU(Elementwise):
    """Rectified linear unit, elementwise, with Keras's arguments.

    Parameters
    ----------
    max_value : float, optional
        Upper bound of the output, 0 or more; None for none.
    negative_slope : float
        Slope below the threshold, 0 or more.
    threshold : float
        Where the two slopes meet, 0 or more.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        what = self._title()
        self.max_value = (
            None if max_value is None else number_in("[0, inf)", max_value, f"{what}: max_value")
        )
        self.negative_slope = number_in("[0, inf)", negative_slope, f"{what}: negative_slope")
        self.threshold = number_in("[0, inf)", threshold, f"{what}: threshold")

    @property
    def is_plain(self) -> bool:
        """Whether it is max(x, 0)."""
        return not self.threshold and not self.negative_slope and self.max_value is None

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return relu(
            x,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return relu_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        return relu_branches(cache)


def relu_branches(cache: tuple) -> np.ndarray:
    """Return the number of the smooth piece of :func:`relu` that each element lies on."""
    above, within, _ = cache
    return above if within is None else above.astype(np.int8) + 2 * within
