"""Losses, optimizers, training steps: right ones pass; each check has been seen to fail."""

import numpy as np
import pytest

from minicnn.bugzoo import BUGS
from minicnn.checking import check_layer, check_loss, check_optimizer, check_training_step
from minicnn.checking.layer_check import LAYER_CHECKS
from minicnn.layers import ReLU
from minicnn.losses import (
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    Huber,
    KLDivergence,
    MeanAbsoluteError,
    MeanSquaredError,
)
from minicnn.optimizers import SGD, Adadelta, get

Y = np.eye(4)[[0, 1, 2, 3, 0]]
SCORES = np.random.default_rng(0).normal(size=(5, 4))
P = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("loss", "y_pred"),
    [
        (CategoricalCrossentropy(), P),
        (CategoricalCrossentropy(from_logits=True), SCORES),
        (CategoricalFocalCrossentropy(), P),
        (KLDivergence(), P),
        (MeanSquaredError(), SCORES),
        (MeanAbsoluteError(), SCORES),
        (Huber(), SCORES),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_no_loss_of_the_library_is_accused(loss, y_pred):
    report = check_loss(loss, Y, y_pred, like=loss)
    assert report.passed, str(report)


OPTIMIZERS = ["sgd", "adam", "adamw", "rmsprop", "nadam", "adamax", "adagrad", "adadelta"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_optimizer_of_the_library_is_accused(name):
    report = check_optimizer(get(name), get(name))
    assert report.passed, str(report)


@pytest.mark.parametrize("optimizer", [SGD(0.01, global_clipnorm=0.1), Adadelta(weight_decay=0.5)])
def test_what_joins_all_parameters_or_outweighs_the_gradient_is_not_accused(optimizer):
    report = check_optimizer(optimizer)
    assert report.passed, str(report)


def test_a_loss_that_changes_its_arguments():
    class Shifting(Huber):
        def forward(self, y_true, y_pred, sample_weight=None):
            y_pred += 0.1
            return super().forward(y_true, y_pred, sample_weight)

    assert "unchanged" in check_loss(Shifting(), Y, SCORES).failed


def test_a_loss_whose_gradient_has_another_shape():
    class Summed(Huber):
        def backward(self, cache):
            return super().backward(cache).sum(axis=0)

    (found,) = check_loss(Summed(), Y, SCORES)["gradient"]
    assert found.message == "gradient of shape (4,), expected (5, 4)."
    assert found.kind == "wrong axis"


def test_an_optimizer_that_changes_the_gradient():
    class Scaling(SGD):
        def update(self, theta, g, slots, rate):
            g *= rate
            theta -= g

    assert check_optimizer(Scaling()).failed == ["unchanged"]


def test_a_right_training_step_passes_and_a_missing_rate_is_a_constant_ratio():
    w = {"w": np.array([[1.0, -2.0], [0.5, 3.0]])}

    def step():
        w["w"] -= 0.1 * 2 * w["w"]

    def loss():
        return float(np.sum(w["w"] ** 2))

    assert check_training_step(step, loss, w, 0.1).passed
    report = check_training_step(step, loss, w, 0.3)
    assert report.failed == ["first step", "second step"]
    assert report.kinds == ["constant ratio"]


def test_a_layer_that_reads_memory_in_its_own_order():
    class Running(ReLU):
        def forward(self, x, *, training, key):
            return super().forward(x.ravel("K").reshape(x.shape), training=training, key=key)

    assert "memory" in check_layer(Running(), SCORES).failed


def test_every_check_of_a_layer_has_a_mistake():
    caught = {bug.check for bug in BUGS.values()}
    # These two are in this file and in test_layer_check.py.
    assert set(LAYER_CHECKS) - caught == {"memory", "files"}
