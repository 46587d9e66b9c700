"""Averages of the weights in a training, beside Keras's."""

import numpy as np
import pytest
from oracles import keras as oracle

import minicnn
from minicnn.callbacks import Callback, EarlyStopping, ModelCheckpoint, SwapEMAWeights
from minicnn.layers import BatchNormalization, Dense, Input

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

DRAW = np.random.default_rng(0)
X = DRAW.random((24, 5), dtype=np.float32)
Y = np.eye(3, dtype=np.float32)[DRAW.integers(0, 3, 24)]
ARGUMENTS = {"batch_size": 6, "shuffle": False, "validation_data": (X[:9], Y[:9]), "verbose": 0}


def network(lib=minicnn, **optimizer):
    layers = [Dense(4), BatchNormalization(), Dense(3, activation="softmax")]
    model = minicnn.Sequential([Input((5,)), *layers], seed=1)
    if lib is not minicnn:
        weights, layers = model.get_weights(), lib.layers
        model = lib.Sequential(
            [
                lib.Input((5,)),
                layers.Dense(4),
                layers.BatchNormalization(),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.set_weights(weights)
    arguments = {"use_ema": True, "ema_momentum": 0.9} | optimizer
    optimizer = lib.optimizers.SGD(0.5, momentum=0.5, **arguments)
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("swap_on_epoch", [None, False, True])
@pytest.mark.parametrize("every", [None, 3])
def test_history_final_weights_and_files_are_kerass(tmp_path, swap_on_epoch, every):
    keras, weights = oracle(), []
    for lib, name in ((minicnn, "ours"), (keras, "theirs")):
        model = network(lib, ema_overwrite_frequency=every)
        path = tmp_path / f"{name}.keras"
        swap = [] if swap_on_epoch is None else [lib.callbacks.SwapEMAWeights(swap_on_epoch)]
        callbacks = [*swap, lib.callbacks.ModelCheckpoint(path)]
        history = model.fit(X, Y, epochs=3, callbacks=callbacks, **ARGUMENTS).history
        saved = minicnn.load_model(path)
        weights.append((history, model.get_weights(), saved.get_weights()))
    (ours, *our_weights), (theirs, *their_weights) = weights
    for name, values in ours.items():
        np.testing.assert_allclose(values, theirs[name], rtol=1e-4, err_msg=name)
    for mine, keras_own in zip(our_weights, their_weights, strict=True):
        for a, b in zip(mine, keras_own, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_the_validation_is_that_of_the_averages():
    model = network()
    history = model.fit(X, Y, epochs=2, callbacks=[SwapEMAWeights()], **ARGUMENTS).history
    # A training ends with the averages in the model.
    assert model.evaluate(X[:9], Y[:9], 6, verbose=0)[0] == history["val_loss"][-1]


def test_a_training_that_stops_early_ends_with_the_averages_too():
    model = network()
    stop = EarlyStopping(monitor="loss", mode="max", patience=1)
    history = model.fit(
        X, Y, epochs=9, callbacks=[SwapEMAWeights(swap_on_epoch=True), stop], **ARGUMENTS
    )
    assert len(history.epoch) < 9
    assert model.evaluate(X[:9], Y[:9], 6, verbose=0)[0] == history.history["val_loss"][-1]
    assert not model.optimizer.averages_swapped
    keras = oracle()
    theirs = network(keras)
    stop = keras.callbacks.EarlyStopping(monitor="loss", mode="max", patience=1)
    callbacks = [keras.callbacks.SwapEMAWeights(swap_on_epoch=True), stop]
    losses = theirs.fit(X, Y, epochs=9, callbacks=callbacks, **ARGUMENTS).history["val_loss"]
    # As said in the docstring; should Keras change that, the docstring has to.
    assert theirs.evaluate(X[:9], Y[:9], verbose=0)[0] != pytest.approx(losses[-1], rel=1e-3)


def test_a_validation_that_is_broken_off_leaves_the_weights_of_the_steps():
    class Breaks(Callback):
        def on_test_batch_end(self, batch, logs=None):
            raise ArithmeticError

    broken, whole = network(), network()
    with pytest.raises(ArithmeticError):
        broken.fit(X, Y, callbacks=[SwapEMAWeights(), Breaks()], **ARGUMENTS)
    kept = []

    class Keep(Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept.extend(self.model.get_weights())

    whole.fit(X, Y, callbacks=[Keep()], **ARGUMENTS)
    for a, b in zip(broken.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_optimizer_without_averages_is_refused():
    model = network(use_ema=False)
    with pytest.raises(ValueError, match="'sgd' keeps no averages; make it with use_ema=True"):
        model.fit(X, Y, callbacks=[SwapEMAWeights()], verbose=0)
    assert model.optimizer.iterations == 0


def test_averages_go_with_the_model_into_its_file(tmp_path):
    model, keras = network(), oracle()
    model.fit(X, Y, **ARGUMENTS)
    model.save(tmp_path / "m.keras")
    other = keras.models.load_model(tmp_path / "m.keras")
    average = model.optimizer.slots["average"]["dense/kernel"]
    np.testing.assert_array_equal(other.optimizer.variables[2].numpy(), average)
    back = minicnn.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(back.optimizer.slots["average"]["dense/kernel"], average)


def test_the_model_file_of_a_swapped_epoch_holds_the_averages(tmp_path):
    path, model = tmp_path / "{epoch}.keras", network()
    callbacks = [SwapEMAWeights(swap_on_epoch=True), ModelCheckpoint(path)]
    history = model.fit(X, Y, epochs=2, callbacks=callbacks, **ARGUMENTS).history
    for epoch, loss in enumerate(history["val_loss"], 1):
        saved = minicnn.load_model(tmp_path / f"{epoch}.keras")
        assert saved.evaluate(X[:9], Y[:9], 6, verbose=0)[0] == loss
