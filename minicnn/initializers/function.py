"""First values from a function of somebody's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn.initializers.base import Initializer

__all__ = ["Function"]


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
        values = np.asarray(self.function(shape, dtype=dtype), dtype)
        return np.array(np.broadcast_to(values, shape))

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form of a function."""
        name = self.function.__name__
        return {
            "module": "builtins",
            "class_name": "function",
            "config": name,
            "registered_name": name,
        }
