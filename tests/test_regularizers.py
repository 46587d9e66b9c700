import copy

import numpy as np
import pytest
from oracles import keras, tensorflow

import minicnn
from minicnn import regularizers
from minicnn.layers import Dense, Input

RULES = [("L1", {"l1": 0.3}), ("L2", {"l2": 0.3}), ("L1L2", {"l1": 0.2, "l2": 0.7}), ("L1L2", {})]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "arguments"), RULES)
def test_penalty_and_gradient_are_kerass(name, arguments, dtype):
    tf = tensorflow()
    w = np.random.default_rng(0).normal(size=(3, 4)).astype(dtype)
    w[0, 0] = 0.0  # the kink of L1
    ours = getattr(regularizers, name)(**arguments)
    variable = tf.Variable(w)
    with tf.GradientTape() as tape:
        theirs = getattr(keras().regularizers, name)(**arguments)(variable)
    assert ours(w) == pytest.approx(float(theirs), rel=1e-6)
    if arguments:
        # Keras keeps a factor in float32.
        np.testing.assert_allclose(ours.gradient(w), tape.gradient(theirs, variable), rtol=1e-6)
    assert ours.gradient(w).dtype == dtype


@pytest.mark.parametrize(("name", "arguments"), RULES)
def test_gradient_is_the_penaltys_differences(name, arguments):
    rule, h = getattr(regularizers, name)(**arguments), 1e-6
    w = np.random.default_rng(1).normal(size=(2, 3))
    for place in np.ndindex(*w.shape):
        step = np.zeros_like(w)
        step[place] = h
        slope = (rule(w + step) - rule(w - step)) / (2 * h)
        assert rule.gradient(w)[place] == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("name", "arguments"), RULES)
def test_config_goes_to_keras_and_back(name, arguments):
    ours = getattr(regularizers, name)(**arguments)
    theirs = keras().saving.deserialize_keras_object(ours.serialize())
    assert type(theirs).__name__ == name
    back = regularizers.get(keras().saving.serialize_keras_object(theirs))
    assert back.get_config() == pytest.approx(ours.get_config())


def test_names():
    assert regularizers.get(None) is None
    assert regularizers.get("l2").l2 == 0.01
    assert regularizers.get("l1").l1 == 0.01
    assert regularizers.get("l1_l2").get_config() == {"l1": 0.01, "l2": 0.01}
    assert regularizers.get("L1L2").get_config() == {"l1": 0.0, "l2": 0.0}
    assert isinstance(regularizers.l2(0.1), regularizers.L2)
    assert isinstance(regularizers.l1(0.1), regularizers.L1)
    assert regularizers.l1_l2(l2=0.1).get_config() == {"l1": 0.0, "l2": 0.1}
    rule = regularizers.L1(0.5)
    assert regularizers.get(rule) is rule


def test_bad_ones_are_named():
    with pytest.raises(ValueError, match="regularizer: 'l3' is unknown; expected one of L1, L1L2,"):
        regularizers.get("l3")
    with pytest.raises(ValueError, match=r"L2: .* unexpected keyword argument 'l1'"):
        regularizers.get({"class_name": "L2", "config": {"l1": 0.5}})
    with pytest.raises(ValueError, match=r"L2: l2 must be a number in \[0, inf\), got -1"):
        regularizers.L2(-1)
    with pytest.raises(ValueError, match="'sum' has no derivative that is known here"):
        regularizers.get(sum)
    with pytest.raises(NotImplementedError, match="Regularizer does not define gradient"):
        regularizers.Regularizer().gradient(np.ones(2))


class Cubic(regularizers.Regularizer):
    def __call__(self, w):
        return float(np.sum(np.abs(w) ** 3))

    def gradient(self, w):
        return 3 * w * np.abs(w)


@pytest.mark.parametrize("rule", ["l1", regularizers.L1L2(0.3, 0.2), Cubic()])
def test_a_step_takes_the_penalties_of_kernel_and_bias(rule):
    layer = Dense(2, kernel_regularizer=rule, bias_regularizer=rule, bias_initializer="ones")
    model = minicnn.Sequential([Input((3,)), layer])
    model.compile(minicnn.optimizers.SGD(0.1), "mse")
    x = np.zeros((4, 3), np.float32)
    y = layer(x)  # no error: all of the loss and the gradient are penalties
    before = copy.deepcopy(layer.params)
    rule = layer.kernel_regularizer
    expected = rule(before["kernel"]) + rule(before["bias"])
    assert model.train_on_batch(x, y) == pytest.approx(expected)
    for name, w in before.items():
        np.testing.assert_allclose(layer.params[name], w - 0.1 * rule.gradient(w), rtol=1e-6)


def test_a_bias_regularizer_without_a_bias_does_nothing():
    layer = Dense(2, use_bias=False, bias_regularizer="l2")
    layer.build((3,), 0)
    assert layer.regularizers == {}
