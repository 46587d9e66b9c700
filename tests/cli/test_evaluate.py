"""``minicnn evaluate``."""

import io
import json
import shutil

import pandas as pd
import pytest

from minicnn import load_model
from minicnn.fer import EMOTIONS, evaluate, load_fer2013, load_pretrained
from minicnn.fer.models.pretrained import pretrained_name
from minicnn.fer.reports.evaluation_report import evaluation_csv

TIMES = {"milliseconds_per_image"}


@pytest.fixture(scope="module")
def twins(data, tmp_path_factory):
    """The data, with three of its test images among the training images."""
    top = tmp_path_factory.mktemp("twins") / "faces"
    shutil.copytree(data, top)
    for emotion in ("angry", "happy", "sad"):
        test = sorted((top / "test" / emotion).iterdir())[0]
        shutil.copy(test, top / "train" / emotion / "twin.png")
    return top


@pytest.fixture
def expected(model, twins):
    return evaluate(load_model(model), load_fer2013(twins, cache=False).test)


def without_times(figures):
    return {name: value for name, value in figures.items() if name not in TIMES}


def test_the_figures_are_shown_and_written_in_every_form(minicnn, model, twins, expected, tmp_path):
    files = ["figures.txt", "figures.csv", "figures.json"]
    result = minicnn("evaluate", "--model", model, "--data", twins, "--out", *files)
    assert (result.returncode, result.stderr) == (0, "")
    written = {name: (tmp_path / name).read_text() for name in files}

    assert result.stdout == written["figures.txt"]
    head, twin_line, blank = result.stdout.splitlines()[:3]
    assert head == f"{model} on {twins.name}, test"
    assert twin_line.startswith("3 of the 14 images have a pixel-identical twin among the training")
    assert blank == ""
    assert f"{expected.accuracy:.2%}" in result.stdout

    figures = json.loads(written["figures.json"])
    rest = figures.pop("without_twins")
    about = {"model": str(model), "data": twins.name, "split": "test", "tta": None}
    assert without_times(figures) == without_times(expected.as_dict()) | about
    assert list(figures["classes"]) == list(EMOTIONS)
    assert rest["images"] == 11
    first = [row["support"] for row in rest["classes"].values()]
    assert first == [1, 2, 2, 1, 2, 1, 2]

    table = pd.read_csv(io.StringIO(written["figures.csv"]))
    same = pd.read_csv(io.StringIO(evaluation_csv({"all": expected})))
    ours = table[table["part"] == "all"]
    pd.testing.assert_frame_equal(
        ours[~ours["figure"].isin(TIMES)], same[~same["figure"].isin(TIMES)]
    )
    assert set(table["part"]) == {"all", "without twins"}


def test_test_time_augmentation(minicnn, model, data, tmp_path):
    for tta in ("flip", "ten-crop"):
        arguments = ("--model", model, "--data", data, "--tta", tta, "--out", "figures.json")
        result = minicnn("evaluate", *arguments)
        assert result.stdout.splitlines()[0].endswith(f"faces, test, averaged ({tta})")
        figures = json.loads((tmp_path / "figures.json").read_text())
        test = load_fer2013(data, cache=False).test
        own = evaluate(load_model(model), test, tta=tta)
        assert without_times(figures) == without_times(own.as_dict()) | {
            "model": str(model),
            "data": data.name,
            "split": "test",
            "tta": tta,
        }


def test_the_training_images_are_not_set_against_themselves(minicnn, model, data):
    result = minicnn("evaluate", "--model", model, "--data", data, "--split", "train")
    assert "\nimages " in result.stdout
    assert "28" in result.stdout
    assert "twin" not in result.stdout


def test_a_split_that_is_not_there_is_refused(refused, model, data):
    sentence = refused("evaluate", "--model", model, "--data", data, "--split", "PublicTest")
    assert "faces has no split 'PublicTest', expected one of train, test." in sentence


def test_places_that_cannot_be_written_are_refused_and_nothing_is_left(
    refused, model, data, tmp_path
):
    out = tmp_path / "nowhere" / "figures.json"
    sentence = refused("evaluate", "--model", model, "--data", data, "--out", "a.txt", out)
    assert f"{out} cannot be written: No such file or directory." in sentence
    refused("evaluate", "--model", model, "--data", "missing.zip", "--out", "figures.json")
    sentence = refused("evaluate", "--model", model, "--out", "figures.json", "figures.pdf")
    assert "--out must name files ending in .txt, .csv, .json, got figures.pdf." in sentence
    assert list(tmp_path.iterdir()) == []


def test_without_a_model_it_takes_the_one_that_comes_with_the_package(minicnn, twins, tmp_path):
    result = minicnn("evaluate", "--data", twins, "--out", "figures.json")
    assert result.stdout.startswith(f"{pretrained_name()} on {twins.name}, test\n")
    expected = evaluate(load_pretrained(), load_fer2013(twins, cache=False).test)
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["model"] == pretrained_name()
    assert figures["loss"] == pytest.approx(expected.loss, rel=1e-5)
    assert result.stderr == ""


def test_without_data_it_takes_the_synthetic_faces_and_says_so(minicnn, model):
    result = minicnn("evaluate", "--model", model)
    assert result.stdout.startswith(f"{model} on synthetic faces, test\n\n")
    assert "512" in result.stdout


@pytest.mark.parametrize("verb", [["evaluate"], ["robustness", "--only", "noise"]])
def test_with_neither_it_says_that_drawn_faces_are_not_what_the_model_knows(minicnn, verb):
    result = minicnn(*verb)
    assert result.stdout.startswith(pretrained_name())
    assert "was trained on photographs, but these faces are drawn; --data" in result.stderr


def test_a_run_without_the_model_that_is_asked_for(refused, model, tmp_path):
    """As after an interruption in the first epoch, which saves no model."""
    run = tmp_path / "run"
    run.mkdir()
    call = ["evaluate", "--model", "run/best.keras"]
    assert refused(*call).endswith("run/best.keras does not exist, expected a .keras file.")
    (run / "run.json").write_text("{}")
    assert refused(*call).endswith(
        "expected a .keras file. The run in run has not saved a model yet, which it does after its "
        "first epoch; the command that started it continues it with --resume."
    )
    shutil.copy(model, run / "model.keras")
    assert refused(*call).endswith("expected a .keras file. The run has run/model.keras.")
    assert refused("evaluate", "--model", "run").endswith("The run has run/model.keras.")
