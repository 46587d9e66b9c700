"""Keras 2's K.function."""

import numpy as np
import pytest

from minicnn import Sequential
from minicnn import backend as K  # noqa: N812
from minicnn.layers import Conv2D, Dense, Dropout, Flatten, Input

X = np.random.default_rng(0).normal(size=(3, 8, 8, 1))


@pytest.fixture
def model():
    return Sequential([Input((8, 8, 1)), Conv2D(2, 3), Flatten(), Dropout(0.5), Dense(4)], seed=0)


def test_a_list_gives_a_list_and_one_gives_one(model):
    maps = K.function([model.layers[0].input], [layer.output for layer in model.layers])([X])
    assert [one.shape for one in maps] == [(3, 6, 6, 2), (3, 72), (3, 72), (3, 4)]
    np.testing.assert_array_equal(maps[-1], model.predict(X))
    last = K.function(model.input, model.output)(X)
    np.testing.assert_array_equal(last, maps[-1])
    assert last.dtype == "float32"


def test_the_phase_is_the_mode(model):
    drop = K.function([model.input, K.learning_phase()], [model.layers[2].output])
    flat = K.function([model.input], [model.layers[1].output])
    np.testing.assert_array_equal(drop([X, 0])[0], flat([X])[0])
    assert (drop([X, 1])[0] == 0).mean() > 0.2
    assert (drop([X, True])[0] != drop([X, 1])[0]).any()


def test_what_does_not_fit_is_refused(model):
    with pytest.raises(ValueError, match="function: expected 2 inputs, got 1"):
        K.function([model.input, K.learning_phase()], [model.output])([X])
    with pytest.raises(ValueError, match="updates are not supported"):
        K.function([model.input], [model.output], updates=[1])


def test_inference_is_the_only_phase_of_everything():
    K.set_learning_phase(0)
    with pytest.raises(ValueError, match=r"1 is not supported; call model\(x, training=True\)"):
        K.set_learning_phase(1)
