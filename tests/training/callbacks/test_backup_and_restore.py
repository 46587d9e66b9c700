"""A training that is broken off and taken up again ends as one that never was, to the bit."""

import inspect

import numpy as np
import pytest
import resumable

import minicnn
from minicnn.callbacks import BackupAndRestore, Callback, EarlyStopping
from minicnn.layers import Dense, Input


@pytest.fixture(scope="module")
def uninterrupted():
    model = resumable.network()
    history = resumable.fit(model, [])
    # What the comparison is worth: the rate has fallen, and it was stopped behind its best epoch.
    assert history.epoch == list(range(9))
    assert len(set(history.history["learning_rate"])) > 3
    return resumable.fingerprint(model, history)


class Break(Callback):
    """Raises after so many batches, and counts those of all attempts."""

    def __init__(self, moment="on_train_batch_end"):
        self.moment, self.done = moment, 0

    def after(self, batches):
        self.left = batches
        return self

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        self.left -= 1
        self._look("on_train_batch_end")

    def on_test_batch_end(self, batch, logs=None):
        self._look("on_test_batch_end")

    def on_epoch_end(self, epoch, logs=None):
        self._look("on_epoch_end")

    def _look(self, moment):
        if moment == self.moment and self.left <= 0:
            raise ArithmeticError("broken off")


@pytest.mark.parametrize(
    ("save_freq", "moment", "batches", "repeated"),
    [
        # Batches that are repeated at most after each break: those since the last checkpoint.
        (1, "on_train_batch_end", 4, 1),
        (3, "on_train_batch_end", 5, 3),
        (7, "on_train_batch_end", 8, 7),
        ("epoch", "on_train_batch_end", 9, 5),
        (2, "on_test_batch_end", 6, 2),
        ("epoch", "on_test_batch_end", 10, 5),
        (4, "on_epoch_end", 7, 4),
    ],
)
def test_many_breaks_change_nothing(uninterrupted, tmp_path, save_freq, moment, batches, repeated):
    breaks, attempts = Break(moment), 0
    while True:
        model = resumable.network()
        backup = BackupAndRestore(tmp_path / "backup", save_freq=save_freq)
        attempts += 1
        try:
            history = resumable.fit(model, [backup, breaks.after(batches)])
        except ArithmeticError:
            continue
        break
    assert resumable.fingerprint(model, history) == uninterrupted
    assert attempts > 3
    assert 45 <= breaks.done <= 45 + (attempts - 1) * repeated


def test_the_checkpoint_goes_when_the_training_has_ended(tmp_path):
    for delete in (True, False):
        backup = BackupAndRestore(tmp_path / "backup", delete_checkpoint=delete)
        resumable.fit(resumable.network(), [backup], epochs=1)
        assert (tmp_path / "backup").exists() is not delete


def test_a_finished_training_that_was_kept_is_finished(uninterrupted, tmp_path):
    for _ in range(2):
        model = resumable.network()
        backup = BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
        history = resumable.fit(model, [backup])
        assert resumable.fingerprint(model, history) == uninterrupted


def test_it_can_be_made_longer_or_asked_for_less(tmp_path):
    whole = resumable.network()
    expected = resumable.fingerprint(whole, resumable.fit(whole, [], epochs=3))
    for epochs in (2, 1, 3):
        model = resumable.network()
        backup = BackupAndRestore(tmp_path / "backup", save_freq=2, delete_checkpoint=False)
        history = resumable.fit(model, [backup], epochs=epochs)
        assert model.optimizer.iterations == (15 if epochs == 3 else 10)
    assert resumable.fingerprint(model, history) == expected


def test_a_generator_of_unknown_length_is_resumed(tmp_path):
    def batches():
        yield from [(np.ones((2, 3), np.float32), np.ones((2, 1), np.float32))] * 3

    def fit(epochs):
        model = minicnn.Sequential([Input((3,)), Dense(1)], seed=1)
        model.compile("sgd", "mse")
        backup = BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
        history = model.fit(batches(), epochs=epochs, verbose=0, callbacks=[backup])
        return model.optimizer.iterations, len(history.history["loss"])

    assert fit(1) == (3, 1)
    assert fit(2) == (6, 2)


def damage(folder):
    """Flip a bit of the newest checkpoint."""
    newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)


@pytest.mark.parametrize("double", [True, False])
def test_a_damaged_checkpoint(uninterrupted, tmp_path, double):
    def attempt(extra):
        model = resumable.network()
        backup = BackupAndRestore(tmp_path / "backup", save_freq=3, double_checkpoint=double)
        return resumable.fingerprint(model, resumable.fit(model, [backup, *extra]))

    with pytest.raises(ArithmeticError):
        attempt([Break().after(10)])
    damage(tmp_path / "backup")
    if double:  # the one before it takes its place
        assert attempt([]) == uninterrupted
    else:
        with pytest.raises(ValueError, match=r"a\.checkpoint is damaged"):
            attempt([])


def dense(units=2, optimizer="sgd", seed=0, name="dense"):
    model = minicnn.Sequential([Input((3,)), Dense(units, name=name)], seed=seed)
    model.compile(optimizer, "mse")
    return model


def fit(model, folder, *more, samples=8):
    x = np.ones((samples, 3), np.float32)
    y = np.ones((samples, model.output_shape[-1]), np.float32)
    backup = BackupAndRestore(folder, delete_checkpoint=False)
    return model.fit(x, y, batch_size=4, epochs=2, callbacks=[backup, *more], verbose=0)


@pytest.mark.parametrize(
    ("other", "more", "samples", "message"),
    [
        (lambda: dense(units=5), (), 8, r"another network: weights of dense/kernel are float32 \("),
        (
            lambda: dense(optimizer="adam"),
            (),
            8,
            "another optimizer, with no slots, expected 'adam'",
        ),
        (lambda: dense(name="top"), (), 8, "only one has weights of dense/bias, .*, top/kernel"),
        (lambda: dense(seed=1), (), 8, "another training: seed 0, expected 1"),
        (dense, (), 12, "another training: steps 2, expected 3"),
        (dense, (EarlyStopping("loss"),), 8, "callbacks History, expected EarlyStopping, History"),
        (lambda: dense().astype("float64"), (), 8, r"float32 \(3, 2\), expected float64"),
    ],
)
def test_a_checkpoint_of_something_else_is_refused(tmp_path, other, more, samples, message):
    fit(dense(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    model = other()
    weights = model.get_weights()
    with pytest.raises(ValueError, match=message):
        fit(model, tmp_path, *more, samples=samples)
    for a, b in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backup_dir": ""}, "backup_dir is empty"),
        ({"backup_dir": None}, "backup_dir is empty"),
        ({"backup_dir": "a", "save_freq": "batch"}, "save_freq must be 'epoch' or a number"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        BackupAndRestore(**arguments)


def test_arguments_are_kerass():
    names = list(inspect.signature(BackupAndRestore).parameters)
    assert names == ["backup_dir", "save_freq", "double_checkpoint", "delete_checkpoint"]


def test_a_callback_of_ones_own_goes_on(tmp_path):
    class Counter(Callback):
        count = 0

        def on_epoch_end(self, epoch, logs=None):
            self.count += 1

        def get_state(self):
            return {"count": self.count}

        def set_state(self, state):
            self.count = state["count"]

    first, second = Counter(), Counter()
    fit(dense(), tmp_path, first)
    fit(dense(), tmp_path, second)
    assert first.count == second.count == 2
