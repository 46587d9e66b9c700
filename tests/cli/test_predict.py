"""``minicnn predict``."""

import os
import sys

import numpy as np
import pytest
from PIL import Image
from tiny import faces

from minicnn import load_model
from minicnn.fer import EMOTIONS, predict_emotion


@pytest.fixture
def images(tmp_path):
    """Two faces whose names would mean something to a careless table."""
    paths = [tmp_path / "[bold]face.png", tmp_path / f"{'long' * 40}:smile:.png"]
    for path, image in zip(paths, faces().test.images, strict=False):
        Image.fromarray(image[:, :, 0]).save(path)
    return paths


def rows(output):
    return [line.split() for line in output.splitlines()[2:]]


def test_every_file_gets_a_row(minicnn, model, images):
    result = minicnn("predict", "--model", model, *images)
    assert (result.returncode, result.stderr) == (0, "")
    found = rows(result.stdout)
    assert [row[0] for row in found] == [str(path) for path in images]
    for row, path in zip(found, images, strict=True):
        expected = predict_emotion(load_model(model), path)
        assert row[1:3] == [expected.label, f"{expected.confidence:.1%}"]
        assert row[3] == expected.ranking[1] in EMOTIONS


def test_what_cannot_be_read_is_told_and_the_others_are_predicted(minicnn, model, images, tmp_path):
    truncated, text = tmp_path / "half.png", tmp_path / "text.jpg"
    whole = images[0].read_bytes()
    truncated.write_bytes(whole[: len(whole) // 2])
    text.write_text("no image")
    missing = tmp_path / "missing.jpg"
    files = [images[0], truncated, missing, text, tmp_path, images[1]]
    result = minicnn("predict", "--model", model, *files)
    assert result.returncode == 2
    assert [row[0] for row in rows(result.stdout)] == [str(path) for path in images]
    told = result.stderr.splitlines()
    assert len(told) == 4
    assert told[0].startswith(f"minicnn predict: {truncated} is a damaged or truncated image")
    assert told[1] == f"{missing} does not exist, expected an image file."
    assert told[2].startswith(f"{text} is not an image that can be read, expected one of JPEG")
    assert told[3] == f"{tmp_path} is a folder, expected an image file."


def test_no_readable_file_means_no_table(minicnn, model, tmp_path):
    result = minicnn("predict", "--model", model, "missing.jpg")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "minicnn predict: missing.jpg does not exist, expected an image file.\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_that_is_no_text_is_shown_as_far_as_possible(minicnn, model, images, tmp_path):
    strange = tmp_path / os.fsdecode(b"na\xefve.png")
    images[0].rename(strange)
    result = minicnn("predict", "--model", model, strange)
    assert (result.returncode, result.stderr) == (0, "")
    assert "na?ve.png" in result.stdout


def test_a_model_that_cannot_be_read_is_refused(refused, images, tmp_path):
    assert "none.keras does not exist" in refused("predict", "--model", "none.keras", images[0])
    damaged = tmp_path / "damaged.keras"
    damaged.write_bytes(np.random.default_rng(0).bytes(1000))
    assert "it is not a .keras file" in refused("predict", "--model", damaged, images[0])
