"""The comparison with TensorFlow: of layers, and of the documented network."""

import sys
import types

import numpy as np
import pytest
from oracles import keras, tensorflow

from minicnn import Model, set_random_seed
from minicnn.checking import against_tensorflow as checked
from minicnn.checking.against_tensorflow import (
    Difference,
    compare_first_step,
    compare_layer,
    keras_twin,
    require_keras,
    without_dropout,
)
from minicnn.checking.general_position import in_general_position
from minicnn.checking.sensitivity import sensitivity
from minicnn.fer import fer_network
from minicnn.kernels.max_pooling2d import max_pool
from minicnn.layers import (
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    Maximum,
    MaxPooling2D,
    Multiply,
    Subtract,
)
from minicnn.layers import dense as dense_file
from minicnn.layers import max_pooling2d as pool_file
from minicnn.layers import merging as merging_file
from minicnn.optimizers import Adam


@pytest.fixture
def oracle():
    """Keras, or a skip that says why."""
    return keras()


def disagreements(differences):
    return [difference.array for difference in differences if not difference.agrees]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("layer", "arrays"),
    [
        (Conv2D(3, 3, strides=2, padding="same", activation="relu"), "y dx dkernel dbias"),
        (Dense(4, activation="softmax"), "y dx dkernel dbias"),
        (BatchNormalization(), "y dx dgamma dbeta moving_mean moving_variance"),
        (MaxPooling2D(3, strides=1), "y dx"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_layers_agree(oracle, layer, arrays, dtype):
    layer.build((6, 5, 2), rng=0)
    x = np.random.default_rng(0).integers(-2, 3, size=(3, 6, 5, 2)).astype(dtype)
    differences = compare_layer(layer, x)
    assert [difference.array for difference in differences] == arrays.split()
    assert disagreements(differences) == []
    # Two libraries that compute: something must differ in the last digit.
    if dtype == "float32" and layer.params:
        assert any(difference.largest > 0 for difference in differences)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cls", [Add, Concatenate, Maximum, Multiply, Subtract])
def test_layers_that_join_agree(oracle, cls, dtype):
    layer = cls()
    layer.build(((6, 5, 2), (6, 5, 2)))
    x = np.random.default_rng(0).integers(-2, 3, size=(2, 3, 6, 5, 2)).astype(dtype)
    differences = compare_layer(layer, tuple(x))
    assert [difference.array for difference in differences] == ["y", "dx[0]", "dx[1]"]
    assert disagreements(differences) == []


def test_a_wrong_gradient_of_a_second_input_is_found(oracle, monkeypatch):
    monkeypatch.setattr(merging_file, "subtract_backward", lambda dy, cache: (dy, dy))
    layer = Subtract()
    layer.build(((4,), (4,)))
    assert disagreements(compare_layer(layer, (np.eye(4), np.ones((4, 4))))) == ["dx[1]"]


def test_a_network_with_a_fork_a_shared_layer_and_a_model_in_it_agrees(oracle):
    set_random_seed(1)
    rng = np.random.default_rng(0)
    inputs = Input((6, 6, 2))
    part = Input((6, 6, 3))
    inner = Model(part, BatchNormalization()(Conv2D(3, 3, padding="same")(part)), name="inner")
    conv = Conv2D(3, 3, padding="same", activation="elu")
    x = Conv2D(3, 1)(inputs)
    x = Add()([conv(conv(x)), x, inner(x)])
    model = Model(inputs, Dense(3, activation="softmax")(Flatten()(x)))
    x, y = rng.normal(size=(5, 6, 6, 2)), np.eye(3)[[0, 1, 2, 1, 0]]
    differences = compare_first_step(model, x, y)
    assert disagreements(differences) == []
    # The loss, 4 kernels and biases, and 4 arrays of a normalisation.
    assert len(differences) == 1 + 2 * 4 + 4


def test_inference_of_dropout_agrees(oracle):
    layer = Dropout(0.5)
    layer.build((4,))
    assert disagreements(compare_layer(layer, np.ones((2, 4), "float32"), training=False)) == []


def test_a_wrong_gradient_is_found(oracle, monkeypatch):
    right = dense_file.dense_backward

    def wrong(dy, cache):
        dx, dw, db = right(dy, cache)
        return dx, dw.T, db

    monkeypatch.setattr(dense_file, "dense_backward", wrong)
    layer = Dense(5)
    layer.build((5,), rng=0)
    assert disagreements(compare_layer(layer, np.eye(5))) == ["dkernel"]


def test_the_last_instead_of_the_first_maximum_is_found(oracle, monkeypatch):
    # The gradient check cannot object to it, see test_planted_bugs.py.
    def last(x, geometry):
        y, winner = max_pool(x[:, ::-1, ::-1], geometry)
        return y[:, ::-1, ::-1], x.shape[1] * x.shape[2] - 1 - winner[:, ::-1, ::-1]

    monkeypatch.setattr(pool_file, "max_pool", last)
    layer = MaxPooling2D()
    layer.build((4, 4, 2))
    x = np.random.default_rng(0).integers(0, 2, size=(2, 4, 4, 2)).astype(float)
    assert disagreements(compare_layer(layer, x)) == ["dx"]


@pytest.fixture(scope="module")
def batch():
    """A batch at which float32 is sure of every maximum, with one-hot labels."""
    rng = np.random.default_rng(0)
    model, y = without_dropout(fer_network(seed=0), "float64"), np.eye(7, dtype="float32")[:4]
    for _ in range(40):
        x = rng.random((4, 48, 48, 1)).astype("float32")
        # Three times the usual noise: TensorFlow's rounding errors come on top of ours.
        if sensitivity(model, x, rng, noise=1e-6) < 3e-4:
            return x, y
    raise AssertionError("of 40 batches float32 was sure of none")


def test_the_first_step_of_the_documented_network_agrees(oracle, batch):
    differences = compare_first_step(fer_network(seed=0), *batch)
    assert disagreements(differences) == []
    # The loss, 9 kernels, 9 biases, and 4 arrays of 8 normalisations.
    assert len(differences) == 1 + 9 + 9 + 8 * 4
    assert {difference.dtype for difference in differences} == {"float32"}


def test_a_wrong_gradient_in_the_documented_network_is_found(oracle, batch, monkeypatch):
    right = dense_file.dense_backward
    monkeypatch.setattr(
        dense_file,
        "dense_backward",
        lambda dy, cache: (*right(dy, cache)[:2], dy.mean(axis=0)),
    )
    wrong = [d for d in compare_first_step(fer_network(seed=0), *batch) if not d.agrees]
    # The other four biases stand before a batch normalisation: zero, and so is their mean.
    assert [(d.layer, d.array) for d in wrong] == [("dense_4", "dbias")]


def test_twenty_adam_steps_of_the_documented_network_end_at_the_same_weights(oracle):
    tf = tensorflow()
    rng = np.random.default_rng(1)
    # Random biases: those before a batch normalisation would otherwise stay rounding around zero.
    model = in_general_position(without_dropout(fer_network(seed=0), "float64"), rng, "float64")
    twin = keras_twin(model)
    # Keras keeps the rate in float32, which shows in float64 from the second step on.
    model.compile(Adam(float(np.float32(0.001))), "categorical_crossentropy")
    optimizer = oracle.optimizers.Adam()
    optimizer.build(twin.trainable_variables)

    # fit and train_on_batch round data and loss to float32, so the step is written out.
    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            losses = oracle.losses.categorical_crossentropy(y, twin(x, training=True))
            loss = tf.reduce_mean(losses)
        optimizer.apply(tape.gradient(loss, twin.trainable_variables), twin.trainable_variables)
        return loss

    images = rng.random((4, 8, 48, 48, 1))
    labels = np.eye(7)[rng.integers(0, 7, (4, 8))]
    first = None
    for k in range(20):
        x, y = images[k % 4], labels[k % 4]
        ours, theirs = model.train_on_batch(x, y), float(step(x, y))
        assert ours == pytest.approx(theirs, rel=1e-9)
        first = first or ours
    assert ours < 0.7 * first  # it has learned something
    for layer, like in zip(model.layers, twin.layers[1:], strict=True):
        arrays = layer.params | layer.state
        for variable in like.weights:
            if variable.name in arrays:
                exact = variable.numpy()
                difference = np.abs(arrays[variable.name] - exact).max()
                assert difference <= 1e-8 * np.abs(exact).max(), f"{layer.name} {variable.name}"


def test_differences_of_what_is_missing_or_nan_never_agree():
    ours = {"dense": {"dkernel": np.array([1.0, np.nan]), "dextra": np.ones(2)}}
    theirs = {"dense": {"dkernel": np.ones(2), "dbias": np.ones(2), "y": np.zeros(2)}}
    found = checked._differences(ours, theirs, "float64", {"float64": 1.0})
    assert disagreements(found) == ["dkernel", "dbias", "y", "dextra"]


def test_zeros_are_compared_absolutely():
    assert Difference("relu", "dx", "float64", 0.0, 0.0, 1e-13).agrees
    assert not Difference("relu", "dx", "float64", 1e-3, 0.0, 1e-13).agrees


def test_without_tensorflow_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setitem(sys.modules, "keras", types.ModuleType("keras"))
    with pytest.raises(ImportError, match=r"^TensorFlow is not installed; .*pip install"):
        require_keras()


def test_keras_on_something_else_is_refused(oracle, monkeypatch):
    monkeypatch.setattr(oracle.backend, "backend", lambda: "torch")
    with pytest.raises(ImportError, match="set KERAS_BACKEND=tensorflow"):
        require_keras()
