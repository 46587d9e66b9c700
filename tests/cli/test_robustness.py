"""``minicnn robustness``."""

import json

from minicnn import load_model
from minicnn.cli import robustness as cli_robustness
from minicnn.data.corruptions import CORRUPTIONS
from minicnn.fer import load_fer2013, load_pretrained
from minicnn.fer.evaluation.robustness import robustness
from minicnn.fer.models.pretrained import pretrained_name
from minicnn.fer.reports.robustness_report import robustness_csv, robustness_report


def test_the_accuracies_are_shown_and_written(minicnn, model, data, tmp_path):
    files = ["a.txt", "a.csv", "a.json"]
    arguments = ("--model", model, "--data", data, "--only", "noise", "jpeg", "--seed", "3")
    result = minicnn("robustness", *arguments, "--out", *files)
    assert (result.returncode, result.stderr) == (0, "")
    test = load_fer2013(data, cache=False).test
    expected = robustness(load_model(model), test, only=["noise", "jpeg"], seed=3)
    about = {"model": str(model), "data": data.name, "split": "test"}
    assert result.stdout == (tmp_path / "a.txt").read_text()
    assert result.stdout == f"{model} on corrupted faces, test\n\n{robustness_report(expected)}\n"
    assert (tmp_path / "a.csv").read_text() == robustness_csv(expected)
    assert json.loads((tmp_path / "a.json").read_text()) == about | expected.as_dict()


def test_without_a_model_it_takes_the_one_that_comes_with_the_package(minicnn, data):
    result = minicnn("robustness", "--data", data, "--only", "noise")
    expected = robustness(load_pretrained(), load_fer2013(data, cache=False).test, only=["noise"])
    assert (
        result.stdout
        == f"{pretrained_name()} on corrupted {data.name}, test\n\n{robustness_report(expected)}\n"
    )


def test_bad_input_leaves_nothing_behind(refused, model, data, tmp_path):
    common = ("robustness", "--model", model, "--data", data)
    assert "--out must name files ending in .txt, .csv" in refused(*common, "--out", "a.png")
    assert "seed: expected an integer" in refused(*common, "--seed", "-1", "--out", "a.csv")
    sentence = refused(*common, "--split", "PublicTest", "--out", "a.csv")
    assert "faces has no split 'PublicTest', expected one of train, test." in sentence
    assert list(tmp_path.iterdir()) == []


def test_its_help_names_the_corruptions_that_there_are():
    assert tuple(CORRUPTIONS) == cli_robustness.CORRUPTIONS
