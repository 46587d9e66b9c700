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


class Witness(Callback):
    """Remembers how the training ended."""

    ended = closed = 0

    def on_train_end(self, logs=None):
        self.ended += 1

    def close(self):
        self.closed += 1


def test_an_error_closes_the_callbacks_but_is_no_end_of_the_training():
    class Breaks(Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise ArithmeticError("stop")

    witness = Witness()
    with pytest.raises(ArithmeticError):
        model().fit(X, Y, callbacks=[witness, Breaks()], verbose=0)
    assert (witness.ended, witness.closed) == (0, 1)
    model().fit(X, Y, callbacks=[witness], verbose=0)
    assert (witness.ended, witness.closed) == (1, 2)


def test_a_stop_in_the_middle_of_an_epoch_ends_it_there_and_validates():
    class Stops(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    trained = model()
    history = trained.fit(
        X, Y, batch_size=2, epochs=3, validation_data=(X, Y), callbacks=[Stops()], verbose=0
    )
    assert trained.optimizer.iterations == 2
    assert history.epoch == [0]
    assert set(history.history) == {"loss", "val_loss"}


def test_who_is_last_is_called_last():
    order = []

    class First(Callback):
        def on_epoch_end(self, epoch, logs=None):
            order.append("first")

    class Last(Callback):
        last = True

        def on_epoch_end(self, epoch, logs=None):
            order.append("last")

    model().fit(X, Y, callbacks=[Last(), First()], verbose=0)
    assert order == ["first", "last"]


def test_a_figure_that_a_callback_adds_is_in_the_history():
    class Adds(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["answer"] = 42.0

    assert model().fit(X, Y, callbacks=[Adds()], verbose=0).history["answer"] == [42.0]


def test_a_validation_leaves_the_figures_of_its_epoch_alone():
    seen = {}

    class Looks(Callback):
        def on_test_begin(self, logs=None):
            seen["before"] = self.training.means.result()

        def on_test_end(self, logs=None):
            seen["after"] = self.training.means.result()

    trained = minicnn.Sequential([Input((3,)), Dense(2, activation="softmax")])
    trained.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    data = (X, np.arange(10) % 2)
    trained.fit(*data, validation_data=(X[:3], data[1][:3]), callbacks=[Looks()], verbose=0)
    assert seen["before"] == seen["after"]


def test_the_older_names_of_the_batch_moments_are_called_too():
    calls = []

    class Old(Callback):
        def on_batch_begin(self, batch, logs=None):
            calls.append(("begin", batch))

        def on_batch_end(self, batch, logs=None):
            calls.append(("end", batch))

    model().fit(X, Y, batch_size=5, callbacks=[Old()], verbose=0)
    assert calls == [("begin", 0), ("end", 0), ("begin", 1), ("end", 1)]
