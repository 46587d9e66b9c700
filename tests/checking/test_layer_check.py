"""check_layer: no right layer is accused, and findings say what a reader needs."""

from pathlib import Path

import numpy as np
import pytest
from layer_cases import ALL, batch, built

import minicnn
from minicnn import layers
from minicnn.bugzoo import BUGS
from minicnn.checking import check_gradients, check_layer
from minicnn.checking.forms import check_penalties
from minicnn.checking.layer_check import LAYER_CHECKS
from minicnn.checking.subject import Subject
from minicnn.layers import (
    BatchNormalization,
    Dense,
    Layer,
    LayerNormalization,
    RandomBrightness,
    ReLU,
)
from minicnn.regularizers import L2


@ALL
def test_no_layer_of_the_library_is_accused(name, arguments, shape):
    layer = built(name, arguments, shape)
    before = {key: array.copy() for key, array in (layer.params | layer.state).items()}
    report = check_layer(layer, batch(shape, "float32"))
    assert report.passed, str(report)
    assert list(report) == list(LAYER_CHECKS)[:-1]  # nothing was given that it should be like
    for key, array in (layer.params | layer.state).items():
        np.testing.assert_array_equal(array, before[key])


class HardTanh(Layer):
    """Right, and silent about its kinks."""

    def forward(self, x, *, training, key):
        return np.clip(x, -1, 1), (x > -1) & (x < 1)

    def backward(self, dy, cache):
        return dy * cache, {}


class Inclusive(HardTanh):
    """The other convention at the kinks."""

    def forward(self, x, *, training, key):
        return np.clip(x, -1, 1), (x >= -1) & (x <= 1)


class Shared(Layer):
    """The maximum of a sample, whose derivative equal maxima share."""

    def forward(self, x, *, training, key):
        y = x.max(axis=1, keepdims=True)
        return y, x == y

    def backward(self, dy, cache):
        return dy * cache / cache.sum(axis=1, keepdims=True, dtype=dy.dtype), {}


class Unbiased(BatchNormalization):
    """PyTorch's batch norm: the running variance is divided by m - 1."""

    def forward(self, x, *, training, key):
        old = self.state["moving_variance"]
        y, cache = super().forward(x, training=training, key=key)
        if training:
            m = x.size // x.shape[-1]
            batch = (self.state["moving_variance"] - self.momentum * old) / (1 - self.momentum)
            moved = self.momentum * old + (1 - self.momentum) * batch * m / (m - 1)
            self.state["moving_variance"] = moved
        return y, cache


GRID = np.linspace(-2, 2, 9)


@pytest.mark.parametrize("cls", [HardTanh, Inclusive, Shared, Unbiased])
def test_right_layers_of_ones_own_are_not_accused(cls):
    for x in (np.random.default_rng(0).normal(size=(4, 9)), np.tile(GRID, (4, 1))):
        report = check_layer(cls(), x + np.zeros((4, 9)))
        assert report.passed, str(report)


@pytest.mark.parametrize("cls", [HardTanh, Inclusive, Shared])
def test_the_gradient_check_judges_unreported_kinks_by_the_slopes_beside(cls):
    layer, x = cls(), np.tile(GRID, (3, 1))
    layer.build((9,))
    report = check_gradients(layer, x)
    assert report.passed, str(report)


def test_a_layer_that_clips_is_asked_within_its_range():
    images = np.random.default_rng(0).random((4, 5, 5, 2))
    report = check_layer(RandomBrightness(0.3, value_range=(0, 1)), images)
    assert report.passed, str(report)


def test_a_wrong_gradient_beside_kinks_is_still_found():
    class Wrong(HardTanh):
        def backward(self, dy, cache):
            return 1.01 * dy * cache, {}

    layer = Wrong()
    layer.build((9,))
    assert check_gradients(layer, np.tile(GRID, (3, 1))).failed == ["x"]


def test_a_finding_says_which_parameter_where_how_much_and_why(tmp_path):
    report = BUGS["conv2d-kernel-reversed"].check_it()
    (wrong,) = [one for one in report["gradients"] if one.verdict == "WRONG"]
    assert (wrong.array, wrong.kind) == ("kernel", "flipped")
    assert report.failed == ["gradients", "like"]
    assert 0.1 < wrong.error < 2
    assert len(wrong.where) == 4
    assert "backward gives" in wrong.message
    assert "likely kind: flipped" in str(report)
    report.plot(tmp_path / "wrong.png")
    assert (tmp_path / "wrong.png").stat().st_size > 5000
    right = check_layer(ReLU(), np.ones((3, 2)))
    with pytest.raises(ValueError, match="no finding compares numbers"):
        right.plot(tmp_path / "right.png")


def test_only_a_trusted_layer_tells_a_consistent_layer_that_computes_something_else():
    class Doubled(Dense):
        def forward(self, x, *, training, key):
            y, cache = super().forward(x, training=training, key=key)
            return 2 * y, cache

        def backward(self, dy, cache):
            return super().backward(2 * dy, cache)

    x = np.random.default_rng(0).normal(size=(4, 5))
    assert check_layer(Doubled(3), x).passed
    report = check_layer(Doubled(3), x, like=Dense(3))
    assert report.failed == ["like"]
    assert report["like"][0].kind == "factor of 2"
    assert check_layer(Dense(3), x, like=Dense(3)).passed
    with pytest.raises(ValueError, match="give it an x, or build it first"):
        check_layer(Dense(3))


def test_batch_statistics_are_recognised_and_said():
    x = np.random.default_rng(0).normal(size=(6, 4))
    report = check_layer(BatchNormalization(), x)
    assert report.verdict("samples") == "remark"
    assert "batch statistics" in str(report)
    assert check_layer(LayerNormalization(), x).verdict("samples") == "ok"


def test_an_error_of_the_layer_is_a_finding():
    class Broken(ReLU):
        def backward(self, dy, cache):
            raise KeyError("mask")

    report = check_layer(Broken(), np.ones((3, 2)))
    assert "gradients" in report.failed
    assert "KeyError: 'mask'" in str(report)
    assert str(report).count("raise KeyError") == 1
    assert f"of {Path(__file__).name}: raise" in " ".join(str(report).split())


def test_random_numbers_without_the_key_are_found_and_nothing_else_is_compared():
    class Noisy(ReLU):
        def forward(self, x, *, training, key):
            y, cache = super().forward(x, training=training, key=key)
            return y + np.random.default_rng().normal(size=y.shape).astype(x.dtype), cache

    report = check_layer(Noisy(), np.random.default_rng(0).normal(size=(3, 2)))
    assert report.failed == ["repeat"]
    assert report.verdict("gradients") == "not checked"


def test_arguments_that_a_file_would_lose_are_found():
    class Times(Layer):
        def __init__(self, factor=1.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = 1.0
            self.times = factor

        def forward(self, x, *, training, key):
            return x * x.dtype.type(self.times), None

        def backward(self, dy, cache):
            return dy * dy.dtype.type(self.times), {}

    assert check_layer(Times(3.0), np.ones((3, 2))).failed == ["files"]


def test_a_penalty_on_a_large_array_is_compared_at_some_elements():
    class Wrong(L2):
        def gradient(self, w):
            return 3 * super().gradient(w)

    layer = Dense(50, kernel_regularizer=Wrong(0.1))
    layer.build((40,), 0)
    (found,) = check_penalties(Subject(layer, np.ones((2, 40)), 0), entries=10)
    assert found.verdict == "WRONG"
    assert len(found.where) == 2
    assert found.numeric.shape == (10,)


@pytest.mark.parametrize("x", [np.zeros((0, 6)), np.ones(6), np.array(3.0)])
def test_a_batch_without_samples_is_not_the_layers_mistake(x):
    with pytest.raises(ValueError, match=r"x must have the shape \(n, \.\.\.\) with at least one"):
        check_layer(ReLU(), x)


def test_what_is_made_of_layers_is_checked_layer_by_layer():
    model = minicnn.Sequential([layers.Input((3,)), layers.Dense(2)], name="row")
    with pytest.raises(ValueError, match=r"^check_layer: 'row' is made of layers; .*check_gradi"):
        check_layer(model, np.ones((4, 3)))
    with pytest.raises(
        ValueError, match=r"^check_layer: expected a layer, got the class minicnn.layers.Dense; w"
    ):
        check_layer(layers.Dense, np.ones((4, 3)))


def test_an_output_that_depends_on_old_statistics_is_not_taken_for_a_wrong_gradient():
    class Centred(layers.Layer):
        def build(self, input_shape, rng):
            self.state["mean"] = np.zeros(input_shape[-1])

        def forward(self, x, *, training, key):
            mean = self.state["mean"]
            if training:
                self.state["mean"] = 0.9 * mean + 0.1 * x.mean(tuple(range(x.ndim - 1)))
            return x - mean, None

        def backward(self, dy, cache):
            return dy, {}

    report = check_layer(Centred(), np.random.default_rng(0).normal(size=(8, 6, 6, 3)))
    assert report.passed, str(report)
