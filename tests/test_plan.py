"""A plan gives what the graph gives: to the bit in inference, to rounding where loss meets softmax.

Three layers become one pass where they follow one another, and only there.
"""

import numpy as np
import pytest
from layer_cases import ALL, built, shapes_of

from minicnn import Model, Sequential, check_gradients
from minicnn import fused as fused_file
from minicnn.graph import backward, forward
from minicnn.layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.losses import (
    CategoricalCrossentropy,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from minicnn.losses.of_outputs import LossOfOutputs
from minicnn.plan import plan_inference, plan_loss, plan_training
from minicnn.random import Key


@pytest.fixture
def passes(monkeypatch):
    """Count the passes that stand for three layers."""
    shapes = []

    def counted(x, *rest):
        shapes.append(x.shape)
        return fused(x, *rest)

    fused = fused_file.normalize_rectify_pool
    monkeypatch.setattr(fused_file, "normalize_rectify_pool", counted)
    return shapes


def used(model, dtype="float32"):
    """The model with statistics and parameters as they are after some training."""
    rng = np.random.default_rng(1)
    for layer in model.astype(dtype).graph.layers().values():
        for store in (layer.params, layer.state):
            for name, array in store.items():
                store[name] = rng.uniform(0.2, 1.0, array.shape).astype(dtype)
        if "gamma" in layer.params:
            layer.params["gamma"] *= rng.choice([-1, 1], layer.params["gamma"].shape)
    return model


def row(*layers, dtype="float32", shape=(9, 8, 3)):
    return used(Sequential([Input(shape), *layers]), dtype)


def images(model, n=4):
    return np.random.default_rng(2).normal(size=(n, *model.input_shape[1:])).astype(model.dtype)


def inferred(model, x):
    """What the model's plan gives."""
    (y,), caches = forward(model.inference_plan, [x], training=False, keep=False)
    assert caches == []
    return y


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("pool", [{}, {"pool_size": 3, "strides": 2, "padding": "same"}])
@pytest.mark.parametrize("arguments", [{}, {"center": False, "scale": False}])
def test_three_layers_become_one_pass(passes, dtype, pool, arguments):
    model = row(
        Conv2D(5, 3, padding="same"),
        BatchNormalization(**arguments),
        ReLU(),
        MaxPooling2D(**pool),
        Dropout(0.3),
        Flatten(),
        Dense(4, activation="softmax"),
        dtype=dtype,
    )
    x = images(model)
    y = inferred(model, x)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, model(x))
    assert passes == [(4, 9, 8, 5)]
    np.testing.assert_array_equal(model.predict(x), y)
    assert len(passes) == 2


@pytest.mark.parametrize("arguments", [{"max_value": 1.0}, {"negative_slope": 0.1}])
def test_another_relu_stays_a_layer(passes, arguments):
    model = row(BatchNormalization(), ReLU(**arguments), MaxPooling2D())
    x = images(model)
    np.testing.assert_array_equal(inferred(model, x), model(x))
    assert passes == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_class_of_ones_own_stays_a_layer(passes, place):
    layers = [BatchNormalization(), ReLU(), MaxPooling2D()]

    class Twice(type(layers[place])):
        def forward(self, x, *, training, key):
            y, cache = super().forward(x, training=training, key=key)
            return 2 * y, cache

    layers[place] = Twice()
    model = row(*layers)
    x = images(model)
    np.testing.assert_array_equal(inferred(model, x), model(x))
    assert passes == []


@pytest.mark.parametrize("used_twice", ["normal", "rectified", "given out"])
def test_what_is_used_elsewhere_still_exists(passes, used_twice):
    inputs = Input((8, 8, 3))
    normal = BatchNormalization()(inputs)
    rectified = ReLU()(normal)
    pooled = MaxPooling2D()(rectified)
    ends = {
        "normal": [Add()([pooled, GlobalAveragePooling2D(keepdims=True)(normal)])],
        "rectified": [Add()([pooled, GlobalAveragePooling2D(keepdims=True)(rectified)])],
        "given out": [pooled, rectified],
    }[used_twice]
    model = used(Model(inputs, ends))
    x = images(model)
    found, _ = forward(model.inference_plan, [x], training=False, keep=False)
    expected = model(x) if len(ends) > 1 else [model(x)]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    assert passes == []


def test_both_branches_of_a_fork_are_joined(passes):
    inputs = Input((8, 8, 3))
    x = Conv2D(3, 1)(inputs)
    ends = [MaxPooling2D()(ReLU()(BatchNormalization()(x))) for _ in range(2)]
    model = used(Model(inputs, Add()(ends)))
    x = images(model)
    np.testing.assert_array_equal(inferred(model, x), model(x))
    assert passes == [(4, 8, 8, 3)] * 2


def test_a_plan_sees_what_becomes_of_the_weights(passes):
    model = row(BatchNormalization(), ReLU(), MaxPooling2D())
    x = images(model)
    before = inferred(model, x)
    model.set_weights([2 * w for w in model.get_weights()])
    model.layers[0].state["moving_mean"] = np.full(3, 0.5, np.float32)
    after = inferred(model, x)
    assert (before != after).any()
    np.testing.assert_array_equal(after, model(x))
    model.astype("float64")
    np.testing.assert_array_equal(inferred(model, images(model)), model(images(model)))
    assert len(passes) == 3


def test_a_plan_keeps_nothing_on_the_layers():
    model = row(Conv2D(2, 3), ReLU(), Flatten(), Dense(3, activation="softmax"))
    before = [dict(vars(layer)) for layer in model.layers]
    inferred(model, images(model))
    for layer, attributes in zip(model.layers, before, strict=True):
        assert vars(layer).keys() == attributes.keys()
        assert all(vars(layer)[name] is value for name, value in attributes.items())


def test_images_that_do_not_fit_are_refused():
    model = row(BatchNormalization(), ReLU(), MaxPooling2D())
    with pytest.raises(ValueError, match=r"expected shape \(n, 9, 8, 3\), got \(2, 8, 8, 3\)"):
        inferred(model, np.zeros((2, 8, 8, 3), np.float32))


def test_weights_that_do_not_fit_are_refused():
    model = row(BatchNormalization(), ReLU(), MaxPooling2D())
    model.layers[0].state["moving_mean"] = np.zeros(2, np.float32)
    with pytest.raises(ValueError, match=r"'batch_normalization': .*moving_mean of shape \(3,\)"):
        inferred(model, images(model))


# -- the softmax and the loss --


@ALL
def test_only_a_closing_softmax_meets_the_loss(name, arguments, shape):
    layer = built(name, arguments, shape)
    inputs = [Input(one) for one in shapes_of(shape)]
    given = inputs if len(inputs) > 1 else inputs[0]
    model = Model(inputs, given if name == "InputLayer" else layer(given))
    made = plan_loss(model.graph, CategoricalCrossentropy())
    closes = arguments == {"activation": "softmax"}
    assert (made.activations != (None,)) == made.loss.from_logits == closes
    assert len(made.graph.steps) == (0 if name == "InputLayer" or closes else 1)


ENDS = {
    "softmax": lambda: [Dense(4), Softmax()],
    "last axis by its number": lambda: [Dense(4), Softmax(axis=1)],
    "activation": lambda: [Dense(4), Activation("softmax")],
    "dense": lambda: [Dense(4, activation="softmax")],
    "convolution": lambda: [Conv2D(4, 3, activation="softmax")],
}
LOSSES = [CategoricalCrossentropy(label_smoothing=0.1), SparseCategoricalCrossentropy()]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_the_loss_is_computed_from_the_logits(end, loss):
    image = end == "convolution"
    before = [] if image else [Flatten()]
    model = row(Conv2D(2, 3), *before, *ENDS[end](), dtype="float64", shape=(6, 6, 1))
    weights = model.get_weights()
    model.set_weights([w - 0.5 for w in weights])
    made = plan_loss(model.graph, loss)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, (5, *model.output_shape[1:-1]))
    y_true = np.eye(4)[labels] if isinstance(loss, CategoricalCrossentropy) else labels
    x, weight = images(model, 5), rng.random(labels.shape)
    (logits,), caches = forward(made.graph, [x], training=True)
    (probabilities,), whole_caches = forward(model.graph, [x], training=True)
    value, cache = made.loss.forward(y_true, logits, weight)
    whole, whole_cache = loss.forward(y_true, probabilities, weight)
    assert value == pytest.approx(whole, rel=1e-9)
    np.testing.assert_array_equal(made.activations[0](logits)[0], probabilities)
    (dx,), grads = backward(made.graph, [made.loss.backward(cache)], caches)
    (whole_dx,), whole_grads = backward(model.graph, [loss.backward(whole_cache)], whole_caches)
    assert list(grads) == list(whole_grads)
    # The clip of probabilities, and no more, is between the two.
    np.testing.assert_allclose(dx, whole_dx, rtol=1e-6, atol=1e-9)
    for name, gradient in grads.items():
        np.testing.assert_allclose(gradient, whole_grads[name], rtol=1e-6, atol=1e-8)


def test_a_layer_without_its_activation_is_a_dense_layer_without_one():
    whole = row(Dense(4, activation="softmax"), shape=(3,))
    bare = row(Dense(4), shape=(3,))
    bare.set_weights(whole.get_weights())
    made = plan_loss(whole.graph, CategoricalCrossentropy())
    x, dz = images(whole), np.random.default_rng(1).normal(size=(4, 4)).astype("f4")
    (z,), caches = forward(made.graph, [x], training=True)
    (expected,), bare_caches = forward(bare.graph, [x], training=True)
    np.testing.assert_array_equal(z, expected)
    (dx,), grads = backward(made.graph, [dz], caches)
    (expected,), expected_grads = backward(bare.graph, [dz], bare_caches)
    np.testing.assert_array_equal(dx, expected)
    for one, other in zip(grads.values(), expected_grads.values(), strict=True):
        np.testing.assert_array_equal(one, other)
    # The layer itself is as it was.
    assert whole.layers[0].activation.name == "softmax"
    assert check_gradients(whole.layers[0], x).passed


@pytest.mark.parametrize(
    ("end", "loss"),
    [
        ([Dense(4), Softmax()], MeanSquaredError()),
        ([Dense(4)], CategoricalCrossentropy()),
        ([Dense(4), Softmax(), Dropout(0.1)], CategoricalCrossentropy()),
    ],
)
def test_any_other_loss_takes_what_the_graph_gives(end, loss):
    model = row(*end, shape=(3,))
    made = plan_loss(model.graph, loss)
    assert (made.graph, made.loss, made.activations) == (model.graph, loss, (None,))


def test_a_softmax_of_ones_own_stays_a_layer():
    class Sharper(Softmax):
        def forward(self, x, *, training, key):
            return super().forward(2 * x, training=training, key=key)

    class MyDense(Dense):
        pass

    for end in ([Dense(4), Sharper()], [MyDense(4, activation="softmax")]):
        made = plan_loss(row(*end, shape=(3,)).graph, CategoricalCrossentropy())
        assert made.activations == (None,)


def test_logits_that_are_used_elsewhere_still_exist():
    inputs = Input((3,))
    logits = Dense(4)(inputs)
    model = Model(inputs, [Softmax()(logits), logits])
    both = LossOfOutputs([CategoricalCrossentropy(), None], [None, None], ["p", "z"])
    made = plan_loss(model.graph, both)
    assert [step.layer.name for step in made.graph.steps] == ["dense"]
    assert made.graph.outputs == (model.graph.outputs[1],) * 2
    assert [activation is None for activation in made.activations] == [False, True]
    assert plan_inference(model.graph).outputs == model.graph.outputs
    probabilities = Softmax()(logits)
    model = Model(inputs, [probabilities, ReLU()(probabilities)])
    assert plan_loss(model.graph, both).activations == (None, None)
    inner = Softmax()(logits)
    model = Model(inputs, Softmax()(Add()([logits, inner])))
    made = plan_loss(model.graph, CategoricalCrossentropy())
    assert [step.layer.name for step in made.graph.steps] == ["dense", "softmax", "add"]


def test_a_shared_dense_layer_ends_bare_only_where_it_closes():
    inputs = Input((4,))
    dense = Dense(4, activation="softmax")
    model = used(Model(inputs, dense(dense(inputs))), "float64")
    model.compile("sgd", "categorical_crossentropy")
    x, y = images(model, 5), np.eye(4)[[0, 1, 2, 3, 0]]
    expected, _ = model.loss.forward(y, model(x))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-9)
    assert [step.path for step in model.loss_plan.graph.steps] == ["dense/", "dense/"]


def test_a_layer_that_is_changed_later_is_computed_as_it_is_then():
    relu = ReLU()
    model = Sequential([Input((8, 8, 2)), Conv2D(3, 3), BatchNormalization(), relu, MaxPooling2D()])
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 2)).astype(np.float32)
    relu.max_value = 0.1
    np.testing.assert_array_equal(model.predict(x), model(x))
    assert model.predict(x).max() == np.float32(0.1)


def test_a_loss_that_is_set_later_is_the_one_that_counts():
    model = Sequential([Input((3,)), Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    x, y = np.ones((4, 3), np.float32), np.eye(2, dtype=np.float32)[[0, 1, 1, 0]]
    model.loss = MeanSquaredError()
    expected = float(np.mean(np.square(model.predict(x) - y)))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-6)


# -- a training step --


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("arguments", [{}, {"center": False, "scale": False}])
@pytest.mark.parametrize("drop", [[], [Dropout(0.3)]], ids=["", "dropout"])
def test_a_training_step_is_that_of_the_layers(dtype, arguments, drop):
    def made():
        return row(
            Conv2D(5, 3, padding="same"),
            BatchNormalization(**arguments),
            ReLU(),
            MaxPooling2D(),
            *(type(layer).from_config(layer.get_config()) for layer in drop),
            Conv2D(2, 1),
            dtype=dtype,
        )

    model, other = made(), made()
    steps = plan_training(model.graph).steps
    assert [type(step.layer).__name__ for step in steps] == [
        *("Conv2D", "NormalizeRectifyPool", "Conv2D")
    ]
    x, key = images(model), Key(7, 3)
    (y,), caches = forward(plan_training(model.graph), [x], training=True, key=key)
    (expected,), other_caches = forward(other.graph, [x], training=True, key=key)
    np.testing.assert_array_equal(y, expected)
    for layer, twin in zip(model.layers, other.layers, strict=True):
        for name in layer.state:
            np.testing.assert_array_equal(layer.state[name], twin.state[name])
    dy = np.random.default_rng(4).normal(size=y.shape).astype(dtype)
    (dx,), grads = backward(plan_training(model.graph), [dy], caches)
    (expected,), other_grads = backward(other.graph, [dy], other_caches)
    close = {"rtol": 1e-5, "atol": 1e-5} if dtype == "float32" else {"rtol": 1e-11, "atol": 1e-11}
    np.testing.assert_allclose(dx, expected, **close)
    assert grads.keys() == other_grads.keys()
    for name, gradient in grads.items():
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, other_grads[name], **close)


@pytest.mark.parametrize(
    "change",
    [
        lambda normal, relu: setattr(normal, "trainable", False),
        lambda normal, relu: setattr(relu, "negative_slope", 0.5),
    ],
    ids=["frozen", "another slope"],
)
def test_what_is_changed_after_compile_counts_in_training(change):
    normal, relu = BatchNormalization(), ReLU()
    model = row(normal, relu, MaxPooling2D(), Dropout(0.5))
    planned, x = plan_training(model.graph), images(model)
    change(normal, relu)
    found, caches = forward(planned, [x], training=True, key=Key(1))
    expected, other_caches = forward(model.graph, [x], training=True, key=Key(1))
    np.testing.assert_array_equal(found[0], expected[0])
    (dx,), grads = backward(planned, found, caches)
    (expected_dx,), expected_grads = backward(model.graph, expected, other_caches)
    np.testing.assert_array_equal(dx, expected_dx)
    for name, gradient in grads.items():
        np.testing.assert_array_equal(gradient, expected_grads[name])


def test_the_derivative_of_the_images_is_left_out():
    model = row(Conv2D(16, 3), Flatten(), Dense(2))
    x, dy = images(model), np.random.default_rng(3).normal(size=(4, 2)).astype(np.float32)
    expected, caches = forward(model.graph, [x], training=True)
    _, expected_grads = backward(model.graph, [dy], caches)
    planned = plan_training(model.graph)
    found, caches = forward(planned, [x], training=True)
    np.testing.assert_array_equal(found[0], expected[0])
    (dx,), grads = backward(planned, [dy], caches)
    assert dx is None
    for name, gradient in expected_grads.items():
        np.testing.assert_array_equal(grads[name], gradient)


def test_images_that_are_used_twice_keep_their_derivative():
    inputs = Input((8, 8, 3))
    ends = [Conv2D(16, 3)(inputs) for _ in range(2)]
    model = used(Model(inputs, Add()(ends)))
    assert [type(step.layer) for step in plan_training(model.graph).steps] == [Conv2D, Conv2D, Add]
