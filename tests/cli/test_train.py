"""``minicnn train``: the network is the real one, the data is small."""

import json
import re
import subprocess
import time
import tomllib
import zipfile

import numpy as np
import pytest
from command import COMMAND, run_command
from PIL import Image
from tiny import face_folder, faces

from minicnn import load_model
from minicnn.cli import main

HEADER = "emotion,pixels,Usage"


FILES = [
    "best.keras",
    "checkpoints",
    "config.toml",
    "history.csv",
    "model.keras",
    "run.json",
    "timing.csv",
]


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
    assert sorted(path.name for path in out.iterdir()) == FILES
    first, epoch, test, best, protocol, last = result.stdout.splitlines()
    assert first == "faces: 28 training and 14 test images. The run goes to first."
    assert epoch.startswith("Epoch 1/1  loss ")
    assert "  learning_rate 0.001  " in epoch
    record = json.loads((out / "run.json").read_text())
    accuracy, loss = re.fullmatch(r"Test images: accuracy (\S+)%, loss (\S+)\.", test).groups()
    assert float(accuracy) == pytest.approx(100 * record["test"]["accuracy"], abs=0.01)
    assert float(loss) == pytest.approx(record["test"]["loss"], abs=1e-4)
    assert best.startswith("Best model, of epoch 1: accuracy ")
    assert "chosen on a held-out part of the training images" in protocol
    assert last == "The model is in first/model.keras, the best one in first/best.keras."


def test_a_run_is_not_overwritten(refused, finished, data):
    out, _ = finished
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    sentence = refused("train", "--data", data, "--out", out)
    assert f"{out} already holds a run; continue it with --resume, replace it with" in sentence
    assert before == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_same_command_with_resume_goes_on_and_others_are_refused(
    minicnn, refused, finished, data, tmp_path
):
    out, first = finished
    other = face_folder(tmp_path / "other", faces(train=5))
    same = ["--out", out, "--epochs", "1", "--batch-size", "14", "--resume"]
    sentence = refused("train", "--data", other, *same)
    assert f"{out} cannot be resumed: its run was started with other images. Use the" in sentence
    sentence = refused("train", "--data", data, *same, "--batch-size", "32")
    assert "its run was started with batch_size 14, now 32." in sentence
    result = minicnn("train", "--data", data, *same)
    assert (result.returncode, result.stderr) == (0, "")
    told, before = result.stdout.splitlines(), first.stdout.splitlines()
    assert told[1] == "The run continues after epoch 1."
    assert told[2:4] == before[2:4]


def test_a_run_that_is_killed_goes_on_to_the_same_bits(
    minicnn, environment, finished, data, tmp_path
):
    command = ["train", "--data", data, "--out", "killed", "--epochs", "1", "--batch-size", "14"]
    # The interval is no part of the configuration: the finished run had another one.
    command += ["--checkpoint-every", "1"]
    process = subprocess.Popen(
        [COMMAND, *command], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL
    )
    while not list((tmp_path / "killed" / "checkpoints").glob("*.checkpoint")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    result = minicnn(*command, "--resume")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1].startswith("The run continues after ")
    out, _ = finished
    histories = [folder / "history.csv" for folder in (out, tmp_path / "killed")]
    assert histories[0].read_bytes() == histories[1].read_bytes()
    for name in ("model.keras", "best.keras"):
        one, other = (load_model(folder / name) for folder in (out, tmp_path / "killed"))
        for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_file_says_what_options_do_not(minicnn, data, tmp_path):
    (tmp_path / "mine.toml").write_text(
        "epochs = 7\nlabel_smoothing = 0.1\naugmentation = false\n"
        "[optimizer]\nname = 'RMSprop'\nrho = 0.8\n[schedule]\nname = 'constant'\n"
    )
    result = minicnn(
        *["train", "--data", data, "--out", "run", "--config", "mine.toml", "--epochs", "1"],
        *["--learning-rate", "0.5", "--ema", "0.9", "--patience", "3", "--batch-size", "21"],
        *["--seed", "4", "--class-weight", "balanced", "--protocol", "documented"],
    )
    assert (result.returncode, result.stderr) == (0, "")
    config = tomllib.loads((tmp_path / "run" / "config.toml").read_text())
    assert config == {
        "epochs": 1,
        "batch_size": 21,
        "seed": 4,
        "network": "documented",
        "start": False,
        "freeze": 0,
        "image_size": False,
        "color_mode": False,
        "protocol": "documented",
        "validation_split": 0.1,
        "log_test": False,
        "class_weight": "balanced",
        "label_smoothing": 0.1,
        "augmentation": False,
        "teacher": False,
        "optimizer": {
            "name": "RMSprop",
            "rho": 0.8,
            "learning_rate": 0.5,
            "use_ema": True,
            "ema_momentum": 0.9,
        },
        "schedule": {"name": "constant"},
        "early_stopping": {"patience": 3},
    }
    assert "the best epoch was chosen on the test images" in result.stdout


def test_a_run_starts_with_a_model(minicnn, data, model, tmp_path):
    options = ("--epochs", "1", "--optimizer", "SGD", "--learning-rate", "0")
    result = minicnn("train", "--data", data, "--out", "run", "--start", model, *options)
    assert (result.returncode, result.stderr) == (0, "")
    assert (
        f"Training started from the weights of {model}, which may have been trained on"
        in result.stdout
    )
    for one, other in zip(
        load_model(tmp_path / "run" / "model.keras").get_weights(),
        load_model(model).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_without_images_held_out_it_says_what_there_is_not(minicnn, data):
    result = minicnn(
        *["train", "--data", data, "--out", "run", "--epochs", "1", "--batch-size", "28"],
        *["--validation-split", "0", "--no-augment"],
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "No images are held out, so early stopping" in result.stdout
    assert "No images were held out, and no epoch was chosen; the test" in result.stdout
    assert result.stdout.splitlines()[-1] == "The model is in run/model.keras."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--epochs", "0"], "epochs must be a whole number in [1, inf), got 0."),
        (["--batch-size", "0"], "batch_size must be a whole number in [1, inf), got 0."),
        (["--optimizer", "lion"], "optimizer: 'lion' is unknown; expected one of Adadelta, A"),
        (["--schedule", "step"], "schedule: 'step' is unknown, expected one of plateau, cosine"),
        (["--config", "none.toml"], "none.toml does not exist, expected a TOML file."),
        (["--checkpoint-every", "0"], "--checkpoint-every must be a whole number in [1, inf)"),
        (["--validation-split", "1"], "validation_split must be a number in [0, 1), got 1.0."),
        (["--start", "none.keras"], "none.keras does not exist, expected a .keras file."),
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
    return top / "empty", "empty: no images found, expected a folder for each class"


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


def test_a_configuration_file_at_fault_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("epochs = 0\n")
    command = ["train", "--data", "d", "--out", "run", "--config", "mine.toml"]
    assert main(command) == 2
    assert "mine.toml: epochs must be a whole number" in capsys.readouterr().err
    (tmp_path / "mine.toml").write_text("epochs = 1\n")
    assert main([*command, "--batch-size", "0"]) == 2
    assert "train: batch_size must be" in capsys.readouterr().err
