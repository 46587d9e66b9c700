import numpy as np
import pytest
from callback_twins import X, Y, models
from oracles import keras

from minicnn.callbacks import LearningRateScheduler

SCHEDULES = {
    "of both": lambda epoch, rate: rate * 0.5 if epoch else rate,
    "of the epoch": lambda epoch: 0.1 / (1 + epoch),
    "numpy": lambda epoch, rate: np.float32(0.125),
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
def test_rates_and_history_are_kerass(schedule):
    ours, theirs = models(0.1)
    arguments = {"epochs": 4, "verbose": 0}
    expected = theirs.fit(
        X, Y, callbacks=[keras().callbacks.LearningRateScheduler(schedule)], **arguments
    )
    found = ours.fit(X, Y, callbacks=[LearningRateScheduler(schedule)], **arguments)
    assert set(found.history) == set(expected.history)
    rates = expected.history["learning_rate"]
    assert found.history["learning_rate"] == pytest.approx(rates, rel=1e-6)


def test_it_says_so(capsys):
    callback = LearningRateScheduler(lambda epoch: 0.25, verbose=1)
    models()[0].fit(X, Y, callbacks=[callback], verbose=0)
    message = "Epoch 1: LearningRateScheduler setting learning rate to 0.25.\n"
    assert capsys.readouterr().out == message


def test_a_schedule_that_gives_no_float_is_refused():
    callback = LearningRateScheduler(lambda epoch, rate: "fast")
    with pytest.raises(ValueError, match="schedule must give a float, got 'fast' for epoch 0"):
        models()[0].fit(X, Y, callbacks=[callback], verbose=0)
