"""Which files there are, and when; beside Keras's."""

import warnings

import numpy as np
import pytest
from callback_twins import X, Y, figures, mended, models
from hypothesis import given, settings
from hypothesis import strategies as st

import minicnn
from minicnn.callbacks import ModelCheckpoint


@pytest.fixture(scope="module")
def twins():
    return models()


def saves(callback, model, epochs, monkeypatch, *, batches=0):
    """When a callback saves, and where: the model writes nothing."""
    callback.set_model(model)
    if hasattr(callback, "_set_monitor_op"):
        callback._set_monitor_op()  # Keras does so after an epoch only, and trips before
    saved, now = [], None
    for verb in ("save", "save_weights"):
        monkeypatch.setattr(
            model, verb, lambda path, verb=verb, **_: saved.append((now, verb, str(path)))
        )
    callback.on_train_begin()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for epoch, logs in enumerate(epochs):
            callback.on_epoch_begin(epoch)
            for batch in range(batches):
                now = (epoch, batch)
                callback.on_train_batch_end(batch, dict(logs))
            now = epoch
            callback.on_epoch_end(epoch, dict(logs))
    return [*saved, repr(callback.best)]


arguments = st.fixed_dictionaries(
    {"save_best_only": st.booleans()},
    optional={
        "monitor": st.sampled_from(["loss", "val_loss", "accuracy", "val_accuracy"]),
        "mode": st.sampled_from(["auto", "min", "max"]),
        "save_freq": st.sampled_from(["epoch", 1, 2, 3, 7]),
        "initial_value_threshold": st.sampled_from([None, 0.5]),
    },
)


@given(arguments=arguments, epochs=figures, batches=st.integers(1, 5))
@settings(max_examples=60)
def test_it_saves_when_and_where_keras_does(twins, arguments, epochs, batches):
    path = "folder/{epoch:02d}-{loss:.2f}.keras"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("pathlib.Path.mkdir", lambda *_, **__: None)
        monkeypatch.setattr("keras.src.utils.file_utils.makedirs", lambda *_: None)
        expected, found = (
            saves(cls(path, **arguments), model, epochs, monkeypatch, batches=batches)
            for cls, model in (
                (mended("ModelCheckpoint"), twins[1]),
                (ModelCheckpoint, twins[0]),
            )
        )
    assert found == expected


def test_the_best_model_of_a_training_is_kept(tmp_path):
    model, _ = models(0.1)
    path = tmp_path / "deep" / "best.keras"
    watched = []

    class Remember(minicnn.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            watched.append((logs["val_loss"], self.model.get_weights()))

    best = ModelCheckpoint(path, save_best_only=True)
    rates = minicnn.callbacks.LearningRateScheduler(lambda epoch: 0.5 if epoch < 2 else 50.0)
    model.fit(
        X, Y, epochs=4, validation_data=(X, Y), callbacks=[rates, best, Remember()], verbose=0
    )
    loss, weights = min(watched, key=lambda pair: pair[0])
    assert best.best == loss < watched[-1][0]
    for own, other in zip(minicnn.load_model(path).get_weights(), weights, strict=True):
        np.testing.assert_array_equal(own, other)


def test_weights_alone_are_kerass_file(tmp_path):
    ours, theirs = models(0.1)
    path = tmp_path / "epoch{epoch}.weights.h5"
    ours.fit(X, Y, epochs=2, callbacks=[ModelCheckpoint(path, save_weights_only=True)], verbose=0)
    theirs.load_weights(tmp_path / "epoch2.weights.h5")
    for own, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(own, other)
    assert int(theirs.optimizer.iterations) == 3


@pytest.mark.parametrize("name", ["best.h5", "best.hdf5"])
def test_kerass_older_format_by_its_name(tmp_path, name):
    ours, _ = models(0.1)
    ours.fit(X, Y, callbacks=[ModelCheckpoint(tmp_path / name)], verbose=0)
    whole = minicnn.load_model(tmp_path / name)
    callback = ModelCheckpoint(tmp_path / f"weights_{name}", save_weights_only=True)
    ours.fit(X, Y, callbacks=[callback], verbose=0)
    whole.load_weights(tmp_path / f"weights_{name}")
    for own, other in zip(ours.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(own, other)


def test_it_says_what_it_does(twins, tmp_path, capsys):
    callback = ModelCheckpoint(tmp_path / "best.keras", "loss", verbose=1, save_best_only=True)
    callback.set_model(twins[0])
    for epoch, loss in enumerate([0.5, 0.25, 0.75]):
        callback.on_epoch_end(epoch, {"loss": loss})
    assert capsys.readouterr().out.replace(str(tmp_path), "") == (
        "Epoch 1: loss improved from None to 0.50000, saving model to /best.keras\n"
        "Epoch 2: loss improved from 0.50000 to 0.25000, saving model to /best.keras\n"
        "Epoch 3: loss did not improve from 0.25000\n"
    )


def test_a_missing_figure_is_told_and_the_model_saved(twins, tmp_path):
    callback = ModelCheckpoint(tmp_path / "best.keras", save_best_only=True)
    callback.set_model(twins[0])
    with pytest.warns(UserWarning, match="monitors 'val_loss', which this epoch does not have"):
        callback.on_epoch_end(0, {"loss": 1.0})
    assert (tmp_path / "best.keras").exists()


def test_its_state_goes_on_in_another(twins, tmp_path):
    first, second = (
        ModelCheckpoint(tmp_path / f"{name}.keras", "loss", save_best_only=True)
        for name in ("first", "second")
    )
    for callback in (first, second):
        callback.set_model(twins[0])
    first.on_epoch_end(0, {"loss": 0.5})
    second.set_state(first.get_state())
    second.on_epoch_end(1, {"loss": 0.75})
    assert not (tmp_path / "second.keras").exists()
    often = ModelCheckpoint(tmp_path / "often.keras", save_freq=3)
    often.on_train_batch_end(0)
    often.on_train_batch_end(1)
    other = ModelCheckpoint(tmp_path / "other.keras", save_freq=3)
    other.set_model(twins[0])
    other.set_state(often.get_state())
    other.on_train_batch_end(0)
    assert (tmp_path / "other.keras").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filepath": "model.txt"}, r"filepath must end in '\.keras', got 'model\.txt'"),
        (
            {"filepath": "model.keras", "save_weights_only": True},
            r"filepath must end in '\.weights\.h5', got 'model\.keras'",
        ),
        (
            {"filepath": "model.keras", "save_freq": "batch"},
            "save_freq must be 'epoch' or a number of batches, got 'batch'",
        ),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ModelCheckpoint(**arguments)


def test_a_path_with_an_unknown_figure_is_refused(twins, tmp_path):
    callback = ModelCheckpoint(tmp_path / "{val_auc}.keras")
    callback.set_model(twins[0])
    with pytest.raises(
        ValueError, match="names the unknown value 'val_auc', expected one of epoch, loss"
    ):
        callback.on_epoch_end(0, {"loss": 1.0})


def test_a_period_is_a_number_of_epochs_also_where_a_training_resumes(tmp_path):
    def run(epochs, folder, *more):
        model = models()[0]
        path = tmp_path / folder / "{epoch}.keras"
        with pytest.warns(DeprecationWarning, match="period"):
            checkpoint = ModelCheckpoint(path, period=2)
        model.fit(X, Y, epochs=epochs, verbose=0, callbacks=[checkpoint, *more])

    class Stop(minicnn.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    run(5, "whole")
    assert sorted(path.name for path in (tmp_path / "whole").iterdir()) == ["2.keras", "4.keras"]
    backup = [minicnn.callbacks.BackupAndRestore(tmp_path / "backup")]
    with pytest.raises(KeyboardInterrupt):
        run(5, "parts", *backup, Stop())
    run(5, "parts", *backup)
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["2.keras", "4.keras"]
