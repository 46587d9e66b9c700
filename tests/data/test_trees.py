"""A folder and a zip archive look the same from outside."""

import os
import random
import zipfile

import pytest

from minicnn.data.trees import FolderTree, ZipTree, open_entry, walk

FILES = {
    "b.txt": b"b",
    "a/one.txt": b"1",
    "a/deep/two.txt": b"22",
    ".hidden": b"-",
    "a/.hidden/three.txt": b"-",
    "__MACOSX/a/._one.txt": b"-",
    "a/Thumbs.db": b"-",
}


def write_zip(path, files, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name) if options else name, content, **options)
    return path


@pytest.fixture(params=["folder", "zip", "zip with folder entries", "zip from Windows"])
def tree(request, tmp_path):
    if request.param == "folder":
        for name, content in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        yield FolderTree(tmp_path)
        return
    files = dict(FILES)
    if request.param == "zip with folder entries":
        files = {"a/": b"", "a/deep/": b"", "__MACOSX/": b"", **files}
    if request.param == "zip from Windows":
        files = {name.replace("/", "\\"): content for name, content in files.items()}
    with ZipTree(write_zip(tmp_path / "files.zip", files)) as tree:
        yield tree


def test_children_without_litter(tree):
    assert tree.children("") == (["a"], ["b.txt"])
    assert tree.children("a") == (["deep"], ["one.txt"])
    assert tree.children("a/deep") == ([], ["two.txt"])


def test_litter_is_counted(tree):
    assert tree.litter() == 4


def test_entries_open(tree):
    with open_entry(tree, "a/deep/two.txt", 2) as (file, size):
        assert (file.read(), size) == (b"22", 2)


def test_the_limit_is_held_before_reading(tree):
    with (
        pytest.raises(ValueError, match=r"a/deep/two\.txt has 2 bytes unpacked, .* at most 1\."),
        open_entry(tree, "a/deep/two.txt", 1),
    ):
        pass


def test_a_file_that_vanished(tmp_path):
    with (
        pytest.raises(ValueError, match=r"gone\.jpg cannot be read"),
        open_entry(FolderTree(tmp_path), "gone.jpg", 1),
    ):
        pass


def test_a_link_to_a_folder_above_is_not_followed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").touch()
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert list(walk(FolderTree(tmp_path))) == ["a/one.txt"]


def test_names_never_lead_out_of_the_archive(tmp_path):
    path = write_zip(tmp_path / "files.zip", {"../evil.txt": b"", "/a/b.txt": b"", "./c.txt": b""})
    with ZipTree(path) as tree:
        assert tree.children("") == (["a"], ["c.txt"])
        assert tree.children("a") == ([], ["b.txt"])


def test_not_a_zip(tmp_path):
    path = tmp_path / "page.zip"
    path.write_text("<html>Please log in</html>")
    with pytest.raises(ValueError, match=r"page\.zip is not a complete zip archive"):
        ZipTree(path)


def test_a_cut_zip(tmp_path):
    path = write_zip(tmp_path / "files.zip", FILES)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match="is not a complete zip archive"):
        ZipTree(path)


def test_an_encrypted_entry(tmp_path):
    path = write_zip(tmp_path / "files.zip", {"a.txt": b"secret"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flags of the entry ...
    content[content.index(b"PK\x01\x02") + 8] |= 1  # ... and of the directory
    path.write_bytes(content)
    with (
        ZipTree(path) as tree,
        pytest.raises(ValueError, match=r"a\.txt is encrypted, expected a zip .* password"),
        open_entry(tree, "a.txt", 100),
    ):
        pass


def test_an_unusual_compression(tmp_path):
    path = write_zip(tmp_path / "files.zip", {"a.txt": b"x"}, compress_type=zipfile.ZIP_BZIP2)
    with (
        ZipTree(path) as tree,
        pytest.raises(ValueError, match=r"a\.txt is compressed by zip method 12, expected deflate"),
        open_entry(tree, "a.txt", 100),
    ):
        pass


def test_a_changed_byte_is_noticed_by_the_checksum(tmp_path):
    path = write_zip(tmp_path / "files.zip", {"a.txt": os.urandom(1000)})
    content = bytearray(path.read_bytes())
    content[500] ^= 255
    path.write_bytes(content)
    with (
        ZipTree(path) as tree,
        pytest.raises(ValueError, match=r"files\.zip: a\.txt cannot be read"),
        open_entry(tree, "a.txt", 2000) as (file, size),
    ):
        file.read(size)


def test_any_changed_byte_reads_or_raises_value_error(tmp_path):
    original = write_zip(tmp_path / "files.zip", FILES).read_bytes()
    draw = random.Random(0)
    broken = tmp_path / "broken.zip"
    for _ in range(400):
        content = bytearray(original)
        content[draw.randrange(len(content))] = draw.randrange(256)
        broken.write_bytes(content)
        try:
            with ZipTree(broken) as tree:
                for name in tree.children("")[1]:
                    with open_entry(tree, name, 10**6) as (file, size):
                        file.read(size)
        except ValueError:
            pass


def test_entries_in_very_deep_folders_are_refused(tmp_path):
    path = write_zip(tmp_path / "deep.zip", {"a/" * 2000 + "x.png": b""})
    with pytest.raises(ValueError, match=r"deep\.zip: a/a/.* lies in 2,000 folders, .* at most 64"):
        ZipTree(path)
