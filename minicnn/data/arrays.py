"""Checks of the arrays that people hand to a model."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["as_floats", "split_validation"]


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
    for sample, values in enumerate(array):
        if not np.isfinite(values).all():
            raise ValueError(f"{verb}: x holds NaN or infinite values, first in sample {sample}.")
    return array


def split_validation(
    x: np.ndarray, y: np.ndarray, sample_weight: Any, share: float
) -> tuple[tuple, tuple | None]:
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
    if not 0 <= share < 1:
        raise ValueError(f"validation_split must be at least 0 and below 1, got {share}.")
    parts = (x, y) if sample_weight is None else (x, y, np.asarray(sample_weight))
    if share == 0:
        return (x, y, sample_weight), None
    cut = int(len(x) * (1 - share))
    if not 0 < cut < len(x):
        raise ValueError(
            f"validation_split of {share} leaves no samples on one side of {len(x)} samples."
        )
    train, held_out = tuple(p[:cut] for p in parts), tuple(p[cut:] for p in parts)
    return (*train, *(None,) * (3 - len(parts))), held_out
