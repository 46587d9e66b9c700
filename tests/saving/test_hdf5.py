"""Arrays come out of HDF5 only if they are what was expected, and lie in the file."""

import io
import time
import tracemalloc
import zlib

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from minicnn.saving import ModelFileError
from minicnn.saving.hdf5 import open_hdf5, read_array


def stored(write):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write(file)
    return buffer.getvalue()


def read(write, shape, **options):
    with open_hdf5(stored(write)) as file:
        return read_array(file, "a", shape, **options)


@given(
    nps.arrays(
        st.sampled_from(["<f2", "<f4", "<f8", ">f4"]),
        nps.array_shapes(min_dims=1, max_dims=3, max_side=9),
        elements=st.floats(-100, 100, width=16),
    ),
    st.booleans(),
    st.sampled_from([None, 1, 9]),
    st.data(),
)
def test_every_storage_gives_the_array_back(array, shuffle, gzip, data):
    chunks = data.draw(
        st.none() | st.tuples(*[st.integers(1, size) for size in array.shape]), label="chunks"
    )
    options = {"chunks": chunks, "shuffle": shuffle, "compression": gzip and "gzip"}
    if gzip is None and not shuffle and chunks is None:
        options = {}
    elif gzip is not None:
        options["compression_opts"] = gzip
    found = read(lambda file: file.create_dataset("a", data=array, **options), array.shape)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype.newbyteorder("=")


def test_incompressible_chunks_skip_the_filter():
    array = np.frombuffer(np.random.default_rng(0).bytes(4000), np.uint32) % 2**30
    array = array.view(np.float32)
    found = read(lambda file: file.create_dataset("a", data=array, compression="gzip"), (1000,))
    np.testing.assert_array_equal(found, array)


def test_compact_storage_and_the_newest_format():
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver="latest") as file:
        layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        layout.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((3,))
        h5py.h5d.create(file.id, b"a", h5py.h5t.IEEE_F32LE, space, layout).write(
            h5py.h5s.ALL, h5py.h5s.ALL, np.float32([1, 2, 3])
        )
        file["b"] = np.arange(5.0)
    with open_hdf5(buffer.getvalue()) as file:
        assert read_array(file, "a", (3,)).tolist() == [1, 2, 3]
        assert read_array(file, "b", (5,)).tolist() == [0, 1, 2, 3, 4]


def test_integers():
    def write(file):
        file["a"] = np.int64(5)

    assert read(write, (), integers=True) == 5
    with pytest.raises(ModelFileError, match="must hold float16, float32, float64, got int64"):
        read(write, ())


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda file: None, "/a in its weights is missing, expected an array of shape"),
        (lambda file: file.create_group("a"), "is missing, expected an array"),
        (lambda file: file.create_dataset("a", data=np.zeros(3)), "has shape .3,., expected .2, 2"),
        (lambda file: file.create_dataset("a", data=h5py.Empty("f4")), "has shape None"),
        (lambda file: file.create_dataset("a", data=np.zeros((2, 2), "c8")), "must hold float16"),
        (lambda file: file.create_dataset("a", data=np.full((2, 2), b"xy")), "must hold float16"),
        (lambda file: file.create_dataset("a", (2, 2), "f4"), "holds 0 bytes, expected 16"),
        (lambda file: file.create_dataset("a", (2, 2), "f4", chunks=(1, 1)), "lacks the chunk at"),
        (
            lambda file: file.create_dataset("a", data=np.zeros((2, 2)), compression="lzf"),
            "compressed with a filter other than gzip",
        ),
        (
            lambda file: file.create_dataset("a", data=np.zeros((2, 2)), fletcher32=True),
            "compressed with a filter other than gzip",
        ),
    ],
)
def test_what_is_stored_must_be_as_expected(write, message):
    with pytest.raises(ModelFileError, match=message):
        read(write, (2, 2))


def test_links_are_not_followed(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["a"] = np.zeros((2, 2), np.float32)

    def external(file):
        file["a"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/a")

    def soft(file):
        file["b"] = np.zeros((2, 2), np.float32)
        file["a"] = h5py.SoftLink("/b")

    for write in (external, soft):
        with pytest.raises(
            ModelFileError, match="is a link to another place, which is not followed"
        ):
            read(write, (2, 2))


def test_other_files_are_not_read(tmp_path):
    (tmp_path / "secret").write_bytes(bytes(16))

    def external_storage(file):
        file.create_dataset("a", (2, 2), "f4", external=[(str(tmp_path / "secret"), 0, 16)])

    with pytest.raises(ModelFileError, match="is stored outside the file"):
        read(external_storage, (2, 2))

    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["a"] = np.zeros((2, 2), np.float32)

    def virtual(file):
        layout = h5py.VirtualLayout((2, 2), "f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "a", (2, 2))
        file.create_virtual_dataset("a", layout)

    with pytest.raises(ModelFileError, match="is a virtual dataset"):
        read(virtual, (2, 2))


def gzip_bomb(file, size=1 << 24):
    """Give a chunk of 16 bytes a stream that unpacks to `size`."""
    dataset = file.create_dataset("a", (2, 2), "f4", chunks=(2, 2), compression="gzip")
    dataset.id.write_direct_chunk((0, 0), zlib.compress(bytes(size)))


def huge_chunk(file):
    file.create_dataset("a", (2, 2), "f4", chunks=(1 << 14, 1 << 15), maxshape=(None, None))


def tiny_chunks(file):
    """A million chunks, of which none is there."""
    file.create_dataset("a", (1 << 20,), "f4", chunks=(1,))


@pytest.mark.parametrize(
    ("write", "shape", "message"),
    [
        (gzip_bomb, (2, 2), "unpacks to another size than 16 bytes"),
        (huge_chunk, (2, 2), "is split into chunks of"),
        (tiny_chunks, (1 << 20,), "is split into chunks of"),
    ],
)
def test_bombs_take_neither_memory_nor_time(write, shape, message):
    content = stored(write)
    tracemalloc.start()
    started = time.perf_counter()
    try:
        with open_hdf5(content) as file, pytest.raises(ModelFileError, match=message):
            read_array(file, "a", shape)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - started < 5


def test_damaged_streams():
    def write(file):
        dataset = file.create_dataset("a", (2, 2), "f4", chunks=(2, 2), compression="gzip")
        dataset.id.write_direct_chunk((0, 0), b"not a stream")

    with pytest.raises(ModelFileError, match="a chunk of its weights is damaged"):
        read(write, (2, 2))


def test_a_shuffled_chunk_of_part_of_a_number():
    def write(file):
        dataset = file.create_dataset("a", (2, 2), "f4", chunks=(2, 2), shuffle=True)
        dataset.id.write_direct_chunk((0, 0), b"12345")

    with pytest.raises(ModelFileError, match="unpacks to another size than 16 bytes"):
        read(write, (2, 2))


def test_no_hdf5():
    with pytest.raises(ModelFileError, match="not an HDF5 file, or it is damaged"):
        open_hdf5(b"something else")
