"""What is left of Keras's backend: NumPy arrays, float32, channels last."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.compat.optimizer_variables import RateVariable

__all__ = [
    "clear_session",
    "epsilon",
    "floatx",
    "get_value",
    "image_data_format",
    "image_dim_ordering",
    "set_floatx",
    "set_image_data_format",
    "set_image_dim_ordering",
    "set_value",
]


def image_data_format() -> str:
    """Return "channels_last": images are (h, w, c)."""
    return "channels_last"


def set_image_data_format(data_format: str) -> None:
    """Accept "channels_last".

    Raises
    ------
    ValueError
        For anything else.
    """
    if data_format != "channels_last":
        raise ValueError(
            f"set_image_data_format: {data_format!r} is not supported; images are (h, w, c)."
        )


def image_dim_ordering() -> str:
    """Return "tf", Keras 1's name of the order (h, w, c)."""
    return "tf"


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Accept "tf".

    Raises
    ------
    ValueError
        For anything else.
    """
    if dim_ordering != "tf":
        raise ValueError(
            f"set_image_dim_ordering: {dim_ordering!r} is not supported; images are (h, w, c)."
        )


def floatx() -> str:
    """Return "float32", the dtype of layers that are given none."""
    return "float32"


def set_floatx(value: str) -> None:
    """Accept "float32".

    Raises
    ------
    ValueError
        For anything else.
    """
    if value != "float32":
        raise ValueError(
            f"set_floatx: {value!r} is not supported; give layers their dtype, or use "
            "model.astype('float64')."
        )


def epsilon() -> float:
    """Return the small number that Keras adds to what it divides by."""
    return 1e-7


def get_value(x: Any) -> Any:
    """Return a number, or a copy of an array."""
    if isinstance(x, RateVariable):
        return float(x)
    return np.array(x) if np.ndim(x) else x


def set_value(x: Any, value: Any) -> None:
    """Set the values of an array, a weight or a learning rate.

    Raises
    ------
    TypeError
        If it is a number, which cannot be changed where it is.
    """
    if hasattr(x, "assign"):
        x.assign(value)
        return
    if not isinstance(x, np.ndarray):
        raise TypeError(
            "set_value: a number cannot be changed in place; set optimizer.learning_rate = value."
        )
    x[...] = value


def clear_session(free_memory: bool = True) -> None:
    """Accept the call and do nothing, as minicnn keeps no session."""
