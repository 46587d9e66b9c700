"""Texts and lists of names in the attributes of an HDF5 file, within bounds.

Older versions of Keras keep there what ``.keras`` files keep in JSON members: the configuration,
the names of the layers and of their weights, and their order. An attribute is stored in the file
itself, so it cannot lie elsewhere; it can only be too large, or of another type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np

from minicnn.saving.json_objects import MOST_JSON
from minicnn.saving.opening import ModelFileError, megabytes

__all__ = ["has_names", "read_names", "read_text", "write_names"]

# More than any model has: 1,000 layers of four weights each.
_MOST_NAMES = 20_000
# HDF5 keeps an attribute of up to 64 KiB next to its group, 16 bytes for each name.
_NAMES_PER_ATTRIBUTE = 4000


def read_text(group: h5py.Group, name: str) -> str | None:
    """Return an attribute that is one text; None if there is no such attribute.

    Raises
    ------
    ModelFileError
        If it is something else, not UTF-8, or too long.
    """
    where = f"its attribute {name!r}"
    values = _strings(group, name, where, most=1)
    if values is None:
        return None
    if len(values) != 1:
        raise ModelFileError(f"{where} must be one text.")
    return values[0]


def has_names(group: h5py.Group, name: str) -> bool:
    """Return whether a group has an attribute that :func:`read_names` could read."""
    return any(h5py.h5a.exists(group.id, f"{name}{part}".encode()) for part in ("", "0"))


def read_names(group: h5py.Group, name: str) -> list[str]:
    """Return an attribute that is a list of names, or that is split into ``name0``, ``name1``, ...

    Raises
    ------
    ModelFileError
        If it is missing, something else, not UTF-8, or too long.
    """
    where = f"the attribute {name!r} of {group.name}"
    whole = _strings(group, name, where, _MOST_NAMES)
    if whole is not None:
        return whole
    parts: list[str] = []
    number = 0
    while (part := _strings(group, f"{name}{number}", where, _MOST_NAMES)) is not None:
        number += 1
        parts += part
        if len(parts) > _MOST_NAMES:
            raise _too_many(where, len(parts))
    if not number:
        raise ModelFileError(f"{where} is missing.")
    return parts


def write_names(group: h5py.Group, name: str, names: Sequence[str]) -> None:
    """Write a list of names, split where HDF5 cannot hold it whole, as Keras does."""
    text = h5py.string_dtype("utf-8")
    if len(names) <= _NAMES_PER_ATTRIBUTE:
        group.attrs[name] = np.array(names, text)
        return
    for number, start in enumerate(range(0, len(names), _NAMES_PER_ATTRIBUTE)):
        part = names[start : start + _NAMES_PER_ATTRIBUTE]
        group.attrs[f"{name}{number}"] = np.array(part, text)


def _strings(group: h5py.Group, name: str, where: str, most: int) -> list[str] | None:
    if not h5py.h5a.exists(group.id, name.encode()):
        return None
    stored = h5py.h5a.open(group.id, name.encode())
    if stored.get_space().get_simple_extent_type() == h5py.h5s.NULL:
        return []
    count = stored.get_space().get_simple_extent_npoints()
    if count == 0:  # an empty list is stored as one of numbers
        return []
    if count > most:
        raise _too_many(where, count)
    if not isinstance(stored.get_type(), h5py.h5t.TypeStringID):
        raise ModelFileError(f"{where} must hold text, got {stored.dtype}.")
    if stored.get_storage_size() > MOST_JSON:
        raise _too_long(where, stored.get_storage_size())
    texts = np.ravel(group.attrs[name])
    decoded = [_decoded(text, where) for text in texts]
    length = sum(map(len, decoded))
    if length > MOST_JSON:
        raise _too_long(where, length)
    return decoded


def _decoded(text: Any, where: str) -> str:
    try:
        # Where text is declared as ASCII, h5py hands on other bytes as surrogates.
        content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        return content.decode("utf-8")
    except UnicodeError as error:
        raise ModelFileError(f"{where} is not UTF-8 text ({error}).") from error


def _too_many(where: str, count: int) -> ModelFileError:
    return ModelFileError(f"{where} holds {count:,} texts, more than the {_MOST_NAMES:,} allowed.")


def _too_long(where: str, size: int) -> ModelFileError:
    return ModelFileError(
        f"{where} takes {megabytes(size)}, more than the {megabytes(MOST_JSON)} allowed."
    )
