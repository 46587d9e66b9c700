import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from minicnn.data.file_kinds import describe_kind


def tar():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("fer2013/fer2013.csv"), io.BytesIO())
    return file.getvalue()


KINDS = {
    "a tar archive": tar(),
    "a gzip archive": gzip.compress(tar()),
    "a bzip2 archive": bz2.compress(tar()),
    "an xz archive": lzma.compress(tar()),
    "a zstd archive": b"\x28\xb5\x2f\xfd\x04\x00",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\0\4",
    "a RAR archive": b"Rar!\x1a\x07\x01\x00",
    "a zip archive": b"PK\x03\x04 and no end",
    "a web page": b'\xef\xbb\xbf\n<!-- saved --><!DOCTYPE html>\n<html lang="en">',
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n",
    "a Kaggle API token": b'{"username":"somebody","key":"0123abcd"}',
    "a Parquet file": b"PAR1\x15\x04",
    "an SVG drawing": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">',
    "a PDF document": b"%PDF-1.7\n",
    "a HEIC photo": b"\0\0\0\x18ftypheic\0\0\0\0",
    "an AVIF image": b"\0\0\0\x1cftypavif\0\0\0\0",
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_told_by_its_beginning(kind):
    file = io.BytesIO(KINDS[kind])
    assert describe_kind(file).startswith(f"it is {kind}: ")
    assert file.tell() == 0


def test_other_pages_are_pages_too():
    for page in (b"<HTML><body>", b"\n <head>", b'<?xml version="1.0"?><!DOCTYPE html>'):
        assert describe_kind(io.BytesIO(page)).startswith("it is a web page: download it again")


def test_nothing_and_zeros():
    assert describe_kind(io.BytesIO()) == "it is empty: download it again"
    assert describe_kind(io.BytesIO(bytes(5000))) == (
        "it begins with nothing but zeros: download it again"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"emotion,pixels,Usage\n0,70 80,Training\n",
        b"\xef\xbb\xbfemotion, pixels, Usage\n",
        b"\n\n",
        b'{"emotion": 1}',
        b"version,https\n",
        b"PARTS\n",
    ],
)
def test_what_may_be_data_is_left_alone(content):
    assert describe_kind(io.BytesIO(content)) is None
