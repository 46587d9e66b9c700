"""``minicnn evaluate``."""

import json

import pytest

from minicnn import load_model
from minicnn.fer import EMOTIONS, evaluate, load_fer2013


@pytest.fixture
def expected(model, data):
    return evaluate(load_model(model), load_fer2013(data, cache=False).test)


def test_the_figures_are_shown_and_written(minicnn, model, data, expected, tmp_path):
    result = minicnn("evaluate", "--model", model, "--data", data, "--out", "figures.json")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{model} on {data.name}, test\n{expected}\n"
    assert f"accuracy {expected.accuracy:.2%}" in result.stdout
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written == expected.as_dict() | {
        "model": str(model),
        "data": data.name,
        "split": "test",
    }
    assert list(written["classes"]) == list(EMOTIONS)


def test_another_split(minicnn, model, data):
    result = minicnn("evaluate", "--model", model, "--data", data, "--split", "train")
    assert "28 images: accuracy" in result.stdout


def test_a_split_that_is_not_there_is_refused(refused, model, data):
    sentence = refused("evaluate", "--model", model, "--data", data, "--split", "PublicTest")
    assert "faces has no images named 'PublicTest', expected one of train, test." in sentence


def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(
    refused, model, data, tmp_path
):
    out = tmp_path / "nowhere" / "figures.json"
    sentence = refused("evaluate", "--model", model, "--data", data, "--out", out)
    assert f"{out} cannot be written: No such file or directory." in sentence
    refused("evaluate", "--model", model, "--data", "missing.zip", "--out", "figures.json")
    assert list(tmp_path.iterdir()) == []


def test_without_data_it_takes_the_synthetic_faces_and_says_so(minicnn, model):
    result = minicnn("evaluate", "--model", model)
    assert f"{model} on synthetic faces, test\n512 images: accuracy" in result.stdout
