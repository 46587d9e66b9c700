"""What is no FER2013, or a damaged one, is told in a sentence."""

import os
import sys

import pytest
from fer_sources import csv_text, entries, make_folder, make_source, make_zip

from minicnn.fer.datasets import fer2013
from minicnn.fer.datasets.fer2013 import load_fer2013

pytestmark = pytest.mark.usefixtures("cache_folder")


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no\.zip does not exist, expected FER2013 as"):
        load_fer2013(tmp_path / "no.zip")


@pytest.mark.parametrize("name", ["fer2013.tar.gz", "fer2013"])
def test_another_kind_of_file(name, tmp_path):
    (tmp_path / name).write_bytes(b"\x1f\x8b anything")
    with pytest.raises(ValueError, match=f"{name} is not FER2013, expected a zip archive, a f"):
        load_fer2013(tmp_path / name)


def test_a_zip_that_is_none(tmp_path):
    (tmp_path / "fer2013.zip").write_text("<html>Please log in</html>")
    with pytest.raises(ValueError, match=r"fer2013\.zip is not a complete zip archive"):
        load_fer2013(tmp_path / "fer2013.zip")


@pytest.mark.parametrize("make", [make_zip, make_folder])
def test_no_classes(make, tmp_path):
    path = make(tmp_path / "pictures", [("holiday/a.png", b"")])
    with pytest.raises(ValueError, match="pictures: expected the folders train/ and test/"):
        load_fer2013(path)


@pytest.mark.parametrize("make", [make_zip, make_folder])
def test_an_unknown_class(make, rows, tmp_path):
    path = make(tmp_path / "fer", [*entries(rows), ("train/contempt/a.png", b"")])
    with pytest.raises(ValueError, match="train/contempt is not a known class, expected angry"):
        load_fer2013(path)


@pytest.mark.parametrize("make", [make_zip, make_folder])
def test_missing_classes(make, rows, tmp_path):
    files = [file for file in entries(rows) if not file[0].startswith(("test/sad", "test/fea"))]
    with pytest.raises(ValueError, match="test has no images of fear, sad, expected one folder"):
        load_fer2013(make(tmp_path / "fer", files))


@pytest.mark.parametrize("make", [make_zip, make_folder])
def test_a_truncated_image(make, rows, tmp_path, cache_folder):
    files = [*entries(rows)]
    files[5] = (files[5][0], files[5][1][:-100])
    with pytest.raises(ValueError, match=f"fer: {files[5][0]} is a damaged or truncated image"):
        load_fer2013(make(tmp_path / "fer", files))
    assert not cache_folder.exists()


def test_an_entry_with_a_changed_byte(rows, tmp_path):
    files = [*entries(rows)]
    path = make_zip(tmp_path / "fer2013.zip", files)
    content = bytearray(path.read_bytes())
    content[content.index(files[4][0].encode()) + 300] ^= 255
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"fer2013\.zip: {files[4][0]} "):
        load_fer2013(path)


def test_a_zipped_csv_with_a_changed_byte(rows, tmp_path):
    path = make_source("zipped csv", rows, tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"fer2013\.csv"):
        load_fer2013(path)


def test_a_csv_that_unpacks_to_too_much(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(fer2013, "_MAX_CSV_BYTES", 1000)
    with pytest.raises(ValueError, match=r"fer2013\.csv has .* bytes unpacked, .* most 1,000\."):
        load_fer2013(make_source("zipped csv", rows, tmp_path))


@pytest.mark.parametrize("shape", ["csv", "zipped csv", "folder with csv"])
def test_a_row_of_2303_pixels(shape, rows, tmp_path):
    short = [*rows]
    short[7] = (*rows[7][:2], rows[7][2].ravel()[:-1])
    path = make_source(shape, short, tmp_path)
    message = r"fer2013\.csv, line 9: 2,303 pixels, expected 2,304 \(48 x 48\)"
    with pytest.raises(ValueError, match=message):
        load_fer2013(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("7,{},Training", "emotion is '7', expected one of 0, 1, 2, 3, 4, 5, 6"),
        ("3,{} 256,Training", "pixel '256' is not a whole number from 0 to 255"),
        ("3,{},Test", "Usage is 'Test', expected one of Training, PrivateTest, PublicTest"),
    ],
)
def test_a_wrong_row(row, message, rows, tmp_path):
    path = tmp_path / "fer2013.csv"
    path.write_text(csv_text(rows) + row.format(" ".join(["1"] * 2304)) + "\n")
    with pytest.raises(ValueError, match=rf"fer2013\.csv, line {len(rows) + 2}: {message}"):
        load_fer2013(path)


def test_a_csv_without_the_columns(tmp_path):
    (tmp_path / "fer2013.csv").write_text("label,image\n1,2\n")
    with pytest.raises(ValueError, match="expected the columns emotion, pixels, Usage"):
        load_fer2013(tmp_path / "fer2013.csv")


def test_a_csv_without_a_class(rows, tmp_path):
    kept = [row for row in rows if row[:2] != ("Training", "sad")]
    with pytest.raises(ValueError, match=r"expected training images of every emotion, .* sad"):
        load_fer2013(make_source("csv", kept, tmp_path))


def test_a_csv_without_test_images(rows, tmp_path):
    kept = [row for row in rows if row[0] == "Training"]
    with pytest.raises(ValueError, match=r"expected test images of every emotion, .* angry"):
        load_fer2013(make_source("csv", kept, tmp_path))


KINDS = {
    "tar archive": b"fer2013/fer2013.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(300),
    "gzip archive": b"\x1f\x8b\x08\x00",
    "7z archive": b"7z\xbc\xaf\x27\x1c",
    "RAR archive": b"Rar!\x1a\x07\x00",
    "web page": b"<!DOCTYPE html><html>Please log in</html>",
    "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "Kaggle API token": b'{"username":"me","key":"0"}',
    "empty": b"",
}


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013.zip", "fer2013.tar.gz", "fer2013"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_file_is(name, kind, tmp_path):
    (tmp_path / name).write_bytes(KINDS[kind])
    with pytest.raises(ValueError, match=rf"{name} is not .*it is (a )?{kind}: \w+"):
        load_fer2013(tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_csv_in_a_folder_or_zip_that_is_none(kind, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "fer2013.csv").write_bytes(KINDS[kind])
    sentence = rf"fer2013\.csv is not a csv file that can be read; it is (a )?{kind}: "
    with pytest.raises(ValueError, match=sentence):
        load_fer2013(folder)
    with pytest.raises(ValueError, match=sentence):
        load_fer2013(make_zip(tmp_path / "data.zip", [("fer2013.csv", KINDS[kind])]))


@pytest.mark.parametrize("inside", ["archive.zip", "fer2013.tar.gz", "train.csv"])
def test_a_folder_of_downloads(inside, tmp_path):
    (tmp_path / inside).write_bytes(b"anything")
    with pytest.raises(ValueError, match=f"expected the folders .* It holds {inside}: name that "):
        load_fer2013(tmp_path)


def test_a_folder_too_deep(rows, tmp_path):
    make_folder(tmp_path / "data", [*entries(rows)])
    with pytest.raises(ValueError, match=r"train: expected .*: name the folder that train/ and te"):
        load_fer2013(tmp_path / "data" / "train")


@pytest.mark.parametrize("path", ["fer\0.zip", "fer\ud800.zip"])
def test_a_path_that_no_file_can_have(path):
    with pytest.raises(ValueError, match=r"^'fer\\\w+\.zip' holds .* which|^'fer.* can have"):
        load_fer2013(path)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are POSIX")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "fer2013.csv")
    with pytest.raises(ValueError, match=r"fer2013\.csv is a device or a pipe, expected FER2013"):
        load_fer2013(tmp_path / "fer2013.csv")
