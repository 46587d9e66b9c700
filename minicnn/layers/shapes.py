"""Shapes that the kernels, which do not check their bounds, rely on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.layers.dtypes import FLOATS

__all__ = ["check_dy", "input_problem", "weights_problem"]


def input_problem(x: Any, input_shape: tuple[int, ...] | None) -> str | None:
    """Say what is wrong with an input for a layer, if anything."""
    if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
        got = getattr(x, "dtype", type(x).__name__)
        return f"expected a float32 or float64 array, got {got}"
    if x.shape[1:] != input_shape:
        return f"expected shape (n, {', '.join(map(str, input_shape or ()))}), got {x.shape}"
    return None


def weights_problem(
    weights: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> str | None:
    """Say what is wrong with the arrays that somebody has put in, if anything."""
    for name, shape in shapes.items():
        array = weights.get(name)
        if not isinstance(array, np.ndarray) or array.shape != shape:
            got = getattr(array, "shape", type(array).__name__)
            return f"expected {name} of shape {shape}, got {got}"
    return None


def check_dy(where: str, dy: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise a ValueError if a derivative is not of the shape of its output."""
    if np.shape(dy) != tuple(shape):
        raise ValueError(f"{where}: expected dy of shape {tuple(shape)}, got {np.shape(dy)}.")
