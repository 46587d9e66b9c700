"""Texts of variable length in attributes, read from the bytes of an HDF5 file.

HDF5 keeps such texts apart, in heaps. The attribute holds a reference to each, of 16 bytes: its
length, the address of a heap, and its number there. The HDF5 library reserves what the length says,
up to 4 GiB, before it looks at the heap. Here nothing is reserved that the file does not have.

Source: The HDF5 Group, "HDF5 File Format Specification", version 3.0: III.E (global heaps), IV.A.1
(object headers), IV.A.2.m (attributes), IV.A.2.q (continuations). Addresses and sizes have eight
bytes, as in all files that Keras writes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from minicnn.saving.opening import ModelFileError

__all__ = ["VariableTexts"]

_ATTRIBUTE, _CONTINUATION = 12, 16  # kinds of messages in an object header
# Messages and texts that are stepped over: far more than a model has. In a hostile file the headers
# of many groups, and heaps, may overlap or lead in circles.
_MOST_STEPS = 100_000


class VariableTexts:
    """Reads the texts of a file.

    Parameters
    ----------
    file : binary file
        The HDF5 file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        self._heaps: dict[int, dict[int, tuple[int, int]]] = {}
        self._steps_left = _MOST_STEPS

    def references(self, header: int, name: str, count: int) -> list[tuple[int, int, int]]:
        """Return what an attribute holds: length, address of the heap and number of each text.

        Parameters
        ----------
        header : int
            Address of the object header that the attribute is in.
        name : str
            The attribute's name.
        count : int
            The number of its texts.

        Raises
        ------
        ModelFileError
            If the header does not have the attribute or is damaged.
        """
        stored = name.encode() + b"\0"
        for kind, start, length in self._messages(header):
            if kind != _ATTRIBUTE:
                continue
            version, *sizes = struct.unpack("<BxHHH", self._bytes(start, 8))  # name, type, shape
            at = start + (9 if version == 3 else 8)  # version 3 states the encoding of the name
            if sizes[0] != len(stored) or self._bytes(at, len(stored)) != stored:
                continue
            at += sum(_padded(size) if version == 1 else size for size in sizes)
            if at + 16 * count <= start + length:
                return list(struct.iter_unpack("<IQI", self._bytes(at, 16 * count)))
        raise ModelFileError(
            f"its attribute {name[:80]!r} is damaged, or in dense storage, which minicnn does not "
            "read: save the file without libver='latest' and track_order."
        )

    def text(self, length: int, heap: int, number: int) -> bytes:
        """Return the text of a reference.

        Raises
        ------
        ModelFileError
            If the file has no such text, or one of another length.
        """
        if not length:
            return b""
        if heap not in self._heaps:
            self._heaps[heap] = dict(self._entries(heap))
        start, size = self._heaps[heap].get(number, (0, 0))
        if size != length:
            raise ModelFileError(
                f"a text in its attributes is said to have {length:,} bytes, but has {size:,}."
            )
        return self._bytes(start, size).partition(b"\0")[0]

    def _messages(self, header: int) -> Iterator[tuple[int, int, int]]:
        """Yield kind, address and size of the messages in an object header of version 1 or 2."""
        start = self._bytes(header, 16)
        new = start[:4] == b"OHDR"
        if new:
            flags = start[5]
            at = header + 6 + (16 if flags & 32 else 0) + (4 if flags & 16 else 0)
            width = 1 << (flags & 3)
            blocks = [(at + width, int.from_bytes(self._bytes(at, width), "little"))]
            form, head = "<BH", 6 if flags & 4 else 4
        else:
            blocks = [(header + 16, struct.unpack_from("<I", start, 8)[0])]
            form, head = "<HH", 8
        for at, size in blocks:  # grows
            end = at + size
            while at + head <= end:
                self._step()
                kind, length = struct.unpack_from(form, self._bytes(at, head))
                at += head
                yield kind, at, length
                if kind == _CONTINUATION:
                    place, size = struct.unpack("<QQ", self._bytes(at, 16))
                    # A signature of four bytes, and a checksum of four.
                    blocks.append((place + 4, size - 8) if new else (place, size))
                at += length

    def _entries(self, heap: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield the number of each text in a heap, with its address and length."""
        start = self._bytes(heap, 16)
        if start[:5] != b"GCOL\1":
            raise ModelFileError("a text in its attributes is not in a heap.")
        at, end = heap + 16, heap + struct.unpack_from("<Q", start, 8)[0]
        while at + 16 <= end:
            number, length = struct.unpack("<H6xQ", self._bytes(at, 16))
            if not number:  # the room that is left
                return
            self._step()
            yield number, (at + 16, length)
            at += 16 + _padded(length)

    def _step(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise ModelFileError(f"it has more than {_MOST_STEPS:,} attributes and texts.")

    def _bytes(self, start: int, size: int) -> bytes:
        if start + size > self._size:
            raise ModelFileError("its attributes lead beyond its end: it is cut short or damaged.")
        self._file.seek(start)
        return self._file.read(size)


def _padded(size: int) -> int:
    return -(-size // 8) * 8
