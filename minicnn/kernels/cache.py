"""Compiled kernels on disk: whatever happens to the files, a kernel is compiled and runs.

Numba keeps compiled functions beside the source or, if that is read-only, in the user's cache
folder. It trusts what it finds there: a file that was cut off, or written by two processes at
once, raises at every start or, worse, runs the wrong machine code. And if neither folder is
writable (a container without a home), it refuses to define the function at all.

So here each file begins with a digest of its content, and each compiled function says what it was
compiled for. A file that does not match is taken for missing: the kernel is compiled again, and
the file is replaced. The files are pickles, which run code when they are read. The digest finds
accidents, not attacks, so they stay in folders that only their user writes: nothing is ever kept
in a shared folder for temporary files.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import sigutils
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile
from numba.core.ccallback import CFunc
from numba.misc.appdirs import AppDirs

__all__ = ["cfunc", "njit"]

_DIGEST = sha256().digest_size
#: Sources beside a kernel's own that its machine code is made from.
_HERE, _GENERATORS = Path(__file__).parent, ("dft.py", "vectors.py")


def njit(*, cache: bool, **options: Any) -> Callable[[Callable], Any]:
    """Compile a function as ``numba.njit`` does, with a cache that survives damage.

    Parameters
    ----------
    cache : bool
        Whether to keep the compiled function on disk. If that is impossible, it is compiled
        again in each process.
    **options
        Those of ``numba.njit``.
    """

    def decorate(function: Callable) -> Any:
        compiled = numba.njit(**options)(function)
        # Under NUMBA_DISABLE_JIT=1 the function stays as it is.
        if cache and compiled is not function:
            with suppress(RuntimeError, OSError, ValueError):  # no folder can be written
                compiled._cache = _Cache(function)  # what Numba's cache=True sets
        return compiled

    return decorate


def cfunc(signature: Any, key: tuple) -> Callable[[Callable], Any]:
    """Compile a function for a call by its address, as ``numba.cfunc`` does, with that cache.

    Parameters
    ----------
    signature : numba.core.typing.Signature
    key : tuple
        What tells this function from others of the same source in the same place.

    Notes
    -----
    Under ``NUMBA_DISABLE_JIT=1`` the function stays as it is.
    """

    def decorate(function: Callable) -> Any:
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            return function
        arguments, result = sigutils.normalize_signature(signature)
        compiled: Any = CFunc(function, (arguments, result), {}, {"nopython": True, "nogil": True})
        with suppress(RuntimeError, OSError, ValueError):  # no folder can be written
            compiled._cache = _Cache(function, key)
        compiled.compile()
        return compiled

    return decorate


class _Files(IndexDataCacheFile):
    """An index of compiled functions, and a file for each; both sealed by a digest."""

    def load(self, key: tuple) -> Any:
        """Return what was saved under a key; None if nothing was, or it is damaged."""
        found = super().load(key)
        # Of two processes that wrote at once, one has replaced the other's file, or its index.
        return found[1] if found is not None and found[0] == key else None

    def save(self, key: tuple, data: Any) -> None:
        super().save(key, (key, data))

    def _load_index(self) -> dict[tuple, str]:
        return self._read(self._index_path) or {}

    def _save_index(self, overloads: dict[tuple, str]) -> None:
        self._write(self._index_path, overloads)

    def _load_data(self, name: str) -> tuple | None:
        return self._read(self._data_path(name))

    def _save_data(self, name: str, data: tuple) -> None:
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> Any:
        try:
            content = Path(path).read_bytes()
        except OSError:
            return None
        packed = content[_DIGEST:]
        # Compared before unpickling: the pickle of noise may allocate gigabytes.
        return pickle.loads(packed) if content[:_DIGEST] == self._seal(packed) else None

    def _write(self, path: str, content: Any) -> None:
        packed = self._dump(content)
        with suppress(OSError):
            os.rmdir(path)  # an empty folder in the place of the file
        with self._open_for_write(path) as file:  # atomic
            file.write(self._seal(packed) + packed)

    def _seal(self, packed: bytes) -> bytes:
        # Another source, version or mode would have compiled another function.
        mode = numba.config.BOUNDSCHECK  # type: ignore[attr-defined]
        sources = [(_HERE / name).stat().st_mtime_ns for name in _GENERATORS]
        origin = self._source_stamp, sources, numba.__version__, llvmlite.__version__, mode
        return sha256(repr(origin).encode() + packed).digest()


class _Places(CompileResultCacheImpl):
    """Where Numba looks for a folder, except for a user's folder without a home.

    It would be called "~", in the working directory, which may be anybody's.
    """

    _locator_classes = [  # noqa: RUF012
        locator
        for locator in CompileResultCacheImpl._locator_classes
        if "UserWide" not in locator.__name__ or os.path.isabs(AppDirs("numba").user_cache_dir)
    ]


class _Cache(FunctionCache):
    """The cache of one function, which never raises: a kernel needs none."""

    _impl_class = _Places

    def __init__(self, function: Callable, key: tuple | None = None) -> None:
        super().__init__(function)
        self._key = key
        self._cache_file = _Files(
            self._cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp()
        )

    def _index_key(self, sig: Any, codegen: Any) -> tuple:
        if self._key is None:
            return super()._index_key(sig, codegen)
        return sig, codegen.magic_tuple(), self._key

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a file may fail to be read in any way
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(Exception):  # a full disk, a folder that has become read-only
            super().save_overload(sig, data)
