"""Checkpoint files: a tree of numbers and arrays, written so that damage is detected.

A file is ``MAGIC``, the length of a header (8 bytes, little endian), the header, the bytes of
the arrays in turn, and the SHA-256 digest of all that. The header is JSON: the tree with null in
place of each array, and for each array its place in the tree, its dtype and its shape. A file that
is truncated or has a flipped bit does not match its digest, and is not read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from minicnn.files import atomic_write, remove_unfinished

__all__ = ["CheckpointError", "Checkpoints", "read_checkpoint", "write_checkpoint"]

MAGIC = b"minicnn checkpoint 2\n"
_ANY_MAGIC = b"minicnn checkpoint "
_DIGEST = hashlib.sha256().digest_size

State = dict[str, Any]
#: The keys and indices that lead from the top of a tree to a value in it.
Place = tuple[str | int, ...]


class CheckpointError(ValueError):
    """A checkpoint is damaged, or is not one."""


def write_checkpoint(path: str | os.PathLike[str], state: State) -> None:
    """Write a tree of dicts, lists, numbers, texts, None and arrays.

    The old file at `path` stays until the new one is complete and on disk.

    Raises
    ------
    TypeError
        If something else is in the tree.
    OSError
        If the place cannot be written.
    """
    arrays: list[tuple[Place, np.ndarray]] = []
    tree = _take_out(state, (), arrays)
    places = [(place, array.dtype.str, array.shape) for place, array in arrays]
    header = json.dumps({"tree": tree, "arrays": places}).encode()
    with atomic_write(path) as file:
        out = _Hashed(file)
        out.write(MAGIC + struct.pack("<Q", len(header)) + header)
        for _, array in arrays:
            out.write(array.data.cast("B") if array.size else b"")
        file.write(out.digest())


class _Hashed:
    """Writes, and hashes what it has written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def write(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._hash.update(content)

    def digest(self) -> bytes:
        return self._hash.digest()


def _take_out(value: Any, place: Place, arrays: list[tuple[Place, np.ndarray]]) -> Any:
    """Return the tree as JSON has it, without its arrays; these are appended with their places."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"a checkpoint's keys must be texts, got {list(value)}.")
        return {key: _take_out(inner, (*place, key), arrays) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_take_out(inner, (*place, index), arrays) for index, inner in enumerate(value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        arrays.append((place, np.ascontiguousarray(value).reshape(value.shape)))
        return None
    raise TypeError(
        f"a checkpoint can hold dicts, lists, numbers, texts, None and arrays of numbers, "
        f"got {type(value).__name__}."
    )


def read_checkpoint(path: str | os.PathLike[str]) -> State:
    """Read a tree back; its arrays are new and can be changed.

    Raises
    ------
    CheckpointError
        If it is damaged or not a checkpoint.
    ValueError
        If another version has written it.
    OSError
        If it cannot be read.
    """
    content = memoryview(Path(path).read_bytes())
    whole = content[:-_DIGEST]
    ours = content[: len(_ANY_MAGIC)] == _ANY_MAGIC
    if not ours or hashlib.sha256(whole).digest() != content[-_DIGEST:]:
        raise CheckpointError(f"{path} is damaged: its digest does not match.")
    if content[: len(MAGIC)] != MAGIC:
        raise ValueError(
            f"{path} was written by another version of minicnn; resume with that version."
        )
    start = len(MAGIC) + 8
    (length,) = struct.unpack("<Q", whole[len(MAGIC) : start])
    end = start + length

    header = json.loads(bytes(whole[start:end]))
    for (*way, last), dtype, shape in header["arrays"]:
        array = np.frombuffer(whole, dtype, math.prod(shape), end).reshape(shape).copy()
        end += array.nbytes
        node = header["tree"]
        for key in way:
            node = node[key]
        node[last] = array
    return header["tree"]


class Checkpoints:
    """The newest checkpoint of a training, and the one before it, in a folder.

    They alternate between two files, so the newest complete one is never touched while the next
    is written.

    Parameters
    ----------
    folder : path
        Created when the first one is written.
    previous : bool
        Whether to keep the one before the newest.
    """

    def __init__(self, folder: str | os.PathLike[str], *, previous: bool = True) -> None:
        self.folder = Path(folder)
        names = ("a.checkpoint", "b.checkpoint") if previous else ("a.checkpoint",)
        self._paths = [self.folder / name for name in names]
        self._count = 0

    def load(self) -> tuple[State | None, list[str]]:
        """Return the state of the newest whole checkpoint, or None, and what was damaged."""
        newest: dict[str, Any] = {"count": 0, "state": None}
        problems = []
        for path in self._paths:
            try:
                found = read_checkpoint(path)
            except FileNotFoundError:
                continue
            except (CheckpointError, OSError) as error:
                problems.append(str(error))
                continue
            if found["count"] > newest["count"]:
                newest = found
        self._count = newest["count"]
        return newest["state"], problems

    def save(self, state: State) -> None:
        """Write a checkpoint over the older one.

        Raises
        ------
        OSError
            If the place cannot be written. The newest one is still there.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(self.folder)
        count = self._count + 1
        write_checkpoint(self._paths[count % len(self._paths)], {"count": count, "state": state})
        self._count = count

    def clear(self) -> None:
        """Remove all checkpoints, and the folder if nothing else is in it."""
        remove_unfinished(self.folder)
        for path in self._paths:
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        self._count = 0
