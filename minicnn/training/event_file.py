"""TensorBoard's event files: numbers with a tag and a step, as TensorFlow 2 writes them.

A file is a row of records. A record is the length of its content (8 bytes, little endian), a
checksum of the length, the content, and a checksum of the content (4 bytes each). A content is a
message of the kind Event in protobuf's wire format: fields, each a key and a value, of which this
file writes the few that a scalar needs.

Sources: TensorFlow's guide "TFRecord and tf.train.Example" (records), its event.proto,
summary.proto and tensor.proto (numbers of the fields), the guide "Encoding" of Protocol Buffers
(fields), RFC 3720, appendix B.4 (CRC-32C).
"""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time
from pathlib import Path

__all__ = ["EventFile", "crc32c", "record"]

#: CRC-32C's polynomial, its bits reversed.
_POLYNOMIAL = 0x82F63B78
_FLOAT32 = 1  # DT_FLOAT of types.proto
_numbers = itertools.count()


def _crc_of_byte(crc: int) -> int:
    for _ in range(8):
        crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
    return crc


_CRC = [_crc_of_byte(byte) for byte in range(256)]


def crc32c(content: bytes) -> int:
    """Return the CRC-32C checksum of some bytes.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def record(content: bytes) -> bytes:
    """Return a record of an event file."""
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def _checksum(content: bytes) -> bytes:
    """Return the checksum, masked: rotated by 15 bits, plus a constant."""
    crc = crc32c(content)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(number: int) -> bytes:
    """Write a whole number, 0 or more, in bytes of seven bits, the lowest first."""
    high, low = number >> 7, number & 0x7F
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])


def _whole(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _double(field: int, number: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", number)


def _nested(field: int, content: bytes) -> bytes:
    """Write a field of bytes, a text or a message."""
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _event(content: bytes) -> bytes:
    return record(_double(1, time.time()) + content)  # wall_time


def _scalar(tag: str, value: float, step: int) -> bytes:
    """Return the fields of an Event: Summary.Value holds tag, metadata and a tensor of one number.

    Infinity stands for numbers that float32 cannot hold.
    """
    try:
        number = struct.pack("<f", value)
    except OverflowError:
        number = struct.pack("<f", float("inf") if value > 0 else float("-inf"))
    tensor = _whole(1, _FLOAT32) + _nested(2, b"") + _nested(4, number)
    metadata = _nested(1, _nested(1, b"scalars"))  # the plugin that shows it
    summary = _nested(1, _nested(1, tag.encode()) + _nested(8, tensor) + _nested(9, metadata))
    return _whole(2, step) + _nested(5, summary)


class EventFile:
    """A new event file in a folder. Each number is in the file at once, as a whole record.

    Parameters
    ----------
    folder : path
        Is made if it is missing.

    Raises
    ------
    OSError
        If it cannot be written, here and in :meth:`scalar`.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        seconds, host = int(time.time()), socket.gethostname()
        name = f"events.out.tfevents.{seconds}.{host}.{os.getpid()}.{next(_numbers)}.v2"
        self._file = open(Path(folder) / name, "xb", buffering=0)  # noqa: SIM115  (see close)
        self._file.write(_event(_nested(3, b"brain.Event:2")))  # file_version

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add a number, which is kept in float32."""
        self._file.write(_event(_scalar(tag, value, step)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
