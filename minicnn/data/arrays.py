"""Checks of the arrays that people hand to a model."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.data.batches import Inputs, take
from minicnn.intervals import number_in

__all__ = ["as_floats", "as_numbers", "split_validation"]

Arrays = tuple[Inputs, np.ndarray, np.ndarray | None]


def as_floats(verb: str, x: Any, dtype: np.dtype) -> np.ndarray:
    """Return `x` in the model's dtype, after a look at what it holds.

    Parameters
    ----------
    verb : str
        Who asks, for the message: "fit".
    x : array_like
        Inputs, the batch axis first.
    dtype : dtype
        The model's float32 or float64.

    Raises
    ------
    ValueError
        If `x` holds integers (the scale of an image in 0..255 is the caller's to choose), NaN
        or infinite values, or has no batch axis.
    """
    array = np.asarray(x)
    if array.dtype.kind in "iub":
        raise ValueError(
            f"{verb}: x holds integers ({array.dtype}); this model takes floats, for images in "
            "[0, 1]: pass x.astype('float32') / 255."
        )
    if array.dtype.kind != "f":
        raise ValueError(f"{verb}: x must be an array of floats, got dtype {array.dtype}.")
    if array.ndim < 2:
        raise ValueError(
            f"{verb}: x needs a batch axis, as in (n, h, w, c) or (n, features), "
            f"got shape {array.shape}."
        )
    array = array.astype(dtype, copy=False)
    _check_finite(f"{verb}: x", array)
    return array


def as_numbers(what: str, values: Any) -> np.ndarray:
    """Return targets or weights as an array, after a look at what it holds.

    Parameters
    ----------
    what : str
        Who asks for what, for the message: "fit: y".
    values : array_like
        Numbers of any kind, the batch axis first.

    Raises
    ------
    ValueError
        If they are no numbers, hold NaN or infinite values, or have no batch axis.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} must hold numbers, got dtype {array.dtype}.")
    if array.ndim == 0:
        raise ValueError(f"{what} needs a batch axis, got the single number {array}.")
    _check_finite(what, array)
    return array


def _check_finite(what: str, array: np.ndarray) -> None:
    # One sample at a time: a mask of everything would be a quarter of the data.
    for sample, values in enumerate(array):
        if not np.isfinite(values).all():
            raise ValueError(f"{what} holds NaN or infinite values, first in sample {sample}.")


def split_validation(
    x: Inputs, y: np.ndarray, sample_weight: np.ndarray | None, share: float
) -> tuple[Arrays, Arrays | None]:
    """Cut the last `share` of the samples off, as Keras's ``validation_split`` does.

    Returns
    -------
    train, held_out : tuple of (x, y, sample_weight)
        `held_out` is None if `share` is 0.

    Raises
    ------
    ValueError
        If `share` is not in [0, 1) or leaves one of the parts empty.
    """
    share = number_in("[0, 1)", share, "validation_split")
    if share == 0:
        return (x, y, sample_weight), None
    cut = int(len(y) * (1 - share))
    if not 0 < cut < len(y):
        raise ValueError(
            f"validation_split of {share} leaves no samples on one side of {len(y)} samples."
        )
    w = sample_weight
    return (
        (take(x, slice(cut)), y[:cut], None if w is None else w[:cut]),
        (take(x, slice(cut, None)), y[cut:], None if w is None else w[cut:]),
    )
