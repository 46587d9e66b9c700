"""Modules that scripts call: Keras 1's ``merge([x, y], mode="sum")``, Keras 2's ``adam(lr=0.1)``.

There, these names were functions; here they are also the names of modules.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from minicnn import layers, optimizers
from minicnn.compat.old_names import warn_renamed

__all__ = ["lend_calls", "merge"]

#: Keras 1's modes of merging.
_MODES = {"ave": "Average", "max": "Maximum", "mul": "Multiply", "sum": "Add"}
_OPTIMIZERS = ("Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop", "SGD")


def lend_calls() -> None:
    """Let the modules be called."""
    _make_callable("minicnn.layers.merge", merge)
    for name in _OPTIMIZERS:
        _make_callable(f"minicnn.optimizers.{name.lower()}", _renamed(name))


def merge(
    inputs: Any, mode: str = "sum", concat_axis: int = -1, name: str | None = None, **fixed: Any
) -> Any:
    """Join what several layers give; `concat_axis` counts the batch axis.

    Raises
    ------
    ValueError
        If the mode is unknown, or an argument asks for what is not supported.
    """
    if mode != "concat" and mode not in _MODES:
        known = ", ".join(sorted([*_MODES, "concat"]))
        raise ValueError(f"merge: mode {mode!r} is not supported; expected one of {known}.")
    for argument, value in fixed.items():
        if value not in (None, -1):  # their defaults
            raise ValueError(f"merge: {argument}={value!r} is not supported; leave it out.")
    cls = layers.Concatenate if mode == "concat" else getattr(layers, _MODES[mode])
    arguments = {"axis": concat_axis} if mode == "concat" else {}
    warn_renamed(f"merge(mode={mode!r})", f"{cls.__name__}()(inputs)")
    return cls(name=name, **arguments)(inputs)


def _renamed(name: str) -> Callable[..., Any]:
    def make(*args: Any, **arguments: Any) -> Any:
        warn_renamed(f"optimizers.{name.lower()}", f"optimizers.{name}")
        return getattr(optimizers, name)(*args, **arguments)

    return make


class _Called(ModuleType):
    """A module that can be called."""

    _call: Callable[..., Any]

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        return vars(self)["_call"](*args, **arguments)


def _make_callable(module: str, call: Callable[..., Any]) -> None:
    found = importlib.import_module(module)
    found.__class__ = _Called
    vars(found)["_call"] = call
