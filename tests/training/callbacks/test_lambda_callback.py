import pytest
from callback_twins import X, Y, models
from oracles import keras

from minicnn.callbacks import LambdaCallback

BATCH = ("on_train_batch_begin", "on_train_batch_end", "on_test_batch_begin", "on_test_batch_end")
EPOCH = ("on_epoch_begin", "on_epoch_end")
WHOLE = ("on_train_begin", "on_train_end", "on_test_begin", "on_test_end")


def diary():
    """A list of calls, and the functions that write it."""
    calls = []
    functions = {
        name: (lambda number, logs, name=name: calls.append((name, number))) for name in EPOCH
    }
    functions |= {
        name: (lambda number, logs=None, name=name: calls.append((name, number))) for name in BATCH
    }
    functions |= {name: (lambda logs, name=name: calls.append((name,))) for name in WHOLE}
    return calls, functions


def test_calls_are_kerass():
    both = []
    for model, cls in zip(models(0.1), (LambdaCallback, keras().callbacks.LambdaCallback)):  # noqa: B905
        calls, functions = diary()
        model.fit(
            X,
            Y,
            batch_size=4,
            epochs=2,
            validation_data=(X, Y),
            callbacks=[cls(**functions)],
            verbose=0,
        )
        both.append(calls)
    assert both[0] == both[1]
    assert {name for name, *_ in both[0]} == {*BATCH, *EPOCH, *WHOLE}


def test_a_moment_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"'on_epoch_ends' is not a callback .* on_epoch_end, "):
        LambdaCallback(on_epoch_ends=print)
