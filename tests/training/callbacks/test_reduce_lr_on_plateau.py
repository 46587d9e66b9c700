import pytest
from callback_twins import X, Y, drive, figures, mended, models
from hypothesis import given
from hypothesis import strategies as st
from oracles import keras

from minicnn.callbacks import ReduceLROnPlateau
from minicnn.optimizers import SGD
from minicnn.schedules import CosineDecay

arguments = st.fixed_dictionaries(
    {},
    optional={
        "monitor": st.sampled_from(["loss", "val_loss", "accuracy", "val_accuracy"]),
        "factor": st.sampled_from([0.1, 0.5, 0.0]),
        "patience": st.integers(0, 3),
        "mode": st.sampled_from(["auto", "min", "max"]),
        "min_delta": st.sampled_from([0, 1e-9, 1e-4, 0.1]),
        "cooldown": st.integers(0, 3),
        "min_lr": st.sampled_from([0.0, 0.1, 0.5]),
    },
)


@pytest.fixture(scope="module")
def twins():
    return models()


@given(arguments=arguments, epochs=figures)
def test_it_decides_as_keras_does(twins, arguments, epochs):
    ours, theirs = twins
    for model in twins:
        model.optimizer.learning_rate = 0.5
    expected = drive(mended("ReduceLROnPlateau")(**arguments), theirs, epochs)
    assert drive(ReduceLROnPlateau(**arguments), ours, epochs) == expected


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
def test_in_a_training_the_rate_is_a_figure_as_in_keras():
    histories = []
    for model, callbacks in zip(models(0.1), (None, keras().callbacks), strict=True):
        cls = ReduceLROnPlateau if callbacks is None else callbacks.ReduceLROnPlateau
        plateau = cls(monitor="loss", factor=0.5, patience=1, min_delta=10)
        history = model.fit(X, Y, epochs=4, callbacks=[plateau], verbose=0)
        histories.append(history.history)
    ours, theirs = histories
    assert set(ours) == set(theirs)
    assert ours["learning_rate"] == pytest.approx(theirs["learning_rate"], rel=1e-6)
    assert ours["learning_rate"] == [0.1, 0.1, 0.05, 0.025]


def test_it_says_so(twins, capsys):
    twins[0].optimizer.learning_rate = 0.5
    plateau = ReduceLROnPlateau("loss", factor=0.5, patience=1, verbose=1)
    drive(plateau, twins[0], [{"loss": 1.0}] * 2)
    message = "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.25.\n"
    assert capsys.readouterr().out == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"factor": 1.0}, r"ReduceLROnPlateau: factor must be a number in \[0, 1\), got 1\.0"),
        ({"patience": -1}, r"ReduceLROnPlateau: patience must be a whole number .*, got -1"),
        ({"cooldown": "a"}, r"ReduceLROnPlateau: cooldown must be a whole number .*, got 'a'"),
        ({"min_lr": -0.1}, r"ReduceLROnPlateau: min_lr must be a number .*, got -0\.1"),
        ({"min_delta": "a"}, r"ReduceLROnPlateau: min_delta must be a number .*, got 'a'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ReduceLROnPlateau(**arguments)


def test_a_schedule_cannot_be_reduced():
    model, _ = models()
    model.compile(SGD(CosineDecay(0.1, 10)), "categorical_crossentropy")
    with pytest.raises(TypeError, match="follows a CosineDecay"):
        drive(ReduceLROnPlateau("loss", patience=1), model, [{"loss": 1.0}] * 2)


def test_a_missing_figure_is_told(twins):
    callback = ReduceLROnPlateau()
    callback.set_model(twins[0])
    with pytest.warns(UserWarning, match="monitors 'val_loss', which this epoch does not have"):
        callback.on_epoch_end(0, {"loss": 1.0})


def test_its_state_goes_on_in_another(twins):
    epochs = [{"loss": value} for value in (1.0, 0.9, *[0.95] * 8)]
    for cut in range(len(epochs)):
        rates = []
        for parts in ([epochs], [epochs[:cut], epochs[cut:]]):
            twins[0].optimizer.learning_rate = 0.5
            state, done = None, []
            for part in parts:
                callback = ReduceLROnPlateau("loss", factor=0.5, patience=2, cooldown=2)
                if state is not None:
                    callback.on_train_begin = lambda c=callback, s=state: c.set_state(s)
                done += drive(callback, twins[0], part)[:-1]
                state = callback.get_state()
            rates.append(done)
        assert rates[0] == rates[1]
