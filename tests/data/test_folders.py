"""Images whose folder says what they are."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image

from minicnn.data import folders
from minicnn.data.folders import find_images, read_images
from minicnn.data.trees import FolderTree, ZipTree

CLASSES = ("cat", "dog")
FILES = [
    "train/cat/b.png",
    "train/cat/c.png",
    "train/dog/a.png",
    "test/cat/e.png",
    "test/dog/d.png",
]


def png(value):
    file = io.BytesIO()
    Image.new("L", (8, 8), value).save(file, "PNG")
    return file.getvalue()


def make_folder(top, names=FILES):
    for value, name in enumerate(names):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(png(value))
    return FolderTree(top)


def find(tree):
    return [(image.name, image.split, image.label) for image in find_images(tree, CLASSES)]


def test_splits_then_file_names(tmp_path):
    assert find(make_folder(tmp_path)) == [
        ("train/dog/a.png", "train", 1),
        ("train/cat/b.png", "train", 0),
        ("train/cat/c.png", "train", 0),
        ("test/dog/d.png", "test", 1),
        ("test/cat/e.png", "test", 0),
    ]


def test_one_folder_deeper_and_any_case(tmp_path):
    names = [f"Pets/{name.title()}" for name in FILES]
    assert find(make_folder(tmp_path, names))[0][0] == "Pets/Train/Dog/A.Png"


def test_what_lies_beside_is_not_looked_at(tmp_path):
    extra = ["README.txt", "validation/bird/x.png", "old/train/cat/z.png", "old/test/cat/z.png"]
    assert len(find(make_folder(tmp_path, FILES + extra))) == 5


def test_equal_names_in_two_classes_keep_one_order(tmp_path):
    tree = make_folder(tmp_path, [*FILES, "train/cat/a.png"])
    assert [name for name, _, _ in find(tree)][:2] == ["train/cat/a.png", "train/dog/a.png"]


def test_pixels_and_labels_follow_the_order(tmp_path):
    tree = make_folder(tmp_path)
    done = []
    images, labels = read_images(tree, find_images(tree, CLASSES), (8, 8), done.append)
    assert images.shape == (5, 8, 8, 1)
    assert images.dtype == np.uint8
    assert images[:, 3, 3, 0].tolist() == [2, 0, 1, 4, 3]
    assert labels.tolist() == [1, 0, 0, 1, 0]
    assert labels.dtype == np.int64
    assert sum(done) == 5


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a.png"], "expected the folders train/ and test/ at the top or one folder deeper"),
        (["train/cat/a.png"], "expected the folders train/ and test/ at the top"),
        (
            [f"{top}/{name}" for top in ("x", "y") for name in FILES],
            "expected the folders train/ and test/ once, found them in x, y",
        ),
        ([*FILES, "train/bird/a.png"], "train/bird is not a known class, expected cat, dog"),
        (FILES[:4], "test has no images of dog, expected one folder with images for each of cat"),
        ([*FILES[:4], "test/dog/"], "test has no images of dog"),
        (["train/", "test/"], "train has no images of cat, dog"),
        ([*FILES, "train/x.png"], "train/x.png is not where images are expected, in train/<cl"),
        ([*FILES, "test/dog/more/x.png"], "test/dog/more is not where images are expected"),
    ],
)
def test_a_wrong_layout_is_named(tmp_path, names, message):
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir(parents=True)
    with pytest.raises(ValueError, match=message):
        find(make_folder(tmp_path, [name for name in names if not name.endswith("/")]))


@pytest.mark.parametrize("content", [b"", b"text", png(1)[:-30]], ids=["empty", "text", "cut"])
def test_a_file_that_is_no_whole_image_is_named(tmp_path, content):
    tree = make_folder(tmp_path)
    (tmp_path / "test/cat/e.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"test/cat/e\.png is (not an|a damaged|empty)"):
        read_images(tree, find_images(tree, CLASSES), (8, 8))


def test_a_zip_bomb_is_refused_from_its_header(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MAX_IMAGE_BYTES", 10**6)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.writestr(name, bytes(2 * 10**6))
    with (
        ZipTree(path) as tree,
        pytest.raises(ValueError, match=r"a\.png has 2,000,000 bytes unpacked, .* at most 1,000,0"),
    ):
        read_images(tree, find_images(tree, CLASSES), (8, 8))


def test_a_zip_bomb_that_lies_unpacks_no_more_than_it_says(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.writestr(name, bytes(50 * 10**6))
    announced, lie = struct.pack("<I", 50 * 10**6), struct.pack("<I", 1000)
    path.write_bytes(path.read_bytes().replace(announced, lie))
    tracemalloc.start()
    try:
        with ZipTree(path) as tree, pytest.raises(ValueError, match=r"a\.png"):
            read_images(tree, find_images(tree, CLASSES), (8, 8))
        assert tracemalloc.get_traced_memory()[1] < 5 * 10**6
    finally:
        tracemalloc.stop()
