"""What check_layer finds in layers with a mistake that no exhibit of the zoo has."""

import numpy as np
import pytest

from minicnn.checking import check_layer
from minicnn.layers import Add, Dense, Dropout, Layer, ReLU

X = np.random.default_rng(0).normal(size=(4, 6))


class Identity(Layer):
    def forward(self, x, *, training, key):
        return x.copy(), None

    def backward(self, dy, cache):
        return dy.copy(), {}


class Lopsided(Layer):
    """Leaves out one gradient, and gives another for each sample."""

    def build(self, input_shape, rng):
        self.params |= {"kernel": np.ones(input_shape), "bias": np.ones(input_shape)}

    def forward(self, x, *, training, key):
        return x * self.params["kernel"] + self.params["bias"], x

    def backward(self, dy, cache):
        return dy * self.params["kernel"], {"kernel": dy * cache}


class Centred(Identity):
    """Takes the mean for a constant."""

    def forward(self, x, *, training, key):
        return x - x.mean(axis=-1, keepdims=True), None


class Squared(Dense):
    """Has a wrong gradient that is too large to be compared as a whole."""

    def backward(self, dy, cache):
        dx, grads = super().backward(dy, cache)
        return dx, grads | {"kernel": grads["kernel"] ** 2}


class Scaled(Identity):
    """Multiplies by another number in training."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x, *, training, key):
        factor = self.factor if training else 1.0
        return x * x.dtype.type(factor), factor

    def backward(self, dy, cache):
        return dy * dy.dtype.type(cache), {}


class Forgetful(Identity):
    """Does not keep its argument."""

    def __init__(self, factor):
        super().__init__()


@pytest.mark.parametrize(
    ("layer", "x", "check", "kind", "words"),
    [
        (Lopsided(), X, "shapes", "no gradient", "only params has 'bias'"),
        (Lopsided(), X, "gradients", "no gradient", "training: the gradient of bias: no gradient."),
        (Lopsided(), X, "gradients", "wrong axis", "of shape (4, 6), expected (6,)"),
        (ReLU(max_value=1e-9), X * 0 + 5e-10, "gradients", "", "has kinks everywhere"),
        (Centred(), X, "gradients", "missing term", "missing is constant within each sample"),
        (Squared(50), np.tile(X, 7), "gradients", "missing term", "100 of 100 elements"),
        (Scaled(0.5), X, "inference", "modes differ", "give different outputs, with nothing rand"),
        (Scaled(0.0), X, "inference", "", "training gives zeros, whatever the input"),
        (Forgetful(2), X, "files", "arguments not kept", "it cannot be saved and loaded: Forg"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_mistake_is_named(layer, x, check, kind, words):
    found = [(one.kind, f"{one.message} {one.why}") for one in check_layer(layer, x)[check]]
    assert any(kind == given and words in text for given, text in found), found


def test_three_numbers_are_too_few_to_say_what_is_missing():
    (found,) = check_layer(Centred(), X[:, :3])["gradients"]
    assert (found.kind, found.why) == ("missing term", "")


def test_two_samples_are_too_few_to_look_for_a_dependence():
    assert check_layer(ReLU(), X[:2]).verdict("samples") == "not checked"


def test_an_output_without_elements_is_no_mistake():
    class Nothing(Layer):
        def forward(self, x, *, training, key):
            return x[:, :0], x.shape

        def backward(self, dy, cache):
            return np.zeros(cache, dy.dtype), {}

    assert check_layer(Nothing(), X).passed


def test_inputs_of_a_layer_that_joins_several_are_drawn():
    layer = Add()
    layer.build(((3,), (3,)))
    report = check_layer(layer)
    assert report.passed
    assert {one.array for one in report["gradients"]} == {"x[0]", "x[1]"}


def test_layers_that_draw_are_not_compared_and_those_with_other_arrays_cannot_be():
    assert check_layer(Dropout(0.5), X, like=Dropout(0.1)).verdict("like") == "ok"
    (found,) = check_layer(ReLU(), X, like=Dense(6))["like"]
    assert "has no arrays, Dense has kernel, bias; the names must agree" in found.message
