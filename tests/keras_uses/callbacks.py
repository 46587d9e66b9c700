"""Callbacks: what they do to a run, and what they write."""

import numpy as np

from keras_uses.material import IMAGES, ONE_HOT, TARGETS, VECTORS, dense, small
from keras_uses.table import use

FIT = {"epochs": 4, "shuffle": False, "verbose": 0, "validation_split": 0.25, "batch_size": 9}


def _run(keras, callback, **arguments):
    model = dense(keras, keras.optimizers.SGD(0.1))
    return model, model.fit(VECTORS, TARGETS, callbacks=[callback], **FIT | arguments)


#: name on the page, the callback, and what is expected if that is not the same.
RUNS = [
    (
        "EarlyStopping(monitor='val_loss', patience=...)",
        lambda c: c.EarlyStopping(monitor="val_loss", min_delta=10, patience=1),
    ),
    ("EarlyStopping('loss')", lambda c: c.EarlyStopping("loss", 10)),
    (
        "EarlyStopping(restore_best_weights=True)",
        lambda c: c.EarlyStopping("loss", mode="max", patience=2, restore_best_weights=True),
    ),
    ("EarlyStopping(mode='max')", lambda c: c.EarlyStopping("loss", mode="max")),
    ("EarlyStopping(baseline=...)", lambda c: c.EarlyStopping("loss", baseline=1e-9)),
    (
        "EarlyStopping(start_from_epoch=...)",
        lambda c: c.EarlyStopping("loss", mode="max", start_from_epoch=2),
    ),
    (
        "ReduceLROnPlateau(factor, patience)",
        lambda c: c.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=10),
    ),
    (
        "ReduceLROnPlateau(monitor='loss', min_lr=...)",
        lambda c: c.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=10, min_lr=0.05),
    ),
    (
        "LearningRateScheduler(f(epoch))",
        lambda c: c.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1)),
    ),
    (
        "LearningRateScheduler(f(epoch, lr))",
        lambda c: c.LearningRateScheduler(lambda epoch, lr: lr * 0.9),
    ),
]


def _observed(keras, make):
    model, history = _run(keras, make(keras.callbacks))
    return history.epoch, history.history, model.get_weights()


for _name, _make, *_expected in RUNS:
    use(_name, *_expected)(lambda keras, make=_make: _observed(keras, make))


@use("TerminateOnNaN()")
def terminate_on_nan(keras):
    model = dense(keras, keras.optimizers.SGD(1e30))
    return model.fit(VECTORS, TARGETS, callbacks=[keras.callbacks.TerminateOnNaN()], **FIT).epoch


def _files(folder):
    return sorted(path.name for path in folder.iterdir())


@use("ModelCheckpoint('best.keras', save_best_only=True)")
def best_model(keras, folder):
    path = folder / "best.keras"
    checkpoint = keras.callbacks.ModelCheckpoint(path, monitor="val_loss", save_best_only=True)
    _run(keras, checkpoint)
    return keras.models.load_model(path).predict_on_batch(VECTORS)


@use("ModelCheckpoint('{epoch:02d}-{val_loss:.2f}.keras')")
def checkpoints_by_epoch(keras, folder):
    name = str(folder / "{epoch:02d}-{val_loss:.2f}.keras")
    _run(keras, keras.callbacks.ModelCheckpoint(name))
    return _files(folder)


@use("ModelCheckpoint(save_weights_only=True)")
def checkpoint_of_weights(keras, folder):
    path = folder / "a.weights.h5"
    model, _ = _run(keras, keras.callbacks.ModelCheckpoint(path, save_weights_only=True))
    fresh = dense(keras)
    fresh.load_weights(path)
    return np.allclose(fresh.predict_on_batch(VECTORS), model.predict_on_batch(VECTORS))


@use("ModelCheckpoint(save_freq=...)")
def checkpoint_by_batches(keras, folder):
    name = str(folder / "{epoch}.keras")
    _run(keras, keras.callbacks.ModelCheckpoint(name, save_freq=2))
    return _files(folder)


@use("an error for ModelCheckpoint('best')")
def checkpoint_without_ending(keras):
    return keras.callbacks.ModelCheckpoint("best")


@use("CSVLogger(file)")
def csv_logger(keras, folder):
    _run(keras, keras.callbacks.CSVLogger(folder / "log.csv"))
    lines = (folder / "log.csv").read_text().splitlines()
    return lines[0], len(lines), [float(value) for value in lines[1].split(",")]


@use("CSVLogger(file, separator=';', append=True)")
def csv_logger_appends(keras, folder):
    for _ in range(2):
        logger = keras.callbacks.CSVLogger(folder / "log.csv", separator=";", append=True)
        _run(keras, logger, epochs=2)
    return [line.split(";")[0] for line in (folder / "log.csv").read_text().splitlines()]


@use("TensorBoard(log_dir=..., histogram_freq=0, write_graph=True, write_images=True)")
def tensorboard(keras):
    arguments = {"histogram_freq": 0, "write_graph": True, "write_images": True}
    board = keras.callbacks.TensorBoard(log_dir="logs", update_freq="batch", **arguments)
    return board.log_dir, board.update_freq, isinstance(board, keras.callbacks.Callback)


@use("TensorBoard(histogram_freq=1)", "refused", "only scalars are written")
def histograms(keras):
    return keras.callbacks.TensorBoard(histogram_freq=1).log_dir


@use("BackupAndRestore(folder)")
def backup(keras, folder):
    _run(keras, keras.callbacks.BackupAndRestore(folder / "backup"))
    return not any((folder / "backup").glob("*")) if (folder / "backup").exists() else True


@use("LambdaCallback(on_epoch_end=...)")
def lambda_callback(keras):
    seen = []
    _run(keras, keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch)))
    return seen


@use("the History that fit returns")
def history(keras):
    return isinstance(_run(keras, keras.callbacks.Callback())[1], keras.callbacks.History)


@use("a custom callback, every hook", "differs", "the logs of a batch also hold its size")
def own_callback(keras):
    seen = []

    class Log(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            seen.append("train begin")

        def on_train_end(self, logs=None):
            seen.append(f"train end {sorted(logs)}")

        def on_epoch_begin(self, epoch, logs=None):
            seen.append(f"epoch {epoch}")

        def on_epoch_end(self, epoch, logs=None):
            seen.append(f"epoch {epoch} end {sorted(logs)}")

        def on_train_batch_begin(self, batch, logs=None):
            seen.append(f"batch {batch}")

        def on_train_batch_end(self, batch, logs=None):
            seen.append(f"batch {batch} end {sorted(logs)}")

        def on_test_begin(self, logs=None):
            seen.append("test begin")

        def on_test_end(self, logs=None):
            seen.append(f"test end {sorted(logs)}")

    _run(keras, Log(), epochs=2)
    return seen


@use("self.model.stop_training = True")
def stop_training(keras):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                self.model.stop_training = True

    return _run(keras, Stop())[1].epoch


@use("self.model.predict(...) in a callback")
def predict_in_a_callback(keras):
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(self.model.predict(VECTORS[:1], verbose=0))

    _run(keras, Watch())
    return seen


@use("self.model.optimizer.learning_rate = rate")
def set_the_rate(keras):
    class Halve(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = 0.1 / 2**epoch

    model, history = _run(keras, Halve())
    return float(np.asarray(model.optimizer.learning_rate)), history.history


@use("self.params in a callback")
def params_of_a_callback(keras):
    callback = keras.callbacks.Callback()
    _run(keras, callback)
    return callback.params


@use("evaluate(callbacks=[...])", "differs", "the logs of a batch also hold its size")
def callback_of_evaluate(keras):
    seen = []

    class Log(keras.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            seen.append((batch, sorted(logs)))

    small(keras).evaluate(IMAGES, ONE_HOT, batch_size=5, verbose=0, callbacks=[Log()])
    return seen


@use("predict(callbacks=[...])", "differs", "their hooks on batches are not called")
def callback_of_predict(keras):
    seen = []

    class Log(keras.callbacks.Callback):
        def on_predict_batch_end(self, batch, logs=None):
            seen.append((batch, sorted(logs)))

    small(keras).predict(IMAGES, batch_size=5, verbose=0, callbacks=[Log()])
    return seen
