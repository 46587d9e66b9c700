"""Both passes over graphs: against TensorFlow, against differences, and by hand."""

import graphs
import numpy as np
import oracles
import pytest

from minicnn.checking import check_gradients
from minicnn.checking.against_tensorflow import compare_first_step
from minicnn.graph import Graph, Step, backward, forward
from minicnn.layers import Layer

ALL = pytest.mark.parametrize("name", graphs.GRAPHS)


class Times(Layer):
    """y = a x, or the product of two inputs; counts nothing, keeps nothing."""

    def __init__(self, a=1.0, **kwargs):
        super().__init__(**kwargs)
        self.a = a

    def build(self, input_shape, rng):
        self.params["a"] = np.array(self.a)
        self.output_shape = input_shape[0] if isinstance(input_shape[0], tuple) else input_shape

    def forward(self, x, *, training, key):
        if isinstance(x, tuple):
            return self.params["a"] * x[0] * x[1], x
        return self.params["a"] * x, x

    def backward(self, dy, cache):
        a = self.params["a"]
        if isinstance(cache, tuple):
            x, z = cache
            return (dy * a * z, dy * a * x), {"a": np.sum(dy * x * z)}
        return dy * a, {"a": np.sum(dy * cache)}


def step(layer, inputs, output, number, done=()):
    return Step(layer, inputs, output, len(inputs) > 1, f"{layer.name}/", number, done)


@pytest.fixture
def diamond():
    """v = 2 x; y = 3 v (5 v): two uses of v, and a layer that joins."""
    two, three, five = (Times(a, name=n) for a, n in ((2.0, "two"), (3.0, "three"), (5.0, "five")))
    product = Times(1.0, name="product")
    for layer in (two, three, five):
        layer.build((1,), 0)
    product.build(((1,), (1,)), 0)
    steps = (
        step(two, (0,), 1, 0, done=()),
        step(three, (1,), 2, 1),
        step(five, (1,), 3, 2, done=(1,)),
        step(product, (2, 3), 4, 3, done=(2, 3)),
    )
    return Graph((0,), (4,), steps)


def test_a_diamond_by_hand(diamond):
    # y = 15 (2 x)^2 = 60 x^2, so dy/dx = 120 x; dy/d two = 60 x^2, and so on.
    x = np.array([[0.5]])
    (y,), caches = forward(diamond, [x], training=True)
    assert y == 60 * 0.25
    (dx,), grads = backward(diamond, [np.ones((1, 1))], caches)
    assert dx == 120 * 0.5
    assert {k: float(v) for k, v in grads.items()} == {
        "product/a": 15.0,
        "five/a": 3.0,
        "three/a": 5.0,
        "two/a": 15.0,
    }


def test_backward_drops_each_cache_when_it_has_been_used(diamond):
    _, caches = forward(diamond, [np.ones((1, 1))], training=True)
    assert len(caches) == 4
    backward(diamond, [np.ones((1, 1))], caches)
    assert caches == []


def test_without_caches_none_are_kept(diamond):
    ys, caches = forward(diamond, [np.ones((2, 1))], training=False, keep=False)
    assert (len(ys), caches) == (1, [])


def test_an_input_that_leads_nowhere_has_no_derivative(diamond):
    wide = diamond._replace(inputs=(0, 9))
    _, caches = forward(wide, [np.ones((1, 1))] * 2, training=True)
    (dx, none), _ = backward(wide, [np.ones((1, 1))], caches)
    assert dx is not None
    assert none is None


def test_an_output_that_is_used_inside_too(diamond):
    both = diamond._replace(outputs=(4, 1))
    x = np.array([[0.5]])
    (y, v), caches = forward(
        both._replace(steps=tuple(s._replace(done=()) for s in both.steps)), [x], training=True
    )
    assert (y, v) == (15, 1)
    (dx,), _ = backward(both, [np.ones((1, 1)), np.full((1, 1), 10.0)], caches)
    assert dx == 120 * 0.5 + 10 * 2


def test_derivatives_are_not_added_in_place(diamond):
    dy = np.ones((1, 1))
    _, caches = forward(diamond, [np.ones((1, 1))], training=True)
    backward(diamond, [dy], caches)
    assert dy == 1


@ALL
@pytest.mark.parametrize("training", [True, False])
def test_gradients_are_slopes(name, training):
    model = graphs.GRAPHS[name]()
    report = check_gradients(model, graphs.batch(model)[0], training=training)
    assert report.passed, report
    assert len(report) == 1 + len(model.trainable_params())


@ALL
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_is_tensorflows(name, dtype):
    oracles.keras()
    model = graphs.GRAPHS[name]()
    differences = compare_first_step(model, *graphs.batch(model, dtype=dtype))
    assert {d.array for d in differences} >= {"loss", "dkernel"}
    wrong = [d for d in differences if not d.agrees]
    assert not wrong


def test_a_forgotten_addition_is_found(monkeypatch):
    oracles.keras()
    monkeypatch.setattr("minicnn.graph._add", lambda sums, where, term: sums.update({where: term}))
    for name in ("residual", "shared"):
        model = graphs.GRAPHS[name]()
        x, y = graphs.batch(model)
        assert not check_gradients(model, x).passed
        assert any(not d.agrees for d in compare_first_step(model, x, y))


def test_every_call_has_its_own_random_numbers_and_they_do_not_depend_on_the_nesting():
    model = graphs.dropping()
    streams = [s.stream for s in model.graph.steps]
    assert streams == list(range(5))
    names = [s.path for s in model.graph.steps]
    assert names == ["dropout/", "sequential/dense/", "sequential/dropout/", "dropout_1/", "dense/"]
    x = np.ones((3, 5), np.float32)
    a, _ = model.forward(x, training=True, key=4)
    b, _ = model.forward(x, training=True, key=4)
    c, _ = model.forward(x, training=True, key=5)
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()
