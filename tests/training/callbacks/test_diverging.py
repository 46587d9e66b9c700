"""A training that diverges ends in order: what is to stop or mend it has its turn."""

import numpy as np
import pytest

import minicnn
from minicnn.callbacks import (
    Callback,
    CSVLogger,
    EarlyStopping,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from minicnn.layers import Dense, Input

X, Y = np.ones((8, 3), np.float32), np.ones((8, 2), np.float32)
NAN = float("nan")

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class Break(Callback):
    """Fills the weights with NaN in an epoch, as a step that is too long does."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            for layer in self.model.layers:
                layer.params["kernel"] = layer.params["kernel"] * np.float32(np.nan)


def network():
    model = minicnn.Sequential([Input((3,)), Dense(2)], seed=1)
    model.compile("sgd", "mse", metrics=["accuracy"])
    return model


@pytest.mark.parametrize("weights", [True, False])
@pytest.mark.parametrize("best", [True, False])
def test_a_model_that_cannot_be_saved_does_not_end_the_training(tmp_path, weights, best):
    path = tmp_path / ("m.weights.h5" if weights else "m.keras")
    # A figure that stays finite, and improves in the epoch that cannot be saved.
    always = ModelCheckpoint(
        path, "score", save_best_only=best, save_weights_only=weights, mode="max"
    )

    class Score(Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["score"] = float(epoch)

    stopping = EarlyStopping("loss", patience=9, restore_best_weights=True)
    log, model = CSVLogger(tmp_path / "log.csv"), network()
    with pytest.warns(UserWarning, match="ModelCheckpoint: .* was not written: .*holds NaN"):
        history = model.fit(
            X,
            Y,
            epochs=9,
            callbacks=[Break(2), Score(), always, TerminateOnNaN(), stopping, log],
            verbose=0,
        )
    assert history.epoch == [0, 1, 2]
    assert stopping.best_epoch == 1
    assert np.isfinite(model.get_weights()[0]).all()
    assert len((tmp_path / "log.csv").read_text().split()) == 4
    if best:
        assert always.best == 1.0
    other = network()
    other.load_weights(path) if weights else other.set_weights(
        minicnn.load_model(path).get_weights()
    )
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def epochs(callback, values, model=None):
    """Tell a callback of figures; return after which of them it holds which for the best."""
    callback.set_model(model or network())
    callback.on_train_begin()
    best = []
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"loss": value, "accuracy": value})
        best.append(callback.best)
    return best


@pytest.mark.parametrize("monitor", ["loss", "accuracy"])
def test_nan_in_the_first_epoch_does_not_stay_the_best(tmp_path, monitor):
    makers = [
        lambda: EarlyStopping(monitor, patience=5),
        lambda: ReduceLROnPlateau(monitor, patience=5),
        lambda: ModelCheckpoint(tmp_path / "m.keras", monitor, save_best_only=True),
    ]
    second = 0.5 if monitor == "loss" else 2.0
    for make in makers:
        assert epochs(make(), [NAN, NAN, 1.0, NAN, second])[2:] == [1.0, 1.0, second]
        resumed = make()
        resumed.set_state(resumed.get_state() | {"best": NAN})  # by an earlier version
        assert resumed.is_improvement(1.0, resumed.best) if resumed.set_model(network()) else True


def test_the_weights_of_an_epoch_with_a_figure_are_restored_after_nan():
    model = network()
    stopping = EarlyStopping("loss", patience=5, restore_best_weights=True)
    stopping.set_model(model)
    stopping.on_train_begin()
    for epoch, loss in enumerate([NAN, 1.0, NAN]):
        model.set_weights([np.full_like(a, epoch) for a in model.get_weights()])
        stopping.on_epoch_end(epoch, {"loss": loss})
    stopping.on_train_end()
    assert model.get_weights()[0].flat[0] == 1
    assert stopping.best_epoch == 1
