"""SpatialDropout2D: in training, switch off a random share of the channels.

Derivation: docs/math/spatial_dropout2d.md. Source: Tompson, Goroshin, Jain, LeCun, Bregler 2015,
"Efficient object localization using convolutional networks", section 3.2.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.checks import check_dy
from minicnn.layers.dropout import keep_mask
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key

__all__ = ["SpatialDropout2D", "spatial_dropout2d", "spatial_dropout2d_backward"]


def spatial_dropout2d(x: np.ndarray, keep: np.ndarray, *, rate: float) -> tuple[np.ndarray, tuple]:
    r"""Set the dropped channels to zero, and scale the rest: dropout of whole channels.

    .. math:: y_{nrsc} = \frac{k_{nc}}{1 - r} x_{nrsc}, \quad P(k_{nc} = 1) = 1 - r
              \tag{spatial_dropout2d.1}

    A rate r of 1 gives zeros.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    keep : ndarray of bool, shape (n, c)
        The k of the formula, from :func:`~minicnn.layers.dropout.keep_mask`.
    rate : float
        Probability r that a channel is dropped.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`spatial_dropout2d_backward`.
    """
    scale = x.dtype.type(1.0 / (1.0 - rate) if rate < 1 else 0.0)
    kept = keep[:, None, None, :]
    return np.where(kept, x * scale, x.dtype.type(0)), (kept, scale, x.shape)


def spatial_dropout2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`spatial_dropout2d`.

    .. math:: dx_{nrsc} = \frac{k_{nc}}{1 - r}\, dy_{nrsc} \tag{spatial_dropout2d.2}
    """
    kept, scale, shape = cache
    check_dy("spatial_dropout2d_backward", dy, shape)
    return np.where(kept, dy * scale, dy.dtype.type(0))


class SpatialDropout2D(Elementwise):
    """Drop random channels in training, with Keras's arguments; the identity in inference.

    Parameters
    ----------
    rate : float
        Probability that a channel of a sample is dropped, 0 to 1.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.rate = number_in("[0, 1]", rate, f"{self._title()}: rate")
        self.seed = seed

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        if not training or self.rate == 0:
            return x, ()
        keep = keep_mask(as_key(key, len(x)), self.rate, x.shape[3])
        return spatial_dropout2d(x, keep, rate=self.rate)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return (spatial_dropout2d_backward(dy, cache) if cache else dy), {}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; Keras's layer takes all but `trainable`."""
        config = super().get_config()
        del config["trainable"]
        return config
