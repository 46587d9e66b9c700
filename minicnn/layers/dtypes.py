"""The two dtypes of a computation, under the names that people and files give them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["FLOATS", "dtype_name"]

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def dtype_name(title: str, dtype: Any) -> str:
    """Return "float32" or "float64" for a name, a NumPy dtype, Keras's policy dict or None.

    Raises
    ------
    ValueError
        If it is another dtype; the message begins with `title`.
    """
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name")
    try:
        name = np.dtype("float32" if dtype is None else dtype).name
    except TypeError:
        name = str(dtype)
    if name not in ("float32", "float64"):
        raise ValueError(f"{title}: dtype must be 'float32' or 'float64', got {name!r}.")
    return name
