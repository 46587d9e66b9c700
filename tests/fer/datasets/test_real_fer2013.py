"""The real FER2013, where there is one."""

import io
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from fer_sources import assert_equal
from PIL import Image

from minicnn.data.array_cache import cache_folder
from minicnn.data.quality import inspect_dataset
from minicnn.fer.datasets import fer2013
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.fer2013 import load_fer2013


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real zip, loaded into an empty cache once."""
    path = os.environ.get("MINICNN_FER2013")
    if not path:
        pytest.skip("MINICNN_FER2013 does not name the FER2013 zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINICNN_CACHE", str(tmp_path_factory.mktemp("cache")))
        first = load_fer2013(path)
        patch.setattr(fer2013, "_read", None)
        second = load_fer2013(path)
        yield Path(path), first, second
        shutil.rmtree(cache_folder())


def test_images_per_class(real):
    _, loaded, _ = real
    train = [3995, 436, 4097, 7215, 4965, 4830, 3171]
    test = [958, 111, 1024, 1774, 1233, 1247, 831]
    assert np.bincount(loaded.train.labels).tolist() == train
    assert np.bincount(loaded.test.labels).tolist() == test
    assert len(loaded.splits["PublicTest"]) == len(loaded.splits["PrivateTest"]) == 3589


def test_the_cache_equals_the_first_reading(real):
    _, first, second = real
    assert_equal(first, second)


def test_a_part_of_the_training_images_has_every_class(real):
    """So that validation_split, which takes the last images, is fair."""
    _, loaded, _ = real
    share = np.bincount(loaded.train.labels[-2871:], minlength=7) / 2871
    whole = np.bincount(loaded.train.labels) / len(loaded.train)
    assert abs(share - whole).max() < 0.03


def test_an_image_is_what_pillow_decodes(real):
    path, loaded, _ = real
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("train/")]
        first = min(names, key=lambda name: name.rpartition("/")[2])
        pixels = np.array(Image.open(io.BytesIO(archive.read(first))))
    np.testing.assert_array_equal(loaded.train.images[0, ..., 0], pixels)
    assert EMOTIONS[loaded.train.labels[0]] == first.split("/")[1]


def test_twins_contradictions_and_blank_images(real):
    _, loaded, _ = real
    quality = inspect_dataset(loaded)
    assert (len(quality.groups), quality.groups.sum()) == (1516, 3369)
    assert sum(quality.contradictions.values()) == 57
    parts = quality.splits
    assert parts["test"].twins_in_training == 568
    halves = [parts[name].twins_in_training for name in ("PublicTest", "PrivateTest")]
    assert halves == [280, 288]
    assert len(parts["train"].blank) + len(parts["test"].blank) == 12
