"""Run a use in Keras or here, and tell whether both gave the same."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from oracles import tensorflow

import minicnn
from keras_uses.table import Use

__all__ = ["Outcome", "difference", "outcome", "status"]

#: float32 sums in another order; training steps carry it on.
RTOL, ATOL = 1e-4, 1e-5
#: What Python says, and minicnn of names and arguments that there are not: not there yet.
UNKNOWN = (
    "unexpected keyword argument",
    "has no attribute",
    "cannot import name",
    "No module named",
    "is unknown; expected one of",
    "required positional argument",
)


@dataclass(frozen=True)
class Outcome:
    """What a use returned, or the exception it raised."""

    value: Any = None
    error: Exception | None = None

    @property
    def refused(self) -> bool:
        """Whether minicnn itself raised the exception, with a sentence of its own."""
        if self.error is None or any(words in str(self.error) for words in UNKNOWN):
            return False
        kinds = (ValueError, TypeError, NotImplementedError, ImportError, FileNotFoundError)
        if not isinstance(self.error, kinds):
            return False
        raised_in = traceback.extract_tb(self.error.__traceback__)[-1].filename
        return Path(raised_in).is_relative_to(Path(minicnn.__file__).parent)


def outcome(use: Use, package: ModuleType, folder: Path) -> Outcome:
    """Run a use in a package, with a folder of its own."""
    folder.mkdir(parents=True)
    takes_folder = "folder" in inspect.signature(use.run).parameters
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.chdir(folder))
        if package is not minicnn:
            stack.enter_context(_eager(package))
        try:
            value = use.run(package, folder) if takes_folder else use.run(package)
            return Outcome(_plain(value))
        except Exception as error:
            return Outcome(error=error)


@contextlib.contextmanager
def _eager(keras: ModuleType) -> Iterator[None]:
    """Run Keras without compiling graphs: for two batches that takes most of the time."""
    config = tensorflow().config
    before = config.functions_run_eagerly()
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    config.run_functions_eagerly(True)
    try:
        yield
    finally:
        config.run_functions_eagerly(before)


def status(ours: Outcome, theirs: Outcome) -> str:
    """Return same, differs, refused or missing."""
    if difference(ours, theirs) is None:
        return "same"
    if ours.error is None:
        return "differs"
    if theirs.error is not None and ours.refused:
        return "differs"
    return "refused" if ours.refused else "missing"


def difference(ours: Outcome, theirs: Outcome) -> str | None:
    """Say how two outcomes differ, or return None."""
    if ours.error is not None or theirs.error is not None:
        kinds = [_kind(one.error) for one in (ours, theirs)]
        # Whoever catches Keras's exception catches ours.
        same = theirs.error is not None and issubclass(*kinds)
        return None if same else f"raised: {kinds[0].__name__} here, {kinds[1].__name__} in Keras"
    return _unlike(ours.value, theirs.value, "result")


def _kind(error: Exception | None) -> type:
    # TensorFlow's own exceptions, such as InvalidArgumentError, complain of values.
    return ValueError if "tensorflow" in type(error).__module__ else type(error)


def _plain(value: Any) -> Any:
    """Return lists, dicts, arrays and plain scalars for what a use returned."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if type(value).__name__ == "TensorShape":
        return value.as_list()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray) or hasattr(value, "__array__"):
        array = np.asarray(value)
        return array if array.ndim else array.item()
    return type(value).__name__


def _unlike(ours: Any, theirs: Any, where: str) -> str | None:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{where}: keys {sorted(ours)} here, {sorted(theirs)} in Keras"
        pairs = [(ours[key], theirs[key], f"{where}[{key!r}]") for key in ours]
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{where}: {len(ours)} items here, {len(theirs)} in Keras: {ours} {theirs}"
        pairs = [(a, b, f"{where}[{i}]") for i, (a, b) in enumerate(zip(ours, theirs, strict=True))]
    elif isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray):
        if (ours.shape, ours.dtype) != (theirs.shape, theirs.dtype):
            return (
                f"{where}: {ours.shape} {ours.dtype} here, {theirs.shape} {theirs.dtype} in Keras"
            )
        same = ours.dtype.kind in "USO" and np.array_equal(ours, theirs)
        same = same or np.allclose(ours, theirs, rtol=RTOL, atol=ATOL, equal_nan=True)
        return None if same else f"{where}: {ours.ravel()[:5]} here, {theirs.ravel()[:5]} in Keras"
    elif isinstance(ours, float) and isinstance(theirs, float):
        same = np.isclose(ours, theirs, rtol=RTOL, atol=ATOL, equal_nan=True)
        return None if same else f"{where}: {ours} here, {theirs} in Keras"
    else:
        same = type(ours) is type(theirs) and ours == theirs
        return None if same else f"{where}: {ours!r} here, {theirs!r} in Keras"
    return next((found for pair in pairs if (found := _unlike(*pair))), None)
