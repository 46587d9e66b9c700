"""A layer of a user's own reads like a page of a textbook and works in any model, file, check."""

import inspect
import textwrap

import numpy as np
import pytest

import minicnn
from minicnn.configurable import DefinitionError
from minicnn.layers import Add, Conv2D, Dense, Flatten, Input, Layer
from minicnn.saving import ModelFileError

X = np.random.default_rng(0).normal(size=(6, 5, 4, 2)).astype(np.float32)
Y = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1, 0]]


class Scale(Layer):
    """A factor for each channel, as in the docstring of Layer."""

    def build(self, input_shape, rng):
        self.params["factor"] = np.ones(input_shape[-1:], self.dtype)

    def forward(self, x, *, training, key):
        return x * self.params["factor"], x

    def backward(self, dy, cache):
        axes = tuple(range(dy.ndim - 1))
        return dy * self.params["factor"], {"factor": (dy * cache).sum(axes)}


class Centred(Layer):
    """Takes a running mean away; has a state and an argument."""

    def __init__(self, momentum=0.9, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum

    def build(self, input_shape, rng):
        self.state["mean"] = np.zeros(input_shape[-1:], self.dtype)

    def forward(self, x, *, training, key):
        if training:
            mean, old = x.mean(axis=tuple(range(x.ndim - 1))), self.state["mean"]
            moved = self.momentum * old + (1 - self.momentum) * mean
            self.state["mean"] = moved.astype(old.dtype)
        return x - self.state["mean"].astype(x.dtype), None

    def backward(self, dy, cache):
        return dy, {}


class RowSum(Layer):
    """Changes the shape, and leaves it to be found."""

    def forward(self, x, *, training, key):
        return x.sum(axis=1), x.shape

    def backward(self, dy, cache):
        return np.broadcast_to(dy[:, None], cache), {}


def row():
    model = minicnn.Sequential(
        [Input((5, 4, 2)), Conv2D(3, 2), Scale(), Centred(0.5), Flatten(), Dense(3, "softmax")],
        seed=1,
    )
    model.compile("sgd", "categorical_crossentropy")
    return model


def graph():
    minicnn.set_random_seed(1)
    x = inputs = Input((5, 4, 2))
    x = Conv2D(2, 3, padding="same")(x)
    x = Add()([x, Scale(name="own")(x), inputs])
    outputs = Dense(3, activation="softmax")(Flatten()(Centred(momentum=0.5)(x)))
    model = minicnn.Model(inputs, outputs)
    model.compile("sgd", "categorical_crossentropy")
    return model


MODELS = pytest.mark.parametrize("make", [row, graph])
OWN = {"Scale": Scale, "Centred": Centred}


def test_the_docstring_shows_this_very_layer():
    lines = inspect.getsource(Scale).splitlines()
    shown = "\n".join([lines[0], *lines[3:]])  # without its docstring
    assert textwrap.indent(shown, "    ") in inspect.getdoc(Layer)


@MODELS
def test_it_is_trained(make):
    model = make()
    before = model.get_weights()
    first = model.train_on_batch(X, Y)
    after = model.get_weights()
    for old, new in zip(before, after, strict=True):
        assert (old != new).any()
    for _ in range(20):
        last = model.train_on_batch(X, Y)
    assert last < first


@MODELS
def test_it_is_checked(make):
    # In training the state of Centred moves at every forward; the check is of a fixed function.
    report = minicnn.check_gradients(make(), X, training=False)
    assert report.passed, str(report)
    name = next(name for name in report if name.endswith("factor"))
    assert report[name].size in (2, 3)


@pytest.mark.parametrize("cls", [Scale, RowSum])
def test_it_is_checked_alone(cls):
    layer = cls()
    layer.build((4, 3))
    report = minicnn.check_gradients(layer, X[:, :, :3, 0][:, :4])
    assert report.passed, str(report)


@MODELS
def test_it_is_saved_and_loaded(make, tmp_path):
    model = make()
    model.train_on_batch(X, Y)
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras", custom_objects=OWN)
    assert type(other) is type(model)
    assert {type(layer) for layer in other.layers} >= {Scale, Centred}
    assert next(one for one in other.layers if isinstance(one, Centred)).momentum == 0.5
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    for _ in range(2):
        assert model.train_on_batch(X, Y) == other.train_on_batch(X, Y)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@MODELS
def test_a_file_that_names_it_is_refused_without_it(make, tmp_path):
    make().save(tmp_path / "m.keras")
    message = (
        "'(scale|own)' has the unknown class 'Scale', expected one of Activation, Add, .*, or "
        "your own in custom_objects"
    )
    with pytest.raises(ModelFileError, match=message):
        minicnn.load_model(tmp_path / "m.keras")


def test_a_file_cannot_name_a_class_that_is_no_layer(tmp_path):
    row().save(tmp_path / "m.keras")
    with pytest.raises(ModelFileError, match="Scale"):
        minicnn.load_model(tmp_path / "m.keras", custom_objects=OWN | {"Scale": dict})


def test_without_a_build_of_its_own_the_output_shape_is_found():
    layer = RowSum()
    layer.build((5, 4))
    assert (layer.input_shape, layer.output_shape, layer.params) == ((5, 4), (4,), {})
    assert RowSum()(Input((5, 4))).shape == (None, 4)
    model = minicnn.Sequential([Input((5, 4)), RowSum(), Dense(2)])
    assert model.output_shape == (None, 2)


def test_a_build_of_its_own_may_leave_the_output_shape_to_be_found():
    layer = Scale()
    layer.build((5, 4))
    assert layer.output_shape == (5, 4)


def test_a_forward_that_takes_no_zeros_is_named():
    class Picky(Layer):
        def forward(self, x, *, training, key):
            raise RuntimeError("not even a sample")

    layer = Picky()
    message = (
        r"Picky 'picky': forward fails on a sample of zeros of shape \(3,\) "
        r"\(not even a sample\); fix it, or set self.output_shape in build\."
    )
    with pytest.raises(ValueError, match=message):
        layer.build((3,))
    assert not layer.built


def test_build_takes_kerass_batch_axis():
    layer = Scale()
    layer.build((None, 4))
    assert layer.input_shape == (4,)
    joined = Add()
    joined.build([(None, 4), [None, 4]])
    assert joined.input_shape == ((4,), (4,))


@pytest.mark.parametrize("training", [True, False])
def test_a_call_builds(training):
    layer = Scale()
    x = X[:, 0, 0]
    np.testing.assert_array_equal(layer(x, training=training), x)
    assert (layer.built, layer.input_shape) == (True, (2,))
    layer.params["factor"] = np.array([2, 3], np.float32)
    np.testing.assert_array_equal(layer(x), x * np.array([2, 3], np.float32))
    with pytest.raises(ValueError, match=r"built for inputs of shape \(2,\), got \(4, 2\)"):
        layer(X[:, 0])
    add = Add()
    np.testing.assert_array_equal(add([x, x]), 2 * x)
    assert add.input_shape == ((2,), (2,))


@pytest.mark.parametrize(
    "name", ["_build", "_forward", "_backward", "_config", "compute_mask", "compute_output_shape"]
)
def test_methods_that_would_never_be_called_are_refused(name):
    message = (
        rf"^Old: {name} would never be called; define build\(input_shape, rng\), "
        r"forward\(x, \*, training, key\) -> \(y, cache\) and backward\(dy, cache\) -> "
        r"\(dx, grads\)\.$"
    )
    for kind in (DefinitionError, TypeError, ValueError):
        with pytest.raises(kind, match=message):
            type("Old", (Layer,), {name: lambda self: None})
    with pytest.raises(DefinitionError, match=r"^Old: "):
        type("Old", (Dense,), {name: lambda self: None})


def of(forward=None, backward=None):
    """A layer with these methods."""
    methods = {
        "forward": forward or (lambda self, x, *, training, key: (x, None)),
        "backward": backward or (lambda self, dy, cache: (dy, {})),
    }
    return type("Mine", (Layer,), methods)()


def test_a_forward_that_forgets_the_cache_is_named():
    layer = of(forward=lambda self, x, *, training, key: x)
    message = r"Mine 'mine': forward must return \(y, cache\), got ndarray\."
    with pytest.raises(ValueError, match=message):
        layer.build((2,))

    class KnowsItsShape(Layer):
        def build(self, input_shape, rng):
            self.output_shape = input_shape

        def forward(self, x, *, training, key):
            return x

    layer = KnowsItsShape()
    layer.build((2,))
    with pytest.raises(ValueError, match=r"forward must return \(y, cache\), got ndarray\."):
        layer.forward(X[:, 0, 0], training=True)


@pytest.mark.parametrize(
    ("result", "got"),
    [
        (lambda dy: dy, "ndarray"),
        (lambda dy: (dy, None), "2 values"),
        (lambda dy: (dy, {}, {}), "3 values"),
        (lambda dy: None, "NoneType"),
    ],
)
def test_a_backward_that_forgets_the_gradients_is_named(result, got):
    layer = of(backward=lambda self, dy, cache: result(dy))
    layer.build((2,))
    message = (
        r"Mine 'mine': backward must return \(dx, grads\), grads a dict by parameter name, "
        rf"got {got}\."
    )
    with pytest.raises(ValueError, match=message):
        layer.backward(X[:, 0, 0], None)


def test_a_derivative_of_a_wrong_shape_is_named():
    layer = of(backward=lambda self, dy, cache: (dy.sum(axis=0), {}))
    layer.build((2,))
    with pytest.raises(ValueError, match=r"backward: expected dx of shape \(6, 2\) .*, got \(2,\)"):
        layer.backward(X[:, 0, 0], None)


def test_a_layer_that_joins_gives_a_tuple_of_derivatives():
    layer = of(forward=lambda self, x, *, training, key: (x[0] + x[1], None))
    layer.build(((2,), (2,)))
    with pytest.raises(ValueError, match="expected 2 arrays in a tuple for dx, got ndarray"):
        layer.backward(X[:, 0, 0], None)


def test_methods_that_are_missing_are_named():
    class Empty(Layer):
        def build(self, input_shape, rng):
            self.output_shape = input_shape

    layer = Empty()
    layer.build((2,))
    with pytest.raises(NotImplementedError, match="Empty 'empty' does not define forward"):
        layer.forward(X[:, 0, 0], training=True)
    with pytest.raises(NotImplementedError, match="Empty 'empty' does not define backward"):
        layer.backward(X[:, 0, 0], None)


def test_a_parameter_without_a_gradient_is_named_in_training():
    class Forgetful(Scale):
        def backward(self, dy, cache):
            return super().backward(dy, cache)[0], {}

    model = minicnn.Sequential([Input((3,)), Forgetful()])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"Forgetful 'forgetful'.*no gradient for 'factor'"):
        model.train_on_batch(np.ones((2, 3), np.float32), np.ones((2, 3), np.float32))


def test_a_subclass_may_call_the_method_it_replaces():
    class Twice(Dense):
        def forward(self, x, *, training, key):
            y, cache = super().forward(x, training=training, key=key)
            return 2 * y, cache

        def backward(self, dy, cache):
            return super().backward(2 * dy, cache)

    layer = Twice(3, activation="tanh")
    layer.build((4,), 0)
    assert minicnn.check_gradients(layer, np.random.default_rng(1).normal(size=(5, 4))).passed


class Plain(Scale):
    """Takes an argument and hands nothing on."""

    def __init__(self, start=2.0):
        super().__init__()
        self.start = start


def test_an_init_that_hands_nothing_on_is_enough_for_files(tmp_path):
    inputs = Input((3,))
    layer = Plain(4.0)
    layer.trainable = False
    model = minicnn.Model(inputs, Add()([layer(inputs), Plain()(inputs)]))
    model.save(tmp_path / "m.keras")
    again = minicnn.load_model(tmp_path / "m.keras", custom_objects={"Plain": Plain})
    first, second = again.layers[1:3]
    assert (first.name, first.start, first.trainable) == ("plain", 4.0, False)
    assert (second.name, second.start, second.trainable) == ("plain_1", 2.0, True)
    x = np.ones((2, 3), np.float32)
    np.testing.assert_array_equal(again(x), model(x))


class Forgetful(Scale):
    def __init__(self):
        self.start = 1.0


@pytest.mark.parametrize(
    "use",
    [
        lambda layer: layer.build((3,)),
        lambda layer: layer(Input((3,))),
        lambda layer: layer(np.ones((1, 3))),
        lambda layer: minicnn.Sequential([layer]),
    ],
)
def test_an_init_that_forgets_its_base_is_named(use):
    with pytest.raises(ValueError, match=r"Forgetful: __init__ must call super\(\).__init__\(\)"):
        use(Forgetful())


@pytest.mark.parametrize(
    ("name", "method", "written"),
    [
        ("build", lambda self, input_shape: None, r"build\(self, input_shape, rng\)"),
        ("forward", lambda self, x: x, r"forward\(self, x, \*, training, key\)"),
        ("forward", lambda self, x, training: x, r"forward\(self, x, \*, training, key\)"),
        ("backward", lambda self, dy: dy, r"backward\(self, dy, cache\)"),
    ],
)
def test_a_method_that_takes_something_else_is_refused_when_the_class_is_made(
    name, method, written
):
    with pytest.raises(DefinitionError, match=f"Odd: {name} must be defined as {written}: "):
        type("Odd", (Layer,), {name: method})


@pytest.mark.parametrize("value", [np.ones(3), [1.0, 1.0, 1.0], np.ones(3, int)])
def test_parameters_come_into_the_layers_precision(value):
    class Wide(Scale):
        def build(self, input_shape, rng):
            self.params["factor"] = value

    for dtype in ("float32", "float64"):
        layer = Wide(dtype=dtype)
        layer.build((3,))
        assert layer.params["factor"].dtype == dtype
    model = minicnn.Sequential([Input((3,)), Wide(), Dense(2)])
    assert model.predict(np.ones((1, 3), np.float32)).dtype == np.float32


def test_a_constant_of_another_precision_is_blamed_where_it_is():
    class Rooted(Scale):
        def forward(self, x, *, training, key):
            return x * np.sqrt(np.ones(x.shape[1:])), x

    model = minicnn.Sequential([Input((3,)), Rooted(), Dense(2)])
    with pytest.raises(ValueError, match=r"Rooted 'rooted': forward must return y in the float32"):
        model.predict(np.ones((1, 3), np.float32))


def test_an_output_of_another_shape_than_said_is_named():
    class Cut(Scale):
        def forward(self, x, *, training, key):
            return x[:, :2], x

    layer = Cut()
    layer.build((3,))
    layer.output_shape = (3,)
    with pytest.raises(
        ValueError, match=r"Cut 'cut': forward must return y of shape \(n, 3\), got"
    ):
        layer(np.ones((1, 3), np.float32))


def test_a_build_that_calls_that_of_its_base_class():
    class Doubled(Dense):
        def build(self, input_shape, rng):
            super().build(input_shape, rng)
            self.params["kernel"] *= 2

    once, twice = Dense(2), Doubled(2)
    once.build((3,), 0)
    twice.build((3,), 0)
    np.testing.assert_array_equal(twice.params["kernel"], 2 * once.params["kernel"])


def test_custom_objects_that_are_no_dict_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"must be a dict .* as in \{'Scale': Scale\}, got list"):
        minicnn.load_model(tmp_path / "m.keras", custom_objects=[Scale])
