"""Seeds: drawn anew and kept where none is given; given ones, and `set_random_seed`, repeat."""

import copy
import os
import pickle
import random

import numpy as np
import pytest

import minicnn
from minicnn.callbacks import BackupAndRestore, Callback, LambdaCallback
from minicnn.layers import Dense, Dropout, Input
from minicnn.random import following_seed

X = np.random.default_rng(1).normal(size=(40, 4)).astype("f4")
Y = np.eye(3, dtype="f4")[np.random.default_rng(2).integers(0, 3, 40)]


def row(**seed):
    layers = [Input((4,)), Dense(8, "relu"), Dropout(0.5), Dense(3, "softmax")]
    return compiled(minicnn.Sequential(layers, **seed))


def graph(**seed):
    inputs = Input((4,))
    outputs = Dense(3, "softmax")(Dropout(0.5)(Dense(8, "relu")(inputs)))
    return compiled(minicnn.Model(inputs, outputs, **seed))


def compiled(model):
    model.compile("adam", "categorical_crossentropy")
    return model


def orders(model, **arguments):
    """Train, and return the order of the samples in each epoch."""
    seen = []

    def look(epoch, logs):
        seen.append(np.concatenate([b.indices for b in callback.training.source.batches(epoch)]))

    callback = LambdaCallback(on_epoch_begin=look)
    model.fit(X, Y, batch_size=8, verbose=0, callbacks=[callback], **arguments)
    return [order.tolist() for order in seen]


def equal(one, other):
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("make", [row, graph])
def test_two_equal_networks_begin_and_learn_differently(make):
    one, other = make(), make()
    assert one.seed != other.seed
    assert not np.array_equal(one.get_weights()[0], other.get_weights()[0])
    other.set_weights(one.get_weights())
    assert orders(one) != orders(other)
    assert not equal(one, other)


@pytest.mark.parametrize("make", [row, graph])
def test_set_random_seed_repeats_everything(make):
    results = []
    for _ in range(2):
        minicnn.set_random_seed(7)
        models = [make(), make()]
        results.append([(orders(m, epochs=2), orders(m), m) for m in models])
        results[-1].append((random.random(), np.random.rand()))  # noqa: NPY002
    (one, two, numbers), (one_again, two_again, numbers_again) = results
    assert one[:2] == one_again[:2]
    assert two[:2] == two_again[:2]
    assert one[0] != two[0]
    assert equal(one[2], one_again[2])
    assert equal(two[2], two_again[2])
    assert numbers == numbers_again


def test_layers_and_initializers_alone_are_repeated_by_it_too():
    def draw():
        minicnn.set_random_seed(3)
        layer, x = Dense(4), np.ones((2, 4), np.float32)
        called = layer(x)
        return (
            called,
            minicnn.initializers.HeNormal()((3, 3)),
            Dropout(0.5)(x, training=True),
            row()(X, training=True),
        )

    for one, other in zip(draw(), draw(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_given_seed_repeats():
    one, other = row(seed=5), row(seed=5)
    assert equal(one, other)
    assert orders(one, epochs=3) == orders(other, epochs=3)
    assert equal(one, other)


def test_a_fit_that_begins_again_has_another_order_and_one_that_continues_the_next():
    whole, again, parts = row(seed=5), row(seed=5), row(seed=5)
    expected = orders(whole, epochs=3)
    first, second = orders(again, epochs=3), orders(again, epochs=3)
    assert first == expected
    assert not any(order in expected for order in second)
    assert again.seed == following_seed(5)
    steps = [orders(parts, initial_epoch=epoch, epochs=epoch + 1)[0] for epoch in range(3)]
    assert steps == expected
    assert equal(whole, parts)
    # Another compile is no return to the beginning.
    compiled(again)
    assert not any(order in first + second for order in orders(again, epochs=3))


@pytest.mark.parametrize(
    "again",
    [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m)), "file"],
    ids=["deepcopy", "pickle", "file"],
)
def test_copies_and_files_go_on_exactly(again, tmp_path):
    def other(model):
        if callable(again):
            return again(model)
        model.save(tmp_path / "m.keras")
        return minicnn.load_model(tmp_path / "m.keras")

    model = row()
    orders(model)
    copied = other(model)
    assert (copied.seed, copied.next_epoch) == (model.seed, 1)
    assert orders(copied, initial_epoch=1, epochs=2) == orders(model, initial_epoch=1, epochs=2)
    assert equal(copied, model)
    assert orders(other(model)) == orders(model)  # both begin again, with the seed that follows
    assert copied.seed != model.seed


def test_a_file_without_a_seed_draws_one(tmp_path, monkeypatch):
    model = row(seed=5)
    monkeypatch.setattr(minicnn.storing, "_seeds_of", lambda model: {}, raising=True)
    model.save(tmp_path / "m.keras")
    seeds = {minicnn.load_model(tmp_path / "m.keras").seed for _ in range(3)}
    assert len(seeds) == 3


@pytest.mark.parametrize("seed", ["a", -1, 1.5, None, 2**32, [0]])
def test_a_file_with_a_bad_seed_is_refused(tmp_path, seed, monkeypatch):
    monkeypatch.setattr(minicnn.storing, "_seeds_of", lambda model: {"seed": seed}, raising=True)
    row().save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match=r"m.keras cannot be read as a model: seed: expected an"):
        minicnn.load_model(tmp_path / "m.keras")


class Break(Callback):
    def on_train_batch_end(self, batch, logs=None):
        if (self.training.epoch, batch) == (1, 2):
            raise KeyboardInterrupt


@pytest.mark.parametrize("same_process", [True, False])
@pytest.mark.parametrize("seed", [{}, {"seed": 5}])
def test_an_interrupted_training_goes_on_with_the_seed_that_was_drawn(tmp_path, seed, same_process):
    model = row(**seed)
    whole = copy.deepcopy(model)
    backup = BackupAndRestore(tmp_path / "backup", save_freq=1)
    expected = orders(whole, epochs=3)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=8, epochs=3, verbose=0, callbacks=[Break(), backup])
    resumed = model if same_process else row(**seed)
    resumed.fit(X, Y, batch_size=8, epochs=3, verbose=0, callbacks=[Break.__base__(), backup])
    assert resumed.seed == whole.seed
    assert equal(resumed, whole)
    assert len(expected) == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("chosen", [True, False])
def test_forked_processes_draw_their_own_seeds(chosen):
    from minicnn import random as house

    before = house._seeds, house._chosen
    try:
        house._seeds, house._chosen = np.random.default_rng(), False
        if chosen:
            minicnn.set_random_seed(1)
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, str(house.next_seed()).encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert (int(os.read(read, 20)) == house.next_seed()) == chosen
    finally:
        house._seeds, house._chosen = before
