"""A run and the folder it leaves; with a small network in place of the documented one."""

import csv
import json
import os

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn import load_model
from minicnn.fer import evaluate
from minicnn.fer import train as train_module
from minicnn.fer.train import train

FILES = ["history.csv", "model.keras", "run.json"]


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    monkeypatch.setattr(train_module, "fer_network", tiny_network)


@pytest.fixture(scope="module")
def data():
    return faces()


def run(data, out, **options):
    given = {"epochs": 2, "batch_size": 4, "validation_split": 0.25, "verbose": 0} | options
    return train(data, out, **given)


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_folder_holds_model_history_and_record(data, tmp_path):
    out = tmp_path / "runs" / "first"
    model, history, test = run(data, out, seed=3, source="noise")
    assert sorted(path.name for path in out.iterdir()) == FILES

    saved = load_model(out / "model.keras")
    for own, other in zip(model.get_weights(), saved.get_weights(), strict=True):
        np.testing.assert_array_equal(own, other)
    np.testing.assert_array_equal(evaluate(saved, data.test).probabilities, test.probabilities)

    with (out / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    for name, values in history.history.items():
        assert [float(row[name]) for row in rows] == values
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} == set(history.history)

    record = json.loads((out / "run.json").read_text())
    assert record["arguments"] == {
        "epochs": 2, "batch_size": 4, "validation_split": 0.25, "seed": 3,
    }  # fmt: skip
    assert record["test"] == {"loss": test.loss, "accuracy": test.accuracy}
    assert record["data"]["source"] == "noise"
    parts = [set(record["data"][name].values()) for name in ("training", "held_out", "test")]
    assert parts == [{3}, {1}, {2}]
    assert record["machine"]["minicnn"]
    assert record["images_per_second"] > 0


def test_without_a_validation_share_every_image_is_trained_on(data, tmp_path):
    history = run(data, tmp_path, validation_split=0).history
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["data"]["held_out"] is None
    assert set(record["data"]["training"].values()) == {4}
    assert set(history.history) == {"loss", "accuracy"}


def test_a_run_can_be_repeated(data, tmp_path):
    first, same, other = (
        run(data, tmp_path / name, seed=seed).model.get_weights()[0]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


def test_a_run_is_replaced_only_if_asked_for(data, tmp_path):
    run(data, tmp_path)
    before = content(tmp_path)
    with pytest.raises(FileExistsError, match="holds a run already; choose another folder or pass"):
        run(data, tmp_path, seed=1)
    assert content(tmp_path) == before
    run(data, tmp_path, seed=1, overwrite=True)
    assert json.loads((tmp_path / "run.json").read_text())["arguments"]["seed"] == 1


def test_other_files_in_the_folder_stay(data, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    run(data, tmp_path)
    run(data, tmp_path, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a positive integer, got 0"),
        ({"epochs": 1.5}, "epochs must be a positive integer, got 1.5"),
        ({"batch_size": 0}, "batch_size must be a positive integer, got 0"),
        ({"validation_split": 1}, r"validation_split must be a number in \[0, 1\), got 1"),
        ({"validation_split": -0.1}, r"validation_split must be a number in \[0, 1\), got -0.1"),
        ({"seed": -1}, r"seed: expected an integer from 0 to 2\*\*32 - 1, got -1"),
    ],
)
def test_arguments_out_of_range_are_refused_before_anything_is_written(
    data, tmp_path, options, message
):
    with pytest.raises(ValueError, match=message):
        run(data, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_a_class_too_small_to_hold_one_out_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="class 'angry' has one image"):
        run(faces(train=1), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_a_folder_is_refused(data, tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "deeper" / "run"):
        with pytest.raises(NotADirectoryError, match=r"cannot be a run folder: .*file is a file"):
            run(data, out)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_a_folder_that_cannot_be_written_is_refused(data, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=r"cannot be a run folder: .* cannot be written"):
            run(data, tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)
