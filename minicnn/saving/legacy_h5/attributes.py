"""Texts and lists of names in the attributes of an HDF5 file, within bounds.

Older versions of Keras keep there what ``.keras`` files keep in JSON members: the configuration,
the names of the layers and of their weights, and their order.

An attribute lies in the file itself; links do not matter here, sizes do. A thousand references to
one long text take little room in a file and gigabytes of memory, and so does a forged length. So
the lengths are added up before anything is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import h5py
import numpy as np

from minicnn.saving.json_objects import MOST_JSON
from minicnn.saving.legacy_h5.variable_texts import VariableTexts
from minicnn.saving.opening import ModelFileError, megabytes

__all__ = ["Attributes", "has_names", "write_names"]

# More than any model has: 1,000 layers of four weights each, twice.
_MOST_NAMES, _MOST_NAMES_BYTES = 10_000, 2 << 20
# HDF5 keeps an attribute of up to 64 KiB next to its group, 16 bytes for each name.
_NAMES_PER_ATTRIBUTE = 4000


class Attributes:
    """Reads the attributes of a file.

    Parameters
    ----------
    file : binary file
        The HDF5 file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._texts = VariableTexts(file)
        self._left = _MOST_NAMES_BYTES

    def text(self, group: h5py.Group, name: str) -> str | None:
        """Return an attribute that is one text; None if there is no such attribute.

        Raises
        ------
        ModelFileError
            If it is something else, not UTF-8, or too long.
        """
        where = f"its attribute {name!r}"
        values = self._strings(group, name, where, most=1)
        if values is None:
            return None
        if len(values) != 1:
            raise ModelFileError(f"{where} must be one text.")
        return values[0]

    def names(self, group: h5py.Group, name: str) -> list[str]:
        """Return an attribute that is a list of names, or is split into ``name0``, ``name1``, ...

        Raises
        ------
        ModelFileError
            If it is missing, something else, not UTF-8, or too long.
        """
        where = f"the attribute {name!r} of {group.name[:80]}"
        found = self._strings(group, name, where, _MOST_NAMES)
        if found is None:
            found, number = [], 0
            while part := self._strings(group, f"{name}{number}", where, _MOST_NAMES):
                number += 1
                found += part
                if len(found) > _MOST_NAMES:
                    raise _too_many(where, len(found))
            if not number:
                raise ModelFileError(f"{where} is missing.")
        self._left -= sum(map(len, found))
        if self._left < 0:
            raise _too_long("the names in its attributes", _MOST_NAMES_BYTES - self._left)
        return found

    def _strings(self, group: h5py.Group, name: str, where: str, most: int) -> list[str] | None:
        if not h5py.h5a.exists(group.id, name.encode()):
            return None
        stored = h5py.h5a.open(group.id, name.encode())
        space, kind = stored.get_space(), stored.get_type()
        count = space.get_simple_extent_npoints()
        if space.get_simple_extent_type() == h5py.h5s.NULL or count == 0:
            return []  # an empty list is stored as one of numbers
        if count > most:
            raise _too_many(where, count)
        if not isinstance(kind, h5py.h5t.TypeStringID):
            raise ModelFileError(f"{where} must hold text, got {stored.dtype}.")
        variable = kind.is_variable_str()
        if variable:
            header = h5py.h5o.get_info(group.id).addr
            references = self._texts.references(header, name, count)
            size = sum(length for length, _, _ in references)
        else:
            size = count * kind.get_size()
        if size > MOST_JSON:
            raise _too_long(where, size)
        if variable:
            texts = [self._texts.text(*reference) for reference in references]
        else:
            texts = list(np.ravel(group.attrs[name]))
        return [_decoded(text, where) for text in texts]


def has_names(group: h5py.Group, name: str) -> bool:
    """Return whether a group has an attribute that could be a list of names, whole or split."""
    return any(h5py.h5a.exists(group.id, f"{name}{part}".encode()) for part in ("", "0"))


def write_names(group: h5py.Group, name: str, names: Sequence[str]) -> None:
    """Write a list of names, split where HDF5 cannot hold it whole, as Keras does."""
    text = h5py.string_dtype("utf-8")
    if len(names) <= _NAMES_PER_ATTRIBUTE:
        group.attrs[name] = np.array(names, text)
        return
    for number, start in enumerate(range(0, len(names), _NAMES_PER_ATTRIBUTE)):
        part = names[start : start + _NAMES_PER_ATTRIBUTE]
        group.attrs[f"{name}{number}"] = np.array(part, text)


def _decoded(text: Any, where: str) -> str:
    try:
        # Where text is declared as ASCII, h5py hands on other bytes as surrogates.
        content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        return content.decode("utf-8")
    except UnicodeError as error:
        raise ModelFileError(f"{where} is not UTF-8 text ({error}).") from error


def _too_many(where: str, count: int) -> ModelFileError:
    return ModelFileError(f"{where} holds {count:,} texts, more than the {_MOST_NAMES:,} allowed.")


def _too_long(where: str, size: int, most: int = MOST_JSON) -> ModelFileError:
    return ModelFileError(
        f"{where} takes {megabytes(size)}, more than the {megabytes(most)} allowed."
    )
