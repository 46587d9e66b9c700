"""Keras 2's methods: they work, and name their successors."""

import numpy as np
import pytest

import minicnn
from minicnn.callbacks import EarlyStopping
from minicnn.layers import Dense, Flatten, Input
from minicnn.models import Model, Sequential, save_model
from minicnn.preprocessing.image import ImageDataGenerator

RNG = np.random.default_rng(0)
X = RNG.random((24, 4, 4, 1), dtype="float32")
Y = np.eye(3, dtype="float32")[RNG.integers(0, 3, 24)]


def network(outputs=3, activation="softmax"):
    model = Sequential([Input((4, 4, 1)), Flatten(), Dense(outputs, activation)], seed=1)
    model.compile("sgd", "categorical_crossentropy")
    return model


def test_the_classes_are_the_librarys():
    model = network()
    assert isinstance(model, Model)
    assert isinstance(model, minicnn.Sequential)
    inputs = Input((2,))
    assert isinstance(Model(inputs, Dense(1)(inputs)), minicnn.Model)
    assert not hasattr(minicnn.Sequential, "fit_generator")


def test_fit_generator_is_fit():
    def flow():
        return ImageDataGenerator().flow(X, Y, batch_size=8, seed=1)

    new, old = network(), network()
    history = new.fit(flow(), epochs=2, steps_per_epoch=3, verbose=0).history
    with pytest.warns(DeprecationWarning, match=r"fit_generator .* use fit\.$"):
        again = old.fit_generator(flow(), 3, 2, verbose=0, workers=4, max_queue_size=5).history
    assert again == history


def test_evaluate_and_predict_generator():
    model = network()
    flow = ImageDataGenerator().flow(X, Y, batch_size=8, shuffle=False)
    with pytest.warns(DeprecationWarning, match=r"use evaluate\."):
        assert model.evaluate_generator(flow, steps=3) == model.evaluate(X, Y, 8, verbose=0)
    with pytest.warns(DeprecationWarning, match=r"use predict\."):
        np.testing.assert_array_equal(model.predict_generator(flow), model.predict(X, 8))


def test_predict_classes_and_proba():
    model = network()
    with pytest.warns(DeprecationWarning, match=r"predict\(x\)\.argmax"):
        np.testing.assert_array_equal(model.predict_classes(X), model.predict(X).argmax(axis=-1))
    with pytest.warns(DeprecationWarning, match=r"use predict\."):
        np.testing.assert_array_equal(model.predict_proba(X), model.predict(X))
    two = network(1, "sigmoid")
    with pytest.warns(DeprecationWarning, match="predict_classes"):
        np.testing.assert_array_equal(two.predict_classes(X), two.predict(X) > 0.5)


@pytest.mark.parametrize("save", [lambda model, path, **more: model.save(path, **more), save_model])
def test_a_file_that_must_stay_is_not_overwritten(tmp_path, save):
    model, path = network(), tmp_path / "m.keras"
    save(model, path, overwrite=False)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"^save.*m\.keras exists already\.$"):
        save(model, path, overwrite=False)
    with (
        pytest.warns(DeprecationWarning, match=r"^save.*m'\) .* use save.*m\.keras'\)\.$"),
        pytest.raises(FileExistsError, match=r"m\.keras exists already\.$"),
    ):
        save(model, path.with_suffix(""), overwrite=False)
    assert path.read_bytes() == before


def test_the_old_name_of_the_accuracy():
    model = network()
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    stop = EarlyStopping("acc", patience=0, min_delta=2)
    with pytest.warns(DeprecationWarning, match=r"EarlyStopping: 'acc' .* use 'accuracy'\.$"):
        history = model.fit(X, Y, epochs=5, verbose=0, callbacks=stop).history
    assert len(history["accuracy"]) == 2
    with pytest.warns(DeprecationWarning, match=r"history\['acc'\] .* use history\['accuracy'\]"):
        assert history["acc"] == history["accuracy"]
    assert "acc" not in history
    with pytest.raises(KeyError, match="val_acc"):
        history["val_acc"]
    model.compile("sgd", "categorical_crossentropy", metrics=["acc"])
    stop = EarlyStopping("acc", patience=0, min_delta=2)
    assert len(model.fit(X, Y, epochs=5, verbose=0, callbacks=[stop]).history["acc"]) == 2


def test_nb_epoch_is_epochs():
    with pytest.warns(DeprecationWarning, match=r"nb_epoch= .* use epochs=\."):
        history = network().fit(X, Y, nb_epoch=2, verbose=0).history
    assert len(history["loss"]) == 2


@pytest.mark.parametrize("save", [Sequential.save, save_model])
@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_file_without_the_optimizer_comes_back_uncompiled(tmp_path, save, ending):
    model = Sequential([Input((3,)), Dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    compiled = model.optimizer, model.loss, model.metrics
    save(model, tmp_path / f"m.{ending}", include_optimizer=False)
    assert minicnn.load_model(tmp_path / f"m.{ending}").optimizer is None
    assert (model.optimizer, model.loss, model.metrics) == compiled
    save(model, tmp_path / f"m.{ending}")
    assert minicnn.load_model(tmp_path / f"m.{ending}").optimizer is not None


def test_the_format_of_a_file_without_an_ending(tmp_path):
    model = Sequential([Input((3,)), Dense(2)])
    with pytest.warns(DeprecationWarning, match=r"m\.h5"):
        model.save(tmp_path / "m", save_format="h5")
    assert (tmp_path / "m.h5").read_bytes()[1:4] == b"HDF"
    with pytest.raises(ValueError, match="save_format='tf' is not supported; expected 'keras' or"):
        model.save(tmp_path / "m", save_format="tf")


def test_what_scripts_call_before_threads_predict():
    model = Sequential([Input((3,)), Dense(2)])
    assert model._make_predict_function() is model.make_predict_function() is None


def test_what_was_saved_without_an_ending_is_loaded_without_one(tmp_path):
    model = Sequential([Input((3,)), Dense(2)])
    with pytest.warns(DeprecationWarning, match=r"save\('.*m'\) .* use save\('.*m\.keras'\)"):
        model.save(tmp_path / "m")
    with pytest.warns(DeprecationWarning, match=r"load_model\('.*m'\) .* use .*m\.keras'\)"):
        again = minicnn.models.load_model(str(tmp_path / "m"))
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    with pytest.raises(FileNotFoundError, match="other does not exist"):
        minicnn.models.load_model(tmp_path / "other")
