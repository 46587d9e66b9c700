"""FER2013 in all its shapes, from synthetic images."""

import io
import logging

import numpy as np
import pytest
from fer_sources import SHAPES, assert_equal, encode, entries, make_source, make_zip
from PIL import Image

from minicnn import progress
from minicnn.fer.datasets import fer2013
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.fer2013 import load_fer2013
from minicnn.fer.datasets.sources import ignored_files

pytestmark = pytest.mark.usefixtures("cache_folder")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_identical_arrays(shape, rows, tmp_path):
    loaded = load_fer2013(make_source(shape, rows, tmp_path))
    assert loaded.class_names == EMOTIONS
    assert set(loaded.splits) == {"train", "test", "PublicTest", "PrivateTest"}
    usages = {
        "train": ["Training"],
        "test": ["PrivateTest", "PublicTest"],
        "PublicTest": ["PublicTest"],
        "PrivateTest": ["PrivateTest"],
    }
    for name, split in loaded.splits.items():
        expected = [row for row in rows if row[0] in usages[name]]
        assert split.images.shape == (len(expected), 48, 48, 1)
        assert split.images.dtype == np.uint8
        assert split.labels.dtype == np.int64
        np.testing.assert_array_equal(split.images[..., 0], [pixels for _, _, pixels in expected])
        assert [EMOTIONS[label] for label in split.labels] == [
            emotion for _, emotion, _ in expected
        ]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_second_time_comes_from_the_cache(shape, rows, tmp_path, monkeypatch, cache_folder):
    path = make_source(shape, rows, tmp_path)
    first = load_fer2013(path)
    assert len(list(cache_folder.iterdir())) == 1
    monkeypatch.setattr(fer2013, "_read", None)  # nothing is read from the source any more
    assert_equal(load_fer2013(path), first)


@pytest.mark.parametrize("shape", SHAPES)
def test_files_that_are_left_out_are_counted(shape, rows, tmp_path):
    count = ignored_files(make_source(shape, rows, tmp_path))
    assert count == (len(rows) + 1 if "litter" in shape else 0)


def test_without_cache_none_is_written(rows, tmp_path, cache_folder):
    load_fer2013(make_source("zip", rows, tmp_path), cache=False)
    assert not cache_folder.exists()


@pytest.mark.parametrize("shape", ["zip", "folder", "csv"])
def test_a_changed_source_is_read_again(shape, rows, tmp_path):
    path = make_source(shape, rows, tmp_path)
    first = load_fer2013(path)
    negative = [(usage, emotion, 255 - pixels) for usage, emotion, pixels in rows]
    make_source(shape, negative, tmp_path)
    second = load_fer2013(path)
    np.testing.assert_array_equal(second.train.images, 255 - first.train.images)


@pytest.mark.parametrize(
    "change",
    [
        {"images": np.zeros((3, 48, 48, 1), np.uint8)},
        {"labels": np.full(42, 7)},
        {"labels": np.zeros((), np.int64)},
        {"usages": np.zeros(42)},
        {"usages": np.arange(42) % 3},
        {"more": np.zeros(1)},
    ],
)
def test_a_wrong_cache_is_not_believed(change, rows, tmp_path, cache_folder):
    path = make_source("zip", rows, tmp_path)
    first = load_fer2013(path)
    (file,) = cache_folder.iterdir()
    with np.load(file) as stored:
        arrays = dict(stored)
    assert len(arrays["labels"]) == 42
    np.savez(file, **(arrays | change))
    assert_equal(load_fer2013(path), first)


def test_an_unwritable_cache_costs_one_line(rows, tmp_path, cache_folder, caplog):
    cache_folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        loaded = load_fer2013(make_source("zip", rows, tmp_path))
    assert len(loaded.train) == 21
    assert len(caplog.messages) == 1


def test_test_images_of_other_names_belong_to_no_half(rows, tmp_path):
    files = [(name.replace("PublicTest_", "mine_"), content) for name, content in entries(rows)]
    loaded = load_fer2013(make_zip(tmp_path / "mine.zip", files))
    assert set(loaded.splits) == {"train", "test", "PrivateTest"}
    assert len(loaded.test) == 21
    assert len(loaded.splits["PrivateTest"]) == 14


def test_images_of_another_size_are_resized(rows, tmp_path):
    files = [
        (
            name,
            encode(np.kron(np.array(Image.open(io.BytesIO(content))), np.ones((2, 2), np.uint8))),
        )
        for name, content in entries(rows)
    ]
    loaded = load_fer2013(make_zip(tmp_path / "large.zip", files))
    assert loaded.train.images.shape == (21, 48, 48, 1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("shape", ["zip", "csv"])
def test_progress_is_shown_on_a_terminal_only(shape, rows, tmp_path, monkeypatch):
    path = make_source(shape, rows, tmp_path)
    for stream, options, shown in [
        (Terminal(), {}, True),
        (Terminal(), {"progress": False}, False),
        (io.StringIO(), {}, False),
    ]:
        monkeypatch.setattr(progress.sys, "stderr", stream)
        load_fer2013(path, cache=False, **options)
        assert ("FER2013" in stream.getvalue()) == shown
