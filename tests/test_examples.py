"""The examples, run as a user runs them: from their folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tiny import face_folder, faces, tiny_network

from minicnn.fer import evaluate, evaluation_report, predict_emotion

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def python(tmp_path):
    def run(*arguments, **variables):
        environment = {k: v for k, v in os.environ.items() if k != "MINICNN_FER2013"}
        environment |= {"MINICNN_CACHE": str(tmp_path / "cache")} | variables
        return subprocess.run(
            [sys.executable, "-W", "error", *map(str, arguments)],
            cwd=EXAMPLES,
            env=environment,
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def model(tmp_path):
    tiny_network().save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


def test_every_example_is_listed():
    listed = (EXAMPLES / "README.md").read_text()
    for path in EXAMPLES.glob("*.py"):
        assert path.name in listed


def test_the_documented_usage(python, model, tmp_path):
    photo = tmp_path / "photo.jpg"
    Image.fromarray(faces().test.images[0, :, :, 0]).save(photo)
    result = python(
        "-c",
        "from model import load_model, predict_emotion\n"
        f"model = load_model({str(model)!r})\n"
        f"emotion = predict_emotion(model, {str(photo)!r})\n"
        "print(emotion)",
    )
    expected = predict_emotion(tiny_network(), photo)
    assert (result.stdout, result.stderr) == (f"{expected}\n", "")


def without_time(report):
    return [line for line in report.splitlines() if not line.startswith("time per image")]


def test_evaluate_model_with_data_named_in_either_way(python, model, tmp_path):
    data = face_folder(tmp_path / "faces", faces())
    expected = without_time(evaluation_report(evaluate(tiny_network(), faces().test)))
    script = ["evaluate_model.py", "--model_path", model]
    assert without_time(python(*script, "--data_path", data).stdout) == expected
    assert without_time(python(*script, MINICNN_FER2013=str(data)).stdout) == expected


def test_evaluate_model_without_data_takes_synthetic_faces_and_says_so(python, model):
    result = python("evaluate_model.py", "--model_path", model)
    first, *figures = result.stdout.splitlines()
    assert first == "No data named, so these are the synthetic test faces."
    assert ["images", "512"] in [line.split() for line in figures]


def test_evaluate_model_refuses_with_a_sentence(python):
    result = python("evaluate_model.py", "--model_path", "none.keras")
    assert result.returncode == 2
    assert result.stderr.startswith("evaluate_model.py: none.keras does not exist")
    assert "Traceback" not in result.stderr


def test_the_library_in_a_few_lines_learns(tmp_path):
    # Matrices this small are no work for several threads, least of all on a busy machine.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / "train_from_scratch.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    last = [line for line in result.stdout.splitlines() if line.startswith("Epoch")][-1]
    assert float(last.split("val_accuracy ")[1].split()[0]) > 0.4
    assert (tmp_path / "small.keras").exists()


def test_the_sheet_of_faces_is_drawn(python, tmp_path):
    result = python("synthetic_faces.py", tmp_path / "faces.png", "--rows", "1")
    assert (result.returncode, result.stderr) == (0, "")
    with Image.open(tmp_path / "faces.png") as sheet:
        assert sheet.width > 7 * 96
