"""Somewhere to keep compiled kernels, on every machine.

Numba keeps them beside the source or, where that is read-only, in the user's cache folder. Where
neither can be written (a container without a home), it refuses to define a cached function, and
``import minicnn`` would fail. Then a folder that lives as long as the process takes them.
"""

import atexit
import shutil
import tempfile

import numba

__all__ = ["make_room"]


def _probe() -> None:
    """Stand for any kernel of this folder."""


def make_room() -> None:
    """Make sure that Numba can cache the kernels of this folder."""
    try:
        numba.njit(cache=True)(_probe)
    except RuntimeError:
        folder = tempfile.mkdtemp(prefix="minicnn-kernels-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]
