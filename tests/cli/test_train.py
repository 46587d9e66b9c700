"""``minicnn train``: the network is the real one, the data is small."""

import json
import re
import zipfile

import numpy as np
import pytest
from command import run_command
from PIL import Image

HEADER = "emotion,pixels,Usage"


@pytest.fixture(scope="module")
def finished(environment, data, tmp_path_factory):
    """The folder of a run and what it printed."""
    top = tmp_path_factory.mktemp("runs")
    arguments = ["train", "--data", data, "--out", "first", "--epochs", "1", "--batch-size", "14"]
    result = run_command(*arguments, cwd=top, environment=environment)
    return top / "first", result


def test_a_run_leaves_its_folder_and_says_how_it_went(finished):
    out, result = finished
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["history.csv", "model.keras", "run.json"]
    first, epoch, test, last = result.stdout.splitlines()
    assert first == "faces: 28 training and 14 test images. The run goes to first."
    assert epoch.startswith("Epoch 1/1  loss ")
    record = json.loads((out / "run.json").read_text())
    accuracy, loss = re.fullmatch(r"Test images: accuracy (\S+)%, loss (\S+)\.", test).groups()
    assert float(accuracy) == pytest.approx(100 * record["test"]["accuracy"], abs=0.01)
    assert float(loss) == pytest.approx(record["test"]["loss"], abs=1e-4)
    assert last == "The model is first/model.keras."


def test_a_run_is_not_overwritten(refused, finished, data):
    out, _ = finished
    before = {path: path.read_bytes() for path in out.iterdir()}
    sentence = refused("train", "--data", data, "--out", out)
    assert f"{out} holds a run already; choose another folder or pass --overwrite." in sentence
    assert before == {path: path.read_bytes() for path in out.iterdir()}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--epochs", "0"], "epochs must be a positive integer, got 0."),
        (["--batch-size", "0"], "batch_size must be a positive integer, got 0."),
        (["--validation-split", "1"], "validation_split must be a number in [0, 1), got 1.0."),
        (["--data", "missing.zip"], "missing.zip does not exist, expected FER2013 as a zip"),
    ],
)
def test_bad_options_are_refused_and_leave_nothing(refused, tmp_path, options, message):
    assert message in refused("train", "--out", "run", *options)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_a_file_is_refused(refused, data, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "file is a file." in refused("train", "--data", data, "--out", "file/run")
    assert (tmp_path / "file").read_text() == "mine"


def no_zip(top):
    path = top / "fer2013.zip"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    return path, "fer2013.zip"


def no_classes(top):
    for split in ("train", "test"):
        (top / "empty" / split).mkdir(parents=True)
    return top / "empty", "train has no images of angry, disgust"


def truncated_image(top):
    path = top / "faces.zip"
    image = top / "image.png"
    Image.fromarray(np.zeros((48, 48), np.uint8)).save(image)
    half = image.read_bytes()[:60]
    image.unlink()
    with zipfile.ZipFile(path, "w") as archive:
        for split in ("train", "test"):
            for emotion in ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"):
                archive.writestr(f"{split}/{emotion}/1.png", half)
    return path, "faces.zip: train/angry/1.png is a damaged"


def short_row(top):
    path = top / "fer2013.csv"
    rows = [HEADER, "0," + " ".join(["7"] * 2304) + ",Training"]
    rows.append("1," + " ".join(["7"] * 2303) + ",Training")
    path.write_text("\n".join(rows) + "\n")
    return path, "fer2013.csv, line 3: 2,303 pixels, expected 2,304"


@pytest.mark.parametrize("make", [no_zip, no_classes, truncated_image, short_row])
def test_data_that_is_not_what_it_should_be_is_refused(refused, tmp_path, make):
    path, message = make(tmp_path)
    sentence = refused("train", "--data", path, "--out", "run")
    assert message in sentence
    assert not (tmp_path / "run").exists()
