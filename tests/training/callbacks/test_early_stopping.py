import numpy as np
import pytest
from callback_twins import X, Y, drive, figures, mended, models
from hypothesis import given
from hypothesis import strategies as st
from oracles import keras

from minicnn.callbacks import EarlyStopping

arguments = st.fixed_dictionaries(
    {},
    optional={
        "monitor": st.sampled_from(["loss", "val_loss", "accuracy", "val_accuracy"]),
        "min_delta": st.sampled_from([0, 1e-9, 0.01, -0.01, 0.5]),
        "patience": st.integers(0, 4),
        "mode": st.sampled_from(["auto", "min", "max"]),
        "baseline": st.sampled_from([None, 0.5, 0.4]),
        "restore_best_weights": st.booleans(),
        "start_from_epoch": st.integers(0, 4),
    },
)


@pytest.fixture(scope="module")
def twins():
    return models()


@given(arguments=arguments, epochs=figures)
def test_it_decides_as_keras_does(twins, arguments, epochs):
    ours, theirs = twins
    expected = drive(mended("EarlyStopping")(**arguments), theirs, epochs)
    assert drive(EarlyStopping(**arguments), ours, epochs) == expected


@given(arguments=arguments, first=figures, second=figures)
def test_a_second_training_begins_anew(twins, arguments, first, second):
    ours, theirs = twins
    mine, keras_own = EarlyStopping(**arguments), mended("EarlyStopping")(**arguments)
    for epochs in (first, second):
        assert drive(mine, ours, epochs) == drive(keras_own, theirs, epochs)


def test_its_messages_are_kerass(twins, capsys):
    epochs = [{"val_loss": value} for value in (1.0, 0.5, 0.7, 0.6, 0.8)]
    arguments = {"patience": 2, "verbose": 1, "restore_best_weights": True}
    drive(keras().callbacks.EarlyStopping(**arguments), twins[1], epochs)
    expected = capsys.readouterr().out
    drive(EarlyStopping(**arguments), twins[0], epochs)
    assert capsys.readouterr().out == expected != ""


def test_in_a_training(twins):
    model, _ = models(learning_rate=0.0)  # which never improves
    history = model.fit(
        X, Y, epochs=10, callbacks=[EarlyStopping(monitor="loss", patience=3)], verbose=0
    )
    assert history.epoch == [0, 1, 2, 3]


def test_a_missing_figure_is_told(twins):
    callback = EarlyStopping(monitor="val_loss")
    callback.set_model(twins[0])
    callback.on_train_begin()
    with pytest.warns(UserWarning, match=r"monitors 'val_loss', which .*; it has loss, accuracy\."):
        callback.on_epoch_end(0, {"loss": 1.0, "accuracy": 0.5})


def test_what_should_rise_or_fall_is_asked_for(twins):
    callback = EarlyStopping(monitor="val_auc")
    callback.set_model(twins[0])
    with pytest.raises(ValueError, match="unknown whether 'val_auc' should rise or fall"):
        callback.on_epoch_end(0, {"val_auc": 0.5})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"patience": 1.5}, r"EarlyStopping: patience must be a whole number .*, got 1\.5"),
        ({"start_from_epoch": -1}, r"EarlyStopping: start_from_epoch must be .*, got -1"),
        ({"monitor": 3}, "EarlyStopping: monitor must be a name, such as 'val_loss', got 3"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        EarlyStopping(**arguments)


def test_an_unknown_mode_is_told_and_automatic():
    with pytest.warns(UserWarning, match="mode 'up' is unknown, expected 'auto', 'min' or 'max'"):
        callback = EarlyStopping(mode="up")
    assert callback.mode == "auto"


@given(arguments=arguments, epochs=figures, cut=st.integers(0, 12))
def test_its_state_goes_on_in_another(twins, arguments, epochs, cut):
    model, _ = twins
    whole = EarlyStopping(**arguments)
    expected = drive(whole, model, epochs)
    first, second = EarlyStopping(**arguments), EarlyStopping(**arguments)
    done = drive(first, model, epochs[:cut])[:-1]
    if not model.stop_training:
        state = first.get_state()
        second.on_train_begin = lambda: second.set_state(state)
        # Epochs of the second part are told under their numbers in the whole.
        told = second.on_epoch_end
        second.on_epoch_end = lambda epoch, logs: told(epoch + cut, logs)
        done += drive(second, model, epochs[cut:])[:-1]
        first = second
    assert done == expected[:-1]
    for a, b in zip(first.best_weights or [], whole.best_weights or [], strict=True):
        # The weights tell epochs, which are counted from the cut in the second part.
        assert (a == b).all() or (a + cut == b).all()
    assert np.array_equal(first.wait, whole.wait)
