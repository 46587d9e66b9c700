"""Texts and names come out of attributes within bounds."""

import io
import struct
import time
import tracemalloc

import h5py
import numpy as np
import pytest

from minicnn.saving import ModelFileError
from minicnn.saving.legacy_h5.attributes import Attributes, has_names, write_names

TEXT = h5py.string_dtype("utf-8")


def stored(write):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write(file)
    return buffer


def read(write, verb="names", name="a"):
    buffer = stored(write)
    with h5py.File(buffer, "r") as file:
        return getattr(Attributes(buffer), verb)(file, name)


@pytest.mark.parametrize(
    "value",
    [
        "Gefühl",
        "Gefühl".encode(),
        np.bytes_("Gefühl".encode()),
        np.array(["Gefühl"], TEXT),
        np.array(["Gefühl".encode()]),
    ],
)
def test_a_text_in_all_ways_of_storing_it(value):
    assert read(lambda file: file.attrs.create("a", value), "text") == "Gefühl"


def test_no_text():
    assert read(lambda file: None, "text") is None


@pytest.mark.parametrize(
    "value",
    [
        np.array([b"one", b"another"]),
        np.array(["one", "another"], TEXT),
        [b"one", b"another"],
        np.array([[b"one"], [b"another"]]),
    ],
)
def test_names_in_all_ways_of_storing_them(value):
    assert read(lambda file: file.attrs.create("a", value)) == ["one", "another"]


@pytest.mark.parametrize("value", [[], np.zeros(0), np.zeros((0, 3), "S2"), h5py.Empty("f8")])
def test_no_names_are_stored_as_an_empty_list_of_anything(value):
    assert read(lambda file: file.attrs.create("a", value)) == []


def test_split_names():
    def write(file):
        file.attrs["a0"] = np.array([b"one", b"two"])
        file.attrs["a1"] = np.array(["three"], TEXT)
        file.attrs["a3"] = np.array([b"not this one"])

    assert read(write) == ["one", "two", "three"]
    with h5py.File(stored(write), "r") as file:
        assert has_names(file, "a")
        assert not has_names(file, "b")


@pytest.mark.parametrize("count", [0, 1, 4000, 4001, 9000])
def test_what_is_written_is_read(count):
    names = [f"Schicht_{number}/größe:0" for number in range(count)]
    assert read(lambda file: write_names(file, "a", names)) == names


@pytest.mark.parametrize(
    ("write", "verb", "message"),
    [
        (lambda f: None, "names", "the attribute 'a' of / is missing"),
        (lambda f: f.attrs.create("a", 5), "text", "its attribute 'a' must hold text, got int64"),
        (lambda f: f.attrs.create("a", [1.5]), "names", "must hold text, got float64"),
        (lambda f: f.attrs.create("a", h5py.Empty("f4")), "text", "must be one text"),
        (lambda f: f.attrs.create("a", [b"x", b"y"]), "text", "holds 2 texts"),
        (lambda f: f.attrs.create("a", np.bytes_(b"\xff\xfe")), "text", "is not UTF-8 text"),
        (lambda f: f.attrs.create("a", b"\xff\xfe"), "text", "is not UTF-8 text"),
        (
            lambda f: f.attrs.create("a", "x" * (5 << 20)),
            "text",
            "takes 5.0 MiB, more than the 4.0 MiB allowed",
        ),
        (
            lambda f: f.attrs.create("a", "x" * (20 << 20)),
            "text",
            "its attribute 'a' takes 20.0 MiB, more than the 4.0 MiB allowed",
        ),
    ],
)
def test_what_is_stored_must_be_text_of_bounded_length(write, verb, message):
    with pytest.raises(ModelFileError, match=message):
        read(write, verb)


def test_too_many_names():
    def split(file):
        for number in range(4):
            file.attrs[f"a{number}"] = np.array([""] * 4000, TEXT)

    def whole(file):
        file.attrs["a"] = np.zeros(10_001, "S1")

    with pytest.raises(ModelFileError, match="holds 12,000 texts, more than the 10,000 allowed"):
        read(split)
    with pytest.raises(ModelFileError, match="holds 10,001 texts, more than the 10,000 allowed"):
        read(whole)


def amplified(length, count):
    """A file with `count` references to one text of `length` bytes."""
    content = bytearray(
        stored(
            lambda file: file.attrs.create(
                "a", np.array(["x" * length] + ["y"] * (count - 1), TEXT)
            )
        ).getvalue()
    )
    at = content.find(struct.pack("<I", length))
    while content[struct.unpack("<Q", content[at + 4 : at + 12])[0] :][:4] != b"GCOL":
        at = content.find(struct.pack("<I", length), at + 1)
    content[at : at + 16 * count] = content[at : at + 16] * count
    return io.BytesIO(content)


def test_one_text_named_thousands_of_times_is_not_read():
    bomb = amplified(1 << 20, 4000)
    started = time.perf_counter()
    tracemalloc.start()
    try:
        with (
            h5py.File(bomb, "r") as file,
            pytest.raises(ModelFileError, match="takes 4,000"),
        ):
            Attributes(bomb).names(file, "a")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - started < 5


def test_names_are_counted_together():
    file = amplified(100_000, 20)
    with h5py.File(file, "r") as opened:
        attributes = Attributes(file)
        assert len(attributes.names(opened, "a")) == 20
        with pytest.raises(ModelFileError, match="the names in its attributes takes"):
            attributes.names(opened, "a")
