"""The whole way from a folder of pictures to a model, with other classes than the seven."""

import json

import pytest
from pictures_of_classes import put
from PIL import Image
from tiny import tiny_network

from minicnn import cli, load_model

CLASSES = ("hen", "cat", "dog", "happy", "fear", "ant", "bee", "cow", "eel")


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def command(capsys):
    def run(*arguments, code=0):
        assert cli.main([*map(str, arguments)]) == code
        return capsys.readouterr()

    return run


@pytest.mark.parametrize(("number", "color_mode"), [(3, "rgb"), (9, "grayscale")])
def test_from_a_folder_of_pictures_to_a_model(number, color_mode, work, command):
    names = sorted(CLASSES[:number])
    put(work / "pictures", [f"{name}/IMG_{i:04}.png" for name in names for i in range(10)])
    channels = 3 if color_mode == "rgb" else 1
    start = tiny_network(input_shape=(56, 56, channels))
    start.save(work / "start.keras")
    data = ("--data", "pictures")

    told = command("data", "report", *data, "--image-size", "56")
    assert told.out.startswith(f"pictures: {10 * number} images of {number} classes\n")
    assert "All images are read at 56 x 56 pixels" in told.out
    assert told.err == (
        f"minicnn data: pictures: {number} classes: {', '.join(names)}; the test images "
        "are a fifth of every class, chosen with seed 0; twins stay together.\n"
    )

    options = ("--epochs", "2", "--start", "start.keras", "--freeze", "1")
    told = command("train", *data, "--out", "run", *options)
    assert f"--start: a new last layer for {', '.join(names)}" in told.err
    assert ("keeps what the model knows of fear, happy" in told.err) == ("happy" in names)
    model = load_model("run/best.keras")
    assert model.input_shape == (None, 56, 56, channels)
    assert model.extra["class_names"] == names
    record = json.loads((work / "run" / "run.json").read_text())
    assert record["data"]["test"] == dict.fromkeys(names, 2)

    measured = (*data, "--model", "run/model.keras")
    command("evaluate", *measured, "--out", "run/evaluation.json", "run/evaluation.csv")
    results = json.loads((work / "run" / "evaluation.json").read_text())
    assert [*results["classes"]] == names
    assert record["test"]["accuracy"] == results["accuracy"]
    command("robustness", *measured, "--only", "noise", "blur", "--out", "run/robustness.json")
    told = command("figures", *data, "--run", "run")
    assert "figures are in run/figures" in told.out
    page = (work / "run" / "report.html").read_text()
    assert all(f">{name}<" in page for name in names)
    told = command("predict", "pictures/cat/IMG_0001.png", "--model", "run/model.keras", "--json")
    assert [*json.loads(told.out)[0]["probabilities"]] == names
    command("augment", *data, "--color-mode", color_mode, "--out", "sheet.png")
    with Image.open(work / "sheet.png") as sheet:
        assert sheet.mode == ("RGB" if channels == 3 else "L")


def test_the_documented_network_follows_size_and_colours(work, command):
    put(work / "pictures", [f"{name}/{i}.png" for name in ("a", "b") for i in range(8)])
    options = ("--epochs", "1", "--validation-split", "0", "--no-augment", "--batch-size", "8")
    form = ("--image-size", "20", "--color-mode", "rgb")
    command("train", "--data", "pictures", "--out", "run", *options, *form)
    model = load_model("run/model.keras")
    assert (model.input_shape, model.output_shape) == ((None, 20, 20, 3), (None, 2))
    told = command("train", "--data", "pictures", "--out", "x", "--image-size", "9", code=2)
    assert "image_size must be a whole number in [16, 1024], got 9" in told.err
    told = command("train", "--data", "pictures", "--out", "x", "--freeze", "9", code=2)
    assert "freeze needs start, the model whose" in told.err
    told = command("evaluate", "--data", "pictures", code=2)
    assert "has the classes angry, disgust" in told.err
    assert "expected those of the images: a, b" in told.err


def test_images_for_validation_of_its_own_are_used(work, command):
    parts = ("train", "val", "test")
    put(work / "set", [f"{p}/{name}/{i}.png" for p in parts for name in "ab" for i in range(3)])
    tiny_network(input_shape=(48, 48, 1)).save(work / "start.keras")
    command("train", "--data", "set", "--out", "run", "--epochs", "1", "--start", "start.keras")
    data = json.loads((work / "run" / "run.json").read_text())["data"]
    assert data["training"] == data["held_out"] == data["test"] == {"a": 3, "b": 3}
    told = command(
        "evaluate", "--data", "set", "--model", "run/model.keras", "--split", "validation"
    )
    assert "on set, validation" in told.out


def test_export(work, command):
    pytest.importorskip("onnx", reason="minicnn export needs the package onnx")
    tiny_network().save(work / "tiny.keras")
    told = command("export", "tiny.keras", "--onnx", "tiny.onnx")
    assert "takes  float32 (n, 48, 48, 1), pixels 0..1" in told.out
    assert "gives  angry, disgust, fear" in told.out
    for out, message in (("tiny.onnx", "tiny.onnx exists"), ("x.pb", "must name an .onnx file")):
        assert message in command("export", "tiny.keras", "--onnx", out, code=2).err
