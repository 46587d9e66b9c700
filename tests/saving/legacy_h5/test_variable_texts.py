"""Texts of variable length are read as HDF5 reads them; forged ones reserve nothing."""

import io
import itertools
import struct

import h5py
import numpy as np
import pytest
from hostile import refused

import minicnn
from minicnn.saving import ModelFileError
from minicnn.saving.legacy_h5.attributes import Attributes
from minicnn.saving.legacy_h5.variable_texts import VariableTexts

TEXT = h5py.string_dtype("utf-8")
GIB = 1 << 30


@pytest.mark.parametrize(
    "options", [{}, {"libver": "latest"}, {"libver": "v108"}, {"track_order": True}]
)
def test_headers_of_every_form(options):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        file.attrs["a text"] = "é" * 50_000
        file.attrs["größe"] = ""
        group = file.create_group("group")
        for number in range(5):  # more than one block of a header
            group.attrs[f"names{number}"] = np.array(["", "one", str(number)] * 100, TEXT)
    with h5py.File(buffer, "r") as file:
        attributes = Attributes(buffer)
        assert attributes.text(file, "a text") == "é" * 50_000
        assert attributes.text(file, "größe") == ""
        expected = [list(file["group"].attrs[f"names{number}"]) for number in range(5)]
        assert attributes.names(file["group"], "names") == list(itertools.chain(*expected))


def test_attributes_apart_from_their_group_are_not_read():
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver="latest") as file:
        for number in range(9):
            file.attrs[f"a{number}"] = "a text"
    with h5py.File(buffer, "r") as file, pytest.raises(ModelFileError, match="in dense storage"):
        Attributes(buffer).text(file, "a3")


LAYER = "a layer with an uncommon name"


def references(content):
    """Where references to texts stand, by the length that they state."""
    return {
        struct.unpack_from("<I", content, at)[0]: at
        for at in range(len(content) - 16)
        if content[(start := heap(content, at)) : start + 4] == b"GCOL"
    }


def heap(content, reference):
    return struct.unpack_from("<Q", content, reference + 4)[0]


def config(content):
    """Where the reference to the model's config stands, which is the longest text."""
    return max(references(content).items())[1]


def layer_name(content):
    return references(content)[len(LAYER)]


def config_in_heap(content):
    return content.find(b'{"module": "keras"') - 16


def fixed_length(content):
    """Where the type of an attribute of 2,000 bytes states its length."""
    return content.find(struct.pack("<I", 2000))


def forged(place, offset, form, number):
    """Return an edit that puts a number where `place`, a function of the content, says."""
    return lambda content: struct.pack_into(form, content, place(content) + offset, number)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            forged(config, 0, "<I", GIB),
            r"'model_config' takes 1,024\.0 MiB, more than the 4",
        ),
        (forged(config, 0, "<I", 1 << 20), "said to have 1,048,576 bytes, but has"),
        (forged(layer_name, 0, "<I", GIB), r"'layer_names' of /model_weights takes 1,024\.0 MiB"),
        (forged(config, 4, "<Q", 1 << 40), "lead beyond its end"),
        (forged(config, 4, "<Q", 96), "is not in a heap"),
        (forged(config, 12, "<I", 999), "bytes, but has 0"),
        (forged(config_in_heap, 8, "<Q", 1 << 40), "bytes, but has 1,099,511,627,776"),
        (forged(fixed_length, 0, "<I", GIB), "it is damaged"),
    ],
)
def test_forged_lengths_reserve_nothing(tmp_path, edit, message):
    path = tmp_path / "m.h5"
    layers = [minicnn.layers.Input((2,)), minicnn.layers.Dense(1, name=LAYER)]
    minicnn.Sequential(layers).save(path)
    if "damaged" in message:
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = np.bytes_(file.attrs["model_config"].encode().ljust(2000))
    content = bytearray(path.read_bytes())
    edit(content)
    path.write_bytes(content)
    refused(path, message)


def test_headers_and_heaps_in_circles_end():
    # A header whose only message says that it goes on at itself.
    header = struct.pack("<BxHII4x", 1, 1, 1, 24) + struct.pack("<HH4xQQ", 16, 16, 16, 24)
    with pytest.raises(ModelFileError, match="more than 100,000 attributes and texts"):
        VariableTexts(io.BytesIO(header)).references(0, "a", 1)
    # A heap of texts without a byte, as long as it says.
    content = b"GCOL\1\0\0\0" + struct.pack("<Q", 1 << 40) + struct.pack("<H14x", 1) * 100_001
    with pytest.raises(ModelFileError, match="more than 100,000 attributes and texts"):
        VariableTexts(io.BytesIO(content)).text(1, 0, 1)
