"""Calls on Tensors that fix their mode: Dropout(0.5)(x, training=True), base(x, training=False)."""

import copy
import pickle

import numpy as np
import pytest

import minicnn
from minicnn import Input, Model, Sequential, graph
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    ReLU,
)
from minicnn.plan import plan_inference, plan_training

X = np.random.default_rng(3).normal(2, 3, (32, 6)).astype(np.float32)


def base_model():
    return Sequential(
        [Input((6,)), Dense(5, name="d"), BatchNormalization(name="bn"), Dropout(0.5)]
    )


def on_base(base, **how):
    x = Input((6,))
    model = Model(x, Dense(1)(base(x, **how)))
    model.compile(minicnn.optimizers.SGD(0.01), "mse")
    return model


def test_a_dropout_in_training_mode_drops_in_predict_too():
    x = Input((6,))
    model = Model(x, Dropout(0.5)(x, training=True))
    first, second = model.predict(X), model.predict(X)
    assert (first != second).any()
    assert set(np.round(np.unique(first / X), 6)) == {0.0, 2.0}
    plain = Model(x, Dropout(0.5)(x))
    np.testing.assert_array_equal(plain.predict(X), X)


def test_a_base_in_inference_mode_keeps_its_statistics_and_learns_its_weights():
    base = base_model()
    model = on_base(base, training=False)
    before = {name: array.copy() for name, array in base.trainable_params().items()}
    state = {name: array.copy() for name, array in base.layers[1].state.items()}
    model.fit(X, np.ones((32, 1)), epochs=3, verbose=0)
    for name, array in base.layers[1].state.items():
        np.testing.assert_array_equal(array, state[name])
    # Every parameter learns but the bias before the normalisation, whose gradient is not zero
    # here: in inference, the statistics do not follow it.
    assert all((array != before[name]).any() for name, array in base.trainable_params().items())
    loose = on_base(other := base_model())
    loose.fit(X, np.ones((32, 1)), epochs=1, verbose=0)
    assert (other.layers[1].state["moving_mean"] != 0).all()


def test_what_a_fixed_base_learns_is_the_derivative_of_inference():
    base = base_model().astype("float64")
    model = on_base(base, training=False).astype("float64")
    x, dy = X.astype(np.float64), np.random.default_rng(1).normal(size=(32, 1))
    y, cache = model.forward(x, training=True, key=1)
    np.testing.assert_allclose(y, model.predict(x), rtol=1e-12)
    _, grads = model.backward(dy, cache)
    for path, array in model.trainable_params().items():
        index, claimed = (0,) * array.ndim, grads[path]
        value, sums = array[index], []
        for step in (1e-6, -1e-6):
            array[index] = value + step
            sums.append((model.forward(x, training=True, key=1)[0] * dy).sum())
        array[index] = value
        np.testing.assert_allclose(claimed[index], (sums[0] - sums[1]) / 2e-6, rtol=1e-6, atol=1e-8)


def test_the_innermost_call_decides():
    x = Input((6,))
    inner = Model(x, Dropout(0.5)(x, training=True))
    outer = Model(y := Input((6,)), inner(y, training=False))
    assert [step.training for step in outer.graph.steps] == [True]
    assert (outer.predict(X) != X).any()


@pytest.mark.parametrize(
    "remade",
    [
        lambda model, folder: copy.deepcopy(model),
        lambda model, folder: pickle.loads(pickle.dumps(model)),
        lambda model, folder: minicnn.models.clone_model(model),
        lambda model, folder: Model.from_config(model.get_config()),
        lambda model, folder: (
            model.save(folder / "m.keras") or minicnn.load_model(folder / "m.keras")
        ),
    ],
    ids=["copy", "pickle", "clone", "config", "file"],
)
def test_a_copy_fixes_the_same_modes(tmp_path, remade):
    x = Input((6,))
    normal = BatchNormalization()(Dropout(0.5)(x, training=True), training=False)
    model = Model(x, base_model()(normal, training=False))
    again = remade(model, tmp_path)
    modes = [step.training for step in model.graph.steps]
    assert modes == [True, False, False, False, False]
    assert [step.training for step in again.graph.steps] == modes


@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_keras_reads_the_file_and_its_files_are_read(tmp_path):
    keras = pytest.importorskip("keras")
    x = keras.Input((6,))
    base = keras.Sequential([keras.Input((6,)), keras.layers.BatchNormalization()])
    dropped = keras.layers.Dropout(0.5)(base(x, training=False))
    theirs = keras.Model(x, keras.layers.Dropout(0.5)(dropped, training=True))
    theirs.save(tmp_path / "theirs.keras")
    ours = minicnn.load_model(tmp_path / "theirs.keras")
    assert [step.training for step in ours.graph.steps] == [False, None, True]
    ours.save(tmp_path / "ours.keras")
    again = keras.models.load_model(tmp_path / "ours.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), theirs.predict(X, verbose=0), rtol=1e-6)


@pytest.mark.parametrize("fixed", [None, False])
def test_only_steps_of_one_mode_are_fused(fixed):
    x = Input((8, 8, 1))
    y = Conv2D(4, 3, padding="same")(x)
    y = BatchNormalization()(y, training=fixed)
    y = Dropout(0.5)(MaxPooling2D()(ReLU()(y)))
    model = Model(x, Dense(2)(Flatten()(y)))
    for plan in (plan_inference, plan_training):
        fused = len(plan(model.graph).steps) < len(model.graph.steps)
        assert fused is (fixed is None)
    model.compile("sgd", "mse")
    bn = next(layer for layer in model.layers if isinstance(layer, BatchNormalization))
    model.fit(np.random.default_rng(0).normal(size=(8, 8, 8, 1)), np.zeros((8, 2)), verbose=0)
    assert (bn.state["moving_mean"] == 0).all() is np.bool_(fixed is False)


def test_a_block_in_inference_mode_learns_as_its_layers_do():
    base = Sequential([Input((8, 8, 1)), BatchNormalization(), ReLU(), MaxPooling2D()])
    x = Input((8, 8, 1))
    model = Model(x, base(x, training=False)).astype("float64")
    images, dy = np.random.default_rng(0).normal(size=(8, 8, 8, 1)), np.ones((8, 4, 4, 1))
    gradients = []
    for steps in (model.graph, plan_training(model.graph)):
        _, caches = graph.forward(steps, [images], training=True)
        gradients.append(graph.backward(steps, [dy], caches)[1])
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        np.testing.assert_allclose(gradients[1][name], gradient, rtol=1e-12)
