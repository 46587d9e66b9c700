"""Learning rates and slots as variables."""

import copy
import pickle

import numpy as np
import pytest
from oracles import keras

import minicnn
from minicnn import backend, optimizers
from minicnn.schedules import ExponentialDecay

X = np.random.default_rng(0).random((8, 3), dtype=np.float32)


def _trained(package, optimizer):
    model = package.Sequential([package.layers.Input((3,)), package.layers.Dense(2)])
    model.compile(optimizer, "mse")
    model.set_weights([np.full(w.shape, 0.25, np.float32) for w in model.get_weights()])
    model.fit(X, X[:, :2], batch_size=4, shuffle=False, verbose=0)
    return model.optimizer


def test_a_rate_is_a_float_that_can_be_assigned():
    optimizer = optimizers.Adam(0.1)
    rate = optimizer.learning_rate
    assert rate == 0.1
    assert repr(rate) == "0.1"
    assert type(rate * 2) is float
    assert rate.numpy() == np.float32(0.1)
    rate.assign(0.5)
    assert optimizer.learning_rate == optimizer.next_rate() == 0.5
    backend.set_value(optimizer.learning_rate, 0.25)
    assert backend.get_value(optimizer.learning_rate) == 0.25
    with pytest.raises(ValueError, match="learning_rate"):
        optimizer.learning_rate.assign(-1)


def test_a_rate_of_a_schedule_can_be_read_only():
    optimizer = optimizers.SGD(ExponentialDecay(0.1, 1, 0.5))
    optimizer.iterations = 2
    assert optimizer.learning_rate.numpy() == np.float32(0.025)
    with pytest.raises(TypeError, match="follows a ExponentialDecay"):
        optimizer.learning_rate.assign(0.5)


def test_copies_of_a_rate_are_plain_and_keep_no_optimizer_alive():
    rate = optimizers.SGD(0.5).learning_rate
    assert type(pickle.loads(pickle.dumps(rate))) is float
    assert type(copy.deepcopy(rate)) is float
    with pytest.raises(ReferenceError, match="no longer in use"):
        rate.assign(0.1)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Nadam", "Adagrad"])
def test_variables_are_kerass(name):
    ours = _trained(minicnn, getattr(optimizers, name)(0.1)).variables
    theirs = _trained(keras(), getattr(keras().optimizers, name)(0.1)).variables
    assert [tuple(v.shape) for v in theirs] == [v.shape for v in ours]
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-4, err_msg=mine.path)


def test_variables_can_be_assigned():
    optimizer = _trained(minicnn, optimizers.Adam(0.1))
    iteration, rate, momentum, *_ = optimizer.variables
    iteration.assign(7)
    rate.assign(0.5)
    momentum.assign(np.ones(momentum.shape))
    assert (optimizer.iterations, optimizer.learning_rate) == (7, 0.5)
    assert (next(iter(optimizer.slots["momentum"].values())) == 1).all()
    with pytest.raises(ValueError, match=r"dense_kernel_momentum: has shape \(3, 2\), got \(2,\)"):
        momentum.assign([1, 2])
    backend.set_value(momentum, np.zeros((3, 2)))
    assert not np.asarray(momentum).any()


def test_a_variable_equals_its_number_and_the_history_holds_plain_floats():
    optimizer = _trained(minicnn, optimizers.SGD(0.1, momentum=0.9))
    count = optimizer.variables[0]
    assert count == 2
    assert count != 1
    assert len({*optimizer.variables}) == len(optimizer.variables)
    model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Dense(2)])
    model.compile("sgd", "mse")
    scheduler = minicnn.callbacks.LearningRateScheduler(lambda epoch: 0.5)
    history = model.fit(X, X[:, :2], verbose=0, callbacks=[scheduler])
    assert type(history.history["learning_rate"][0]) is float
