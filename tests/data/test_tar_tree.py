"""Hostile tar archives are refused soon, in little memory, with a sentence."""

import gzip
import tarfile

import pytest

from minicnn.data.tar_tree import TarTree, is_tar


def header(kind, size, name="a.png"):
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def blocks(content):
    return content + bytes(-len(content) % 512)


PAX = b"25 GNU.sparse.map=a,b,c\n" + b"24 GNU.sparse.size=1000\n"
HOSTILE = {
    "a long name": header(tarfile.GNUTYPE_LONGNAME, 1 << 20) + b"x" * (1 << 20) + header(b"0", 0),
    "long extended headers": header(tarfile.XHDTYPE, 1 << 20) + bytes(1 << 20) + header(b"0", 0),
    "a chain of names": (header(tarfile.GNUTYPE_LONGNAME, 2) + blocks(b"x")) * 1500,
    "a map without numbers": header(tarfile.XHDTYPE, len(PAX)) + blocks(PAX) + header(b"0", 0),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_headers_are_refused(what, tmp_path):
    path = tmp_path / "hostile.tar"
    path.write_bytes(HOSTILE[what] + bytes(1024))
    is_tar(path)
    with pytest.raises(ValueError, match=r"hostile\.tar is not a complete tar archive"):
        TarTree(path)


def test_the_sum_of_the_entries_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr("minicnn.data.tar_tree._MAX_BYTES", 15_000)
    path = tmp_path / "large.tar.gz"
    entry = header(b"0", 10_000) + blocks(bytes(10_000))
    path.write_bytes(gzip.compress(entry * 2 + bytes(1024)))
    with pytest.raises(ValueError, match=r"large\.tar\.gz: .* more than 15,000 bytes unpacked"):
        TarTree(path)


def test_each_entry_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr("minicnn.data.tar_tree._MAX_ENTRY_BYTES", 500)
    path = tmp_path / "large.tar"
    path.write_bytes(header(b"0", 501) + blocks(bytes(501)) + bytes(1024))
    with pytest.raises(ValueError, match=r"a\.png has 501 bytes unpacked, expected at most 500"):
        TarTree(path)
