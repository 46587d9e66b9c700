"""First values from a function of somebody's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minicnn.initializers.base import Initializer

__all__ = ["Function", "own_function"]


class Function(Initializer):
    """Calls ``function(shape, dtype=...)``, as Keras does.

    A file holds the function's name only, so whoever reads the file has to pass the function in
    `custom_objects`.

    Parameters
    ----------
    function : callable
        Returns an array of that shape, or what broadcasts to it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        values = np.asarray(self.function(shape, dtype=dtype))
        try:
            return np.array(np.broadcast_to(values.astype(dtype, casting="same_kind"), shape))
        except (TypeError, ValueError):
            raise ValueError(
                f"initializer {self.function.__name__!r} must return numbers of shape {shape}, "
                f"got {values.dtype} of shape {values.shape}."
            ) from None

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form of a function, with the name that it is registered under."""
        name = getattr(self.function, "registered_name", None) or self.function.__name__
        return {
            "module": "builtins",
            "class_name": "function",
            "config": name,
            "registered_name": name,
        }


def own_function(written: Mapping[str, Any], functions: Mapping[str, Any]) -> Any:
    """Return the function that a written form names, with its package or without; None if unknown.

    Parameters
    ----------
    written : mapping
        Keras's written form of a function.
    functions : mapping of str to callable
        Those that may be named.
    """
    name = written.get("config")
    if not isinstance(name, str):
        return None
    return functions.get(name) or functions.get(name.rpartition(">")[2])
