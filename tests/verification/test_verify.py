"""The verification finds nothing here, and finds what is planted."""

import dataclasses
import json
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from oracles import keras

from minicnn import losses, optimizers, schedules
from minicnn.cli import main
from minicnn.fer import fer_network
from minicnn.layers import LAYERS as CLASSES
from minicnn.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input
from minicnn.layers import conv2d as conv2d_file
from minicnn.layers import dense as dense_file
from minicnn.layers import dropout as dropout_file
from minicnn.optimizers import adam as adam_file
from minicnn.sequential import Sequential
from minicnn.verification import Check, Results, report, trajectory
from minicnn.verification.against_keras import compare_layers, compare_losses, compare_steps
from minicnn.verification.by_differences import check_layers
from minicnn.verification.by_formulas import check_optimizers, check_schedules
from minicnn.verification.subjects import LAYERS, LOSSES, OPTIMIZERS, SCHEDULES

verify_file = sys.modules["minicnn.verification.verify"]


def wrong(checks):
    return {(check.subject, check.quantity) for check in checks if not check.passed}


def classes_of(module):
    return {name for name in module.__all__ if isinstance(getattr(module, name), type)}


def test_nothing_is_left_out():
    assert {type(case.layer).__name__ for case in LAYERS} == set(CLASSES)
    assert {type(case.loss).__name__ for case in LOSSES} == classes_of(losses) - {"Loss"}
    assert {name for name, _ in OPTIMIZERS} == classes_of(optimizers) - {"Optimizer"}
    named = {type(schedule).__name__ for schedule in SCHEDULES}
    assert named == classes_of(schedules) - {"LearningRateSchedule"}


def test_optimizers_and_schedules_follow_their_formulas():
    assert wrong([*check_optimizers(1), *check_schedules()]) == set()


def test_losses_optimizers_and_schedules_agree_with_tensorflow():
    keras()
    checks = [*compare_losses(1), *compare_steps(1)]
    assert wrong(checks) == set()
    parts = {check.part for check in checks}
    assert parts == {"Losses", "Optimizers", "Schedules"}


def test_a_wrong_epsilon_is_found(monkeypatch):
    right = adam_file.Adam.update

    def wrong_update(self, *arguments):
        epsilon, self.epsilon = self.epsilon, 2 * self.epsilon
        right(self, *arguments)
        self.epsilon = epsilon

    monkeypatch.setattr(adam_file.Adam, "update", wrong_update)
    keras()
    for checks in (check_optimizers(0), compare_steps(0)):
        assert {name.split("(")[0] for name, _ in wrong(checks)} == {"Adam", "AdamW"}


def test_a_wrong_gradient_is_found_by_differences_and_by_tensorflow(monkeypatch):
    keras()
    right = dense_file.dense_backward
    monkeypatch.setattr(
        dense_file, "dense_backward", lambda dy, cache: (*right(dy, cache)[:2], dy.mean(axis=0))
    )
    expected = {("Dense", "dbias"), ("Dense, softmax", "dbias")}
    assert wrong(check_layers(0)) == expected
    assert wrong(compare_layers(0)) == expected


@pytest.fixture(scope="module")
def network():
    return fer_network(seed=0)


def follow(network, steps=2):
    keras()
    rng = np.random.default_rng(0)
    x, y = rng.random((16, 48, 48, 1)), np.eye(7)[rng.integers(0, 7, 16)]
    return trajectory.follow(network, x, y, dtype="float64", steps=steps, batch_size=8)


def test_two_steps_in_both_libraries_stay_together(network):
    found = follow(network)
    assert found.largest < trajectory.TOLERANCE
    assert found.divergence.shape == (2, 17)  # 9 layers with kernels, 8 normalisations
    assert 0 < np.max(np.abs(found.losses[:, 0] - found.losses[:, 1])) < 1e-10


def test_weights_that_are_nan_do_not_count_as_equal():
    model = Sequential([Input((2,)), Dense(3)], seed=0)
    dense = model.layers[-1]
    weights = [
        SimpleNamespace(name=name, numpy=lambda array=array: array.copy())
        for name, array in dense.params.items()
    ]
    twin = SimpleNamespace(layers=[SimpleNamespace(name=dense.name, weights=weights)])
    assert dict(trajectory._divergence(model, twin)) == {dense.name: 0.0}
    for array in dense.params.values():
        kept, array.flat[-1] = array.flat[-1], math.nan
        ((_, apart),) = trajectory._divergence(model, twin)
        assert math.isnan(apart)
        array.flat[-1] = kept


def test_a_wrong_mask_shows_at_the_first_step(network, monkeypatch):
    monkeypatch.setattr(dropout_file, "dropout_backward", lambda dy, cache: dy * cache[1])
    found = follow(network, steps=1)
    assert found.largest > 1e-3


def test_the_command_without_tensorflow(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    files = [tmp_path / f"report.{ending}" for ending in ("html", "json", "txt")]
    assert main(["verify", "--out", *map(str, files)]) == 0
    printed = capsys.readouterr().out
    assert printed == files[2].read_text()
    assert "TensorFlow is not installed; " in printed
    assert "checks of 94 subjects passed." in printed.splitlines()[-1]
    results = json.loads(files[1].read_text())
    assert results["passed"]
    assert {check["method"] for check in results["checks"]} == {"differences", "formula"}
    page = files[0].read_text()
    assert "minicnn verified" in page
    assert "Conv2D, dilation 2" in page


def small_network(seed):
    layers = [
        Input((48, 48, 1)),
        Conv2D(2, 5, strides=4, padding="same", activation="relu"),
        BatchNormalization(),
        Dropout(0.25),
        Flatten(),
        Dense(7, activation="softmax"),
    ]
    return Sequential(layers, seed=seed)


def test_the_command_with_tensorflow(tmp_path, monkeypatch, capsys):
    keras()
    # The other parts, and the documented network, have tests of their own.
    monkeypatch.setattr(verify_file, "fer_network", small_network)
    for part in ("check_layers", "check_losses", "check_optimizers", "check_network"):
        monkeypatch.setattr(verify_file, part, lambda *_: iter(()))
    for part in ("compare_layers", "compare_losses", "compare_steps"):
        monkeypatch.setattr(verify_file, part, lambda *_: iter(()))
    file = tmp_path / "report.json"
    assert main(["verify", "--steps", "1", "--seed", "3", "--out", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "After up to 1 training steps of the documented network" in printed
    assert "Compared with Keras" in printed
    results = json.loads(file.read_text())
    assert [one["dtype"] for one in results["trajectories"]] == ["float64", "float32"]
    assert {check["quantity"] for check in results["checks"] if check["part"] == "Network"} > {
        "loss",
        "weights, 1 steps",
    }


def test_the_command_fails_with_a_wrong_gradient(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    right = conv2d_file.conv2d_backward
    monkeypatch.setattr(
        conv2d_file,
        "conv2d_backward",
        lambda dy, cache: tuple(None if a is None else 2 * a for a in right(dy, cache)),
    )
    monkeypatch.setattr(verify_file, "check_network", lambda *_: iter(()))
    assert main(["verify"]) == 1
    assert "FAILED." in capsys.readouterr().out.splitlines()[-1]


def test_nan_and_problems_never_pass_and_are_shown():
    good = Check("Layers", "Dense", "float64", "y", 1e-16, 1e-13)
    bad = dataclasses.replace(good, quantity="dx", error=math.nan)
    problem = dataclasses.replace(good, quantity="dbias", problem="no gradient")
    results = Results([good, bad, problem], [], "Keras 3")
    assert not results.passed
    (line,) = results.lines()
    assert line.verdict() == "WRONG: dx (float64), dbias (float64)"
    assert "2 of 3 checks FAILED." in report.text(results)


def test_both_figures_are_drawn():
    rng = np.random.default_rng(0)
    made = [
        trajectory.Trajectory(dtype, ["conv2d", "dense"], rng.random((5, 2)), rng.random((5, 2)))
        for dtype in ("float64", "float32")
    ]
    check = Check("Network", "net", "float64", "weights", 1.0, 1e-8)
    page = report.html(Results([check], made, "Keras 3"))
    assert page.count("<figure>") == 3
    assert "verification FAILED" in page
