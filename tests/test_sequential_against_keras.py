import inspect

import numpy as np
import pytest
from oracles import keras as oracle
from small_network import LABELS, X, Y, layers_of, small

import minicnn


@pytest.fixture(scope="module")
def keras():
    return oracle()


def twins(keras, **kwargs):
    """The same network with the same weights in both libraries."""
    ours, theirs = small(**kwargs), keras.Sequential(layers_of(keras, **kwargs))
    theirs.set_weights(ours.get_weights())
    optimizer = keras.optimizers.SGD(0.05)
    theirs.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return ours, theirs


def assert_same_history(ours, theirs, rtol=2e-4):
    assert sorted(ours.history) == sorted(theirs.history)
    for name, values in ours.history.items():
        np.testing.assert_allclose(values, theirs.history[name], rtol=rtol, err_msg=name)


@pytest.mark.parametrize(
    "arguments",
    [
        {"validation_data": (X[:7], Y[:7])},
        {"validation_split": 0.3},
        {"validation_data": (X[:7], Y[:7], np.linspace(0, 2, 7, dtype=np.float32))},
        {"class_weight": {0: 0.5, 2: 3.0}},
        {"class_weight": {0: 0.5, 2: 3.0}, "validation_split": 0.3},
        {"validation_data": (X[:7], Y[:7]), "validation_split": 0.3},
        {"sample_weight": np.linspace(0, 2, 23, dtype=np.float32)},
        {"initial_epoch": 1},
    ],
    ids=lambda arguments: "+".join(arguments),
)
def test_fit_gives_kerass_history(keras, arguments):
    ours, theirs = twins(keras)
    common = {"batch_size": 5, "epochs": 3, "shuffle": False, "verbose": 0}
    assert_same_history(
        ours.fit(X, Y, **common, **arguments), theirs.fit(X, Y, **common, **arguments)
    )
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X, verbose=0), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("trainable", [True, False])
def test_the_penalty_of_what_is_learned_is_part_of_the_loss(keras, trainable):
    ours, theirs = twins(keras, regularizer="l2")
    ours.layers[0].trainable = theirs.layers[0].trainable = trainable
    common = {"batch_size": 5, "epochs": 2, "shuffle": False, "verbose": 0}
    assert_same_history(ours.fit(X, Y, **common), theirs.fit(X, Y, **common))
    np.testing.assert_allclose(
        ours.evaluate(X, Y, verbose=0), theirs.evaluate(X, Y, verbose=0), rtol=1e-4
    )


def test_evaluate_is_kerass(keras):
    ours, theirs = twins(keras)
    for arguments in [{}, {"sample_weight": np.linspace(0, 2, 23, dtype=np.float32)}]:
        common = {"batch_size": 4, "verbose": 0, **arguments}
        expected = theirs.evaluate(X, Y, return_dict=True, **common)
        found = ours.evaluate(X, Y, return_dict=True, **common)
        assert found == pytest.approx(expected, rel=1e-5)


def test_one_batch_is_kerass(keras):
    ours, theirs = twins(keras)
    np.testing.assert_allclose(ours.predict_on_batch(X), theirs.predict_on_batch(X), atol=1e-6)
    weights = np.linspace(0, 2, 23, dtype=np.float32)
    expected = theirs.test_on_batch(X, Y, weights, return_dict=True)
    before = ours.get_weights()
    assert ours.test_on_batch(X, Y, weights, return_dict=True) == pytest.approx(expected, rel=1e-5)
    for one, other in zip(before, ours.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_layers_are_found_by_name_and_place(keras):
    for name in ("Dense", "Flatten"):
        ours, theirs = twins(keras)
        index = next(i for i, layer in enumerate(ours.layers) if type(layer).__name__ == name)
        layer = ours.get_layer(index=index)
        assert ours.get_layer(layer.name) is layer is ours.layers[index]
        assert type(theirs.get_layer(index=index)).__name__ == name
        assert ours.get_layer(index=-1) is ours.layers[-1]


def test_sparse_labels(keras):
    ours, theirs = twins(keras)
    for model in (ours, theirs):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    common = {"batch_size": 5, "epochs": 2, "shuffle": False, "verbose": 0}
    assert_same_history(ours.fit(X, LABELS, **common), theirs.fit(X, LABELS, **common))


def test_a_loss_of_a_hundred_is_possible(keras):
    # Keras computes the loss of a closing softmax from its logits, without a ceiling.
    def build(package, *ends):
        model = package.Sequential([package.layers.Input((3,)), *ends])
        model.compile("sgd", "categorical_crossentropy")
        return model

    x, y = np.array([[100.0, 0.0, 0.0]], np.float32), np.array([[0.0, 1.0, 0.0]], np.float32)
    eye = [np.eye(3, dtype=np.float32), np.zeros(3, np.float32)]
    for ends in (
        lambda p: (p.layers.Dense(3), p.layers.Softmax()),
        lambda p: (p.layers.Dense(3), p.layers.Activation("softmax")),
        lambda p: (p.layers.Dense(3, activation="softmax"),),
    ):
        ours, theirs = build(minicnn, *ends(minicnn)), build(keras, *ends(keras))
        for model in (ours, theirs):
            model.set_weights(eye)
        assert ours.evaluate(x, y, verbose=0) == pytest.approx(100.0)
        assert theirs.evaluate(x, y, verbose=0) == pytest.approx(100.0)
        assert ours.train_on_batch(x, y) == pytest.approx(100.0)
        theirs.train_on_batch(x, y)
        for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_mean_squared_error_through_a_softmax(keras):
    ours, theirs = twins(keras)
    for model in (ours, theirs):
        model.compile("sgd", "mean_squared_error", metrics=["accuracy"])
    common = {"batch_size": 5, "epochs": 2, "shuffle": False, "verbose": 0}
    assert_same_history(ours.fit(X, Y, **common), theirs.fit(X, Y, **common))


def test_a_frozen_layer_keeps_its_weights(keras):
    ours, theirs = twins(keras)
    for model in (ours, theirs):
        model.layers[0].trainable = False
        model.layers[1].trainable = False
        model.compile("sgd", "categorical_crossentropy")
        model.fit(X, Y, batch_size=5, epochs=1, shuffle=False, verbose=0)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    "verb",
    [
        *("compile", "fit", "evaluate", "predict", "get_layer"),
        *("train_on_batch", "test_on_batch", "predict_on_batch"),
        *("save", "save_weights", "load_weights"),
    ],
)
def test_arguments_have_kerass_names(keras, verb):
    # The first is the model itself, whatever it is called.
    ours, theirs = (
        dict(list(inspect.signature(getattr(package.Sequential, verb)).parameters.items())[1:])
        for package in (minicnn, keras)
    )
    by_place = [name for name, one in ours.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert by_place == list(theirs)[: len(by_place)]
    # Keras 3 finds by_name among further arguments, and half precision is ours.
    named = {name for name, one in ours.items() if one.kind is not one.VAR_KEYWORD}
    assert named - {"half", "by_name"} <= set(theirs)


def test_load_model_takes_kerass_names(keras):
    ours = list(inspect.signature(minicnn.load_model).parameters)
    assert ours[:3] == list(inspect.signature(keras.saving.load_model).parameters)[:3]
