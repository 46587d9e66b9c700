import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input
from minicnn.training import Callback, History

X = np.random.default_rng(0).random((10, 3), dtype=np.float32)
Y = X[:, :2].copy()


def model():
    model = minicnn.Sequential([Input((3,)), Dense(2)])
    model.compile("sgd", "mse")
    return model


class Diary(Callback):
    """Writes down every call."""

    def __init__(self):
        self.lines = []

    def __getattribute__(self, name):
        if name.startswith("on_"):
            lines = object.__getattribute__(self, "lines")

            def write(*arguments):
                number = [str(a) for a in arguments if isinstance(a, int)]
                lines.append(" ".join([name[3:], *number]))

            return write
        return object.__getattribute__(self, name)


def test_callbacks_are_called_in_kerass_order():
    diary = Diary()
    model().fit(
        X, Y, batch_size=5, epochs=1, validation_data=(X[:4], Y[:4]), callbacks=[diary], verbose=0
    )
    assert diary.lines == [
        "train_begin",
        "epoch_begin 0",
        "train_batch_begin 0",
        "train_batch_end 0",
        "train_batch_begin 1",
        "train_batch_end 1",
        "test_begin",
        "test_batch_begin 0",
        "test_batch_end 0",
        "test_end",
        "epoch_end 0",
        "train_end",
    ]


def test_a_callback_sees_model_params_and_figures():
    class Spy(Callback):
        def on_epoch_end(self, epoch, logs=None):
            assert self.params["epochs"] == 3
            assert self.params["steps"] == 2
            self.model.stop_training = logs["loss"] < np.inf

    trained = model()
    history = trained.fit(X, Y, batch_size=5, epochs=3, callbacks=[Spy()], verbose=0)
    assert history.epoch == [0]


def test_history_counts_from_the_initial_epoch():
    history = model().fit(X, Y, epochs=5, initial_epoch=3, verbose=0)
    assert isinstance(history, History)
    assert history.epoch == [3, 4]
    assert len(history.history["loss"]) == 2


def test_the_epochs_loss_is_the_mean_over_samples():
    # Weights that never change: the epoch's loss is then that of an evaluation.
    still = minicnn.Sequential([Input((3,)), Dense(2)])
    still.compile(minicnn.optimizers.SGD(0.0), "mse")
    losses = still.fit(X, Y, batch_size=4, epochs=1, verbose=0).history["loss"]
    assert losses == [pytest.approx(still.evaluate(X, Y, batch_size=10, verbose=0), rel=1e-6)]


def test_an_error_in_an_epoch_ends_the_training_for_callbacks_too():
    class Ends(Callback):
        ended = False

        def on_train_batch_end(self, batch, logs=None):
            raise ArithmeticError("stop")

        def on_train_end(self, logs=None):
            self.ended = True

    callback = Ends()
    with pytest.raises(ArithmeticError):
        model().fit(X, Y, callbacks=[callback], verbose=0)
    assert callback.ended
