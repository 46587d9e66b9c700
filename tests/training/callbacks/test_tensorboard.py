"""TensorBoard's files, read by TensorFlow."""

import numpy as np
import pytest
from oracles import tensorflow

import minicnn
from minicnn.callbacks import BackupAndRestore, ReduceLROnPlateau, TensorBoard
from minicnn.layers import Dense, Input

X = np.random.default_rng(0).random((8, 3), dtype=np.float32)
Y = np.eye(2, dtype=np.float32)[[0, 1] * 4]


def _model(metric="accuracy"):
    model = minicnn.Sequential([Input((3,)), Dense(2, activation="softmax")], seed=0)
    model.compile(minicnn.optimizers.SGD(0.5), "categorical_crossentropy", metrics=[metric])
    return model


def _scalars(folder):
    """Return what is in the files of a folder: tag -> [(step, value)]."""
    tf = tensorflow()
    found = {}
    for path in sorted(folder.iterdir()):
        for one in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(one.numpy())
            for value in event.summary.value:
                number = tf.make_ndarray(value.tensor).item()
                found.setdefault(value.tag, []).append((event.step, number))
    return found


def _numbered(values, steps):
    return [(step, float(np.float32(value))) for step, value in zip(steps, values, strict=True)]


def test_the_scalars_of_epochs_are_those_of_the_history(tmp_path):
    model = _model()
    plateau = ReduceLROnPlateau(monitor="loss", patience=1, min_delta=10)
    arguments = {"epochs": 3, "batch_size": 3, "validation_split": 0.25, "verbose": 0}
    seen = model.fit(X, Y, callbacks=[plateau, TensorBoard(tmp_path)], **arguments).history
    train, validation = _scalars(tmp_path / "train"), _scalars(tmp_path / "validation")
    assert train == {
        "epoch_accuracy": _numbered(seen["accuracy"], range(3)),
        "epoch_loss": _numbered(seen["loss"], range(3)),
        "epoch_learning_rate": _numbered([0.5, 0.05, 0.005], range(3)),
    }
    steps = [2, 4, 6]  # two batches an epoch
    assert validation == {
        "epoch_accuracy": _numbered(seen["val_accuracy"], range(3)),
        "epoch_loss": _numbered(seen["val_loss"], range(3)),
        "evaluation_accuracy_vs_iterations": _numbered(seen["val_accuracy"], steps),
        "evaluation_loss_vs_iterations": _numbered(seen["val_loss"], steps),
    }


def test_the_scalars_of_batches(tmp_path):
    board = TensorBoard(str(tmp_path), update_freq=2, write_steps_per_second=True)
    _model().fit(X, Y, epochs=2, batch_size=3, callbacks=[board], verbose=0)
    train = _scalars(tmp_path / "train")
    assert [step for step, _ in train["batch_loss"]] == [2, 4, 6]
    assert train.keys() == {
        *("batch_accuracy", "batch_loss", "batch_steps_per_second"),
        *("epoch_accuracy", "epoch_loss", "epoch_learning_rate", "epoch_steps_per_second"),
    }
    assert train["batch_loss"][-1] == (6, train["epoch_loss"][-1][1])  # the means of the epoch
    assert all(value > 0 for _, value in train["epoch_steps_per_second"])


def test_an_evaluation_writes_its_figures(tmp_path):
    model = _model()
    loss, accuracy = model.evaluate(X, Y, callbacks=[TensorBoard(tmp_path)], verbose=0)
    assert _scalars(tmp_path / "validation") == {
        "evaluation_loss_vs_iterations": _numbered([loss], [0]),
        "evaluation_accuracy_vs_iterations": _numbered([accuracy], [0]),
    }


def test_a_crash_leaves_what_was_written(tmp_path):
    class Crash(minicnn.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise RuntimeError

    board = TensorBoard(tmp_path / "logs", update_freq="batch")
    callbacks = [board, BackupAndRestore(tmp_path / "backup"), Crash()]
    with pytest.raises(RuntimeError):
        _model().fit(X, Y, epochs=3, batch_size=8, callbacks=callbacks, verbose=0)
    assert [step for step, _ in _scalars(tmp_path / "logs" / "train")["epoch_loss"]] == [0, 1]
    _model().fit(X, Y, epochs=3, batch_size=8, callbacks=callbacks[:2], verbose=0)
    steps = [step for step, _ in _scalars(tmp_path / "logs" / "train")["batch_loss"]]
    assert steps == [1, 2, 2, 3]  # the second epoch was repeated


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"histogram_freq": 1}, "histogram_freq=1 is not supported; only scalars"),
        ({"profile_batch": "500,520"}, "profile_batch='500,520' is not supported"),
        ({"embeddings_freq": 1}, "embeddings_freq=1 is not supported"),
        ({"write_grads": True}, "write_grads"),
        ({"update_freq": 0}, "update_freq must be a whole number in \\[1, inf\\)"),
        ({"log_dirs": "a"}, "unexpected keyword argument 'log_dirs'"),
    ],
)
def test_what_is_not_written_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TensorBoard(**arguments)


def test_arguments_of_keras_2_that_ask_for_nothing():
    arguments = {"write_grads": False, "batch_size": 32, "embeddings_layer_names": None}
    board = TensorBoard("logs", 0, True, True, **arguments)
    assert board.get_config()["write_images"] is True


def test_a_metric_of_several_values_is_refused(tmp_path):
    model = _model(minicnn.metrics.F1Score())
    with pytest.raises(ValueError, match="epoch_f1_score has 2 values, expected one"):
        model.fit(X, Y, callbacks=[TensorBoard(tmp_path)], verbose=0)
