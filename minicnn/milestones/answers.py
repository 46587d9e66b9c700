"""The reader's file: its functions, and sentences for what is wrong with them."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Answers", "compare", "read_only"]


class Answers:
    """The functions of a file.

    Parameters
    ----------
    path : str or Path
        A Python file; it is run.
    needed : mapping of str to str
        The exercise of each function that the file must define.

    Raises
    ------
    ValueError
        If the file cannot be run or lacks a function.
    """

    def __init__(self, path: str | Path, needed: Mapping[str, str]) -> None:
        self.path = Path(path)
        source = self.path.read_bytes()
        spec = importlib.util.spec_from_loader("answers", loader=None)
        module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        file = str(self.path)
        self.guarded(file, lambda: exec(compile(source, file, "exec"), vars(module)))
        missing = [name for name in needed if not callable(getattr(module, name, None))]
        if missing:
            listed = ", ".join(f"{name} (exercise {needed[name]})" for name in missing)
            raise ValueError(f"{path} does not define {listed}.")
        self._functions = {name: getattr(module, name) for name in needed}

    def several(self, name: str, results: str, *arguments: Any) -> Any:
        """Call a function that returns several values; `results` names them: "dx, dw, db"."""
        found = self(name, *arguments)
        if not isinstance(found, (tuple, list)):
            got = "None" if found is None else f"one {type(found).__name__}"
            raise ValueError(f"{name} returns {got}, expected {results}.")
        if len(found) != len(results.split(", ")):
            raise ValueError(f"{name} returns {len(found)} values, expected {results}.")
        return found

    def __call__(self, name: str, *arguments: Any) -> Any:
        """Call a function; what it raises becomes a sentence with the line in the file.

        It gets arrays that it cannot write to: what is expected is computed from the same ones.
        """
        given = [read_only(one) if isinstance(one, np.ndarray) else one for one in arguments]
        return self.guarded(name, lambda: self._functions[name](*given))

    def guarded(self, what: str, call: Callable[[], Any]) -> Any:
        """Make a call that runs the file's code; what it raises becomes a sentence."""
        try:
            return call()
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename == str(self.path)]
            if isinstance(error, SyntaxError):
                lines.append(error.lineno)
            where = f", in line {lines[-1]} of {self.path}" if lines else ""
            if isinstance(error, ValueError) and "read-only" in str(error):
                raise ValueError(
                    f"{what} overwrites an array that it was given{where}. Others still need it: "
                    "make a new array, or work on a copy."
                ) from error
            raise ValueError(f"{what}: {type(error).__name__}: {error}{where}.") from error


def read_only(array: np.ndarray) -> np.ndarray:
    """Return the array as one that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def compare(name: str, ours: Any, expected: np.ndarray) -> None:
    """Compare an array with what it should be.

    Raises
    ------
    ValueError
        If the shapes differ, or a number by more than 1e-6 of the largest.
    """
    found = np.asarray(ours, dtype=np.float64)
    if found.shape != expected.shape:
        raise ValueError(f"{name} has the shape {found.shape}, expected {expected.shape}.")
    difference = np.abs(found - expected)
    # NaN is not within.
    if not np.all(difference <= 1e-6 * max(1.0, float(np.max(np.abs(expected))))):
        worst = np.unravel_index(np.argmax(np.nan_to_num(difference, nan=np.inf)), found.shape)
        place = f"{name}{list(map(int, worst))}" if worst else name
        raise ValueError(f"{place} is {found[worst]:.6g}, expected {expected[worst]:.6g}.")
