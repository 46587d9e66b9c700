"""Decoded arrays kept in the user's cache folder, so that the second time is instant.

A cache may be lost, damaged or impossible to write; none of that is an error. What is read back
must pass a check, and otherwise is built again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from minicnn.files import atomic_write

__all__ = ["cache_folder", "cached_arrays", "fingerprint"]

Arrays = dict[str, np.ndarray]

_log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder for decoded data: ``MINICNN_CACHE``, or ``minicnn`` in the usual place.

    The usual place is ``XDG_CACHE_HOME`` or ``~/.cache``, on macOS ``~/Library/Caches``, on Windows
    ``LOCALAPPDATA``.
    """
    if chosen := os.environ.get("MINICNN_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        place = Path.home() / "Library" / "Caches"
    else:
        place = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(place).expanduser() / "minicnn"


def fingerprint(top: Path, names: Iterable[str]) -> str:
    """Hash the name, size and modification time of every file, but not what is in it.

    Parameters
    ----------
    top : Path
        The folder the names start from. Where it lies does not count: a moved file is the same.
    names : iterable of str
    """
    digest = hashlib.sha256()
    for name in names:
        status = (top / name).stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()[:32]


def cached_arrays(key: str, build: Callable[[], Arrays], valid: Callable[[Arrays], bool]) -> Arrays:
    """Return the arrays stored under `key`, or build and store them.

    Parameters
    ----------
    key : str
        File name of the entry, without its ending.
    build : callable
        Returns the arrays; called only where the cache has none that are valid.
    valid : callable
        Says whether arrays read back are what `build` could have returned.
    """
    try:
        file = cache_folder() / f"{key}.npz"
    except RuntimeError:  # no home folder
        return build()
    arrays = _read(file)
    if arrays is None or not valid(arrays):
        arrays = build()
        _write(file, arrays)
    return arrays


def _read(file: Path) -> Arrays | None:
    try:
        # Opened here, because np.load leaves a file open that is not a whole archive.
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except FileNotFoundError:
        return None
    except Exception as error:  # whatever is wrong with it, it is built again
        _log.info("The cache %s is damaged (%s) and will be rebuilt.", file, error)
        return None


def _write(file: Path, arrays: Arrays) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as out:
            np.savez(out, allow_pickle=False, **arrays)
    except OSError as error:
        # A log record, not a warning: under ``-W error`` a warning would end the program.
        _log.warning("Decoded data is not cached in %s: %s", file, error)
