"""The zip around a model is not trusted."""

import contextlib
import os
import zipfile

import pytest

from minicnn import load_model
from minicnn.saving import ModelFileError
from minicnn.saving.archive import open_archive


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no\.keras does not exist, expected a \.keras"):
        load_model(tmp_path / "no.keras")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"hello, world", "it is not a .keras file: a zip archive begins with 'PK'"),
        (b"\x89HDF\r\n\x1a\nrest", "it is not an HDF5 file, or it is damaged"),
        (b"PK\3\4 and no more", "it is cut short or damaged"),
    ],
)
def test_other_files(tmp_path, content, message):
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=message):
        load_model(path)


def test_folder(tmp_path):
    with pytest.raises(ModelFileError, match=r"it is a folder, expected a .keras file"):
        load_model(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.keras")
    with pytest.raises(ModelFileError, match="it is a device or a pipe"):
        load_model(tmp_path / "pipe.keras")


def test_cut_anywhere_is_an_error(saved):
    whole = saved.read_bytes()
    for length in {*range(0, 60), *range(60, len(whole), 997), len(whole) - 1}:
        saved.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"empty|not a .keras file|cut short or damaged"):
            load_model(saved)


def test_a_flipped_bit_anywhere_is_an_error_or_harmless(saved):
    whole = bytearray(saved.read_bytes())
    for place in range(0, len(whole), 401):
        spoiled = whole.copy()
        spoiled[place] ^= 0x10
        saved.write_bytes(spoiled)
        with contextlib.suppress(ModelFileError):
            load_model(saved)


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil", "a/../../b", "c:evil", "a\\b"])
def test_members_that_point_outside(repack, name):
    with pytest.raises(ModelFileError, match="points outside the archive"):
        load_model(repack(**{name: b"x"}))


def test_two_members_of_one_name(saved):
    with zipfile.ZipFile(saved, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", "{}")
    with pytest.raises(ModelFileError, match="two members of the same name"):
        load_model(saved)


@pytest.mark.parametrize("key", ["config", "weights"])
def test_a_member_is_missing(repack, key):
    with pytest.raises(ModelFileError, match=r"it has no member .*, which every Keras 3 model has"):
        load_model(repack(**{key: None}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "config.json is not JSON"),
        ("[" * 100_000, "config.json is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"a": NaN}', "NaN is not a finite number"),
        ('{"a": 1e999}', "1e999 is not a finite number"),
        (b"\xff\xfe\xfd", "config.json is not JSON"),
    ],
)
def test_config_that_is_no_json(repack, text, message):
    with pytest.raises(ModelFileError, match=message):
        load_model(repack(config=text))


def test_other_compressions(repack):
    load_model(repack(compression=zipfile.ZIP_DEFLATED))
    with pytest.raises(ModelFileError, match="neither stored nor deflated"):
        load_model(repack(compression=zipfile.ZIP_LZMA))


def test_a_bomb_is_refused_by_its_declared_size(repack):
    bomb = repack(compression=zipfile.ZIP_DEFLATED, weights=bytes(200 << 20))
    with pytest.raises(ModelFileError, match=r"unpacks to 200.0 MiB, more than the 64.0 MiB"):
        load_model(bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(repack):
    path = repack(compression=zipfile.ZIP_DEFLATED, weights=bytes(50 << 20))
    with open_archive(path) as archive:
        info = archive._archive.getinfo("model.weights.h5")
        info.file_size = 1000
        with pytest.raises(ModelFileError, match=r"is damaged .Bad CRC-32"):
            archive.read("model.weights.h5", 10_000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda info: setattr(info, "flag_bits", info.flag_bits | 1), "config.json is encrypted"),
        (lambda info: setattr(info, "file_size", info.file_size + 9), "config.json is cut short"),
    ],
)
def test_members_that_cannot_be_unpacked(repack, change, message):
    with open_archive(repack(compression=zipfile.ZIP_DEFLATED)) as archive:
        change(archive._archive.getinfo("config.json"))
        with pytest.raises(ModelFileError, match=message):
            archive.read("config.json", 1 << 20)


def test_a_huge_directory_is_not_read(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(2000):
            archive.writestr(f"{index:060}", b"")
    with pytest.raises(ModelFileError, match="its zip directory is larger than that of any model"):
        load_model(path)


def test_a_path_that_no_file_can_have():
    with pytest.raises(ValueError, match=r"^'a\\x00\.keras' holds a null byte, which no file name"):
        load_model("a\0.keras")
