"""``.numpy()`` on what calls return: ``model(x).numpy()``, ``loss(y, p).numpy()``.

TensorFlow's calls return tensors, and scripts ask these for arrays. Here, calls return arrays and
floats; they get the method in addition, and are otherwise what they were.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn.layers.called import Called
from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.network import Network
from minicnn.registry import with_subclasses

__all__ = ["lend_numpy"]


class _Array(np.ndarray):
    """An array with the method; NumPy's functions take it, and what they return has it, too."""

    def numpy(self) -> np.ndarray:
        """Return the plain array."""
        return np.asarray(self)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # Before NumPy 2, nobody says that a sum is to be a scalar.
        return array.view(_Array) if array.ndim and not return_scalar else array[()]

    def __repr__(self) -> str:
        return repr(self.numpy())

    def __reduce__(self) -> Any:
        return self.numpy().__reduce__()


class _Number(float):
    """A float with the method."""

    def numpy(self) -> np.float32:
        """Return NumPy's float, as TensorFlow does."""
        return np.float32(self)

    def __reduce__(self) -> Any:
        return float, (float(self),)


def _with_numpy(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_with_numpy, value))
    if isinstance(value, dict):
        return {key: _with_numpy(one) for key, one in value.items()}
    if type(value) is np.ndarray:
        return value.view(_Array)
    return _Number(value) if type(value) is float else value


def lend_numpy() -> None:
    """Let what layers, models, losses and metrics return have the method."""
    for owner in (Called, Network, Loss):
        _wrap(owner, "__call__")
    for metric in with_subclasses(Metric):
        if "result" in vars(metric):
            _wrap(metric, "result")


def _wrap(owner: type, name: str) -> None:
    method: Callable[..., Any] = vars(owner)[name]

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return _with_numpy(method(*args, **kwargs))

    setattr(owner, name, wrapped)
