"""One array out of an HDF5 file, read without trusting the file.

HDF5 can do far more than hold arrays: a name may stand for a file elsewhere (external links,
external storage, virtual datasets), a few bytes for terabytes (unwritten and compressed chunks).
Here a name must stand for an array whose shape the caller knows beforehand, whose numbers lie in
this very file, and which takes no more memory than that shape says. Everything else is refused
before anything is read. Compressed chunks are unpacked here and not by HDF5, which does not stop
at the size of the chunk.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import h5py
import numpy as np

from minicnn.saving.opening import ModelFileError

__all__ = ["child", "damage_named", "open_hdf5", "read_array", "subgroup"]

_FLOATS = {
    "float16": (h5py.h5t.IEEE_F16LE, h5py.h5t.IEEE_F16BE),
    "float32": (h5py.h5t.IEEE_F32LE, h5py.h5t.IEEE_F32BE),
    "float64": (h5py.h5t.IEEE_F64LE, h5py.h5t.IEEE_F64BE),
}
_INTEGERS = {
    "int32": (h5py.h5t.STD_I32LE, h5py.h5t.STD_I32BE),
    "int64": (h5py.h5t.STD_I64LE, h5py.h5t.STD_I64BE),
}
# A chunk of one number needs a look-up of its own: a million of them would take minutes.
_FEW_CHUNKS, _BYTES_PER_CHUNK = 1024, 4096


def open_hdf5(source: bytes | BinaryIO, what: str = "its weights are") -> h5py.File:
    """Open an HDF5 file, in memory or on disk; `what` begins the message if it is none."""
    try:
        return h5py.File(io.BytesIO(source) if isinstance(source, bytes) else source, "r")
    except Exception as error:  # damage makes HDF5 raise almost anything
        raise ModelFileError(f"{what} not an HDF5 file, or it is damaged ({error}).") from error


@contextlib.contextmanager
def damage_named(what: str) -> Iterator[None]:
    """Turn the errors of a block that reads an HDF5 file into ModelFileErrors about `what`."""
    try:
        yield
    except ModelFileError:
        raise
    except ValueError as error:
        raise ModelFileError(f"its weights do not fit: {error}") from error
    except Exception as error:  # damage makes HDF5 raise almost anything
        raise ModelFileError(f"{what} damaged ({error}).") from error


def child(parent: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | None:
    """Return what `name` stands for in this file; None if there is no such name.

    Raises
    ------
    ModelFileError
        If it is a soft or external link: only what lies in the file under its own name counts.
    """
    if not parent.id.links.exists(name.encode()):
        return None
    where = f"{parent.name.rstrip('/')}/{name}"
    if parent.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        raise ModelFileError(
            f"{where} in its weights is a link to another place, which is not followed."
        )
    return parent[name]


def subgroup(parent: h5py.Group, name: str) -> h5py.Group:
    """Return the group of that name; raise a ModelFileError if this file lacks it."""
    found = child(parent, name)
    if not isinstance(found, h5py.Group):
        raise ModelFileError(f"its weights lack the group {parent.name.rstrip('/')}/{name}.")
    return found


def read_array(
    group: h5py.Group, name: str, shape: tuple[int, ...], *, integers: bool = False
) -> np.ndarray:
    """Return a numeric array of a known shape.

    Parameters
    ----------
    group : Group
        Where the array stands.
    name : str
        Under which name.
    shape : tuple of int
        What its shape must be.
    integers : bool
        Whether it holds integers instead of floats.

    Returns
    -------
    ndarray
        Of the stored dtype, in the machine's byte order.

    Raises
    ------
    ModelFileError
        If it is missing, or anything about it is not as said above.
    """
    where = f"{group.name.rstrip('/')}/{name} in its weights"
    dataset = child(group, name)
    if not isinstance(dataset, h5py.Dataset):
        raise ModelFileError(f"{where} is missing, expected an array of shape {shape}.")
    storage = dataset.id.get_create_plist()
    if storage.get_layout() == h5py.h5d.VIRTUAL:
        raise ModelFileError(f"{where} is a virtual dataset, whose numbers are in other files.")
    if storage.get_layout() == h5py.h5d.CONTIGUOUS and storage.get_external_count():
        raise ModelFileError(f"{where} is stored outside the file.")
    if dataset.shape != shape:
        raise ModelFileError(f"{where} has shape {dataset.shape}, expected {shape}.")
    dtype = _stored_dtype(dataset, _INTEGERS if integers else _FLOATS, where)
    if storage.get_layout() == h5py.h5d.CHUNKED:
        array = _read_chunks(dataset, storage, dtype, where)
    else:
        size = math.prod(shape) * dtype.itemsize
        if dataset.id.get_storage_size() != size:
            raise ModelFileError(
                f"{where} holds {dataset.id.get_storage_size():,} bytes, expected {size:,}."
            )
        array = np.empty(shape, dtype)
        dataset.id.read(h5py.h5s.ALL, h5py.h5s.ALL, array)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _stored_dtype(dataset: h5py.Dataset, table: dict[str, tuple], where: str) -> np.dtype:
    stored = dataset.id.get_type()
    for name, (little, big) in table.items():
        if stored == little:
            return np.dtype(name).newbyteorder("<")
        if stored == big:
            return np.dtype(name).newbyteorder(">")
    raise ModelFileError(f"{where} must hold {', '.join(table)}, got {dataset.dtype}.")


def _read_chunks(dataset: h5py.Dataset, storage: Any, dtype: np.dtype, where: str) -> np.ndarray:
    """Put an array together from chunks that are plain, shuffled or deflated."""
    shape, chunk_shape = dataset.shape, storage.get_chunk()
    size = math.prod(shape) * dtype.itemsize
    chunk_size = math.prod(chunk_shape) * dtype.itemsize
    count = math.prod(-(-s // c) for s, c in zip(shape, chunk_shape, strict=True))
    # A chunk may reach beyond the array, but never twice as far along every axis.
    if (
        chunk_size > max(size << len(shape), 1 << 20)
        or count > _FEW_CHUNKS + size // _BYTES_PER_CHUNK
    ):
        raise ModelFileError(
            f"{where} is split into chunks of {chunk_shape} for a shape of {shape}."
        )
    filters = [storage.get_filter(index)[0] for index in range(storage.get_nfilters())]
    if not set(filters) <= {h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE} or len(filters) > 2:
        raise ModelFileError(f"{where} is compressed with a filter other than gzip.")
    present: set[tuple[int, ...]] = set()

    def note(chunk: Any) -> bool | None:
        if chunk.size <= dataset.file.id.get_filesize():
            present.add(chunk.chunk_offset)
        return len(present) > count or None  # anything but None ends the iteration

    dataset.id.chunk_iter(note)
    array = np.empty(shape, dtype)
    for start in itertools.product(
        *(range(0, s, c) for s, c in zip(shape, chunk_shape, strict=True))
    ):
        if start not in present:
            raise ModelFileError(f"{where} lacks the chunk at {start}.")
        skipped, packed = dataset.id.read_direct_chunk(start)
        for index in reversed(range(len(filters))):
            if not skipped >> index & 1:
                packed = _unfilter(filters[index], packed, chunk_size, dtype.itemsize)
        if len(packed) != chunk_size:
            raise ModelFileError(
                f"{where}: its chunk at {start} unpacks to another size than {chunk_size:,} bytes."
            )
        chunk = np.frombuffer(packed, dtype).reshape(chunk_shape)
        ends = [min(b + c, s) for b, c, s in zip(start, chunk_shape, shape, strict=True)]
        into = tuple(slice(b, e) for b, e in zip(start, ends, strict=True))
        array[into] = chunk[tuple(slice(e - b) for b, e in zip(start, ends, strict=True))]
    return array


def _unfilter(kind: int, packed: bytes, size: int, itemsize: int) -> bytes:
    if kind == h5py.h5z.FILTER_DEFLATE:
        try:
            return zlib.decompressobj().decompress(packed, size + 1)
        except zlib.error as error:
            raise ModelFileError(f"a chunk of its weights is damaged ({error}).") from error
    if len(packed) % itemsize:
        return b""  # of no size that fits
    # Shuffling puts the first bytes of all numbers together, then the second bytes, ...
    return np.frombuffer(packed, np.uint8).reshape(itemsize, -1).T.tobytes()
