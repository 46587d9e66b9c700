import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import GroupNormalization, LayerNormalization


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("groups", "axis"), [(3, -1), (2, 3), (1, -1), (-1, -1), (5, 1), (2, -2)])
def test_like_keras(groups, axis, dtype):
    compare("GroupNormalization", (5, 4, 6), dtype, groups=groups, axis=axis)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_like_keras_with_arguments(scale, center):
    arguments = {"groups": 4, "epsilon": 0.5, "scale": scale, "center": center}
    compare("GroupNormalization", (8,), "float64", training=False, **arguments)


def test_keras_names_and_defaults():
    given = GroupNormalization(32, -1, 1e-3, True, True, "zeros", "ones", "l1", "l2").get_config()
    config = GroupNormalization().get_config()
    assert given | {"beta_regularizer": None, "gamma_regularizer": None} == config
    assert (config["groups"], config["axis"], config["epsilon"]) == (32, -1, 1e-3)


def test_one_group_is_layer_normalisation_and_one_channel_instance_normalisation():
    x = np.random.default_rng(0).normal(3, 5, (4, 5, 3, 6))
    whole = LayerNormalization(axis=[1, 2, 3], scale=False, center=False)(x)
    np.testing.assert_allclose(GroupNormalization(1)(x), whole, atol=1e-14)
    each = LayerNormalization(axis=[1, 2], scale=False, center=False)(x)
    np.testing.assert_allclose(GroupNormalization(-1)(x), each, atol=1e-14)
    np.testing.assert_array_equal(GroupNormalization(6)(x), GroupNormalization(-1)(x))


def test_large_means_keep_their_digits():
    # float32 has 7 digits: the mean of the squares minus the square of the mean would have none.
    x = (1000 + np.random.default_rng(0).normal(size=(3, 50))).astype(np.float32)
    y = GroupNormalization(1, epsilon=0.0)(x)
    exact = x.astype(np.float64) - x.mean(axis=1, keepdims=True, dtype=np.float64)
    np.testing.assert_allclose(y, exact / exact.std(axis=1, keepdims=True), atol=1e-6)


def test_no_samples():
    layer = GroupNormalization(2)
    layer.build((3, 3, 4))
    y, cache = layer.forward(np.zeros((0, 3, 3, 4), np.float32), training=True)
    dx, grads = layer.backward(y, cache)
    assert dx.shape == (0, 3, 3, 4)
    np.testing.assert_array_equal(grads["gamma"], np.zeros(4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": 0}, "groups must be a positive integer, or -1 for instance normalisation"),
        ({"groups": -2}, "groups must be a positive integer, or -1"),
        ({"groups": 1.5}, "groups must be an integer, got 1.5"),
        ({"axis": [1, 2]}, r"axis must be an integer, got \[1, 2\]"),
        ({"epsilon": -1}, r"epsilon must be a number in \[0, inf\), got -1"),
        ({"gamma_constraint": "other"}, "gamma_constraint='other' is not supported"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        GroupNormalization(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": 4}, r"divisible by groups=4, got 6 channels along axis -1 of \(5, 4, 6\)"),
        ({}, "divisible by groups=32, got 6 channels"),
        ({"groups": 3, "axis": 1}, "divisible by groups=3, got 5 channels along axis 1"),
        ({"groups": 1, "axis": 0}, "axis must be one of a sample's axes, from 1 to 3, got 0"),
        ({"groups": 1, "axis": -4}, "axis must be one of a sample's axes, from 1 to 3, got -4"),
        ({"groups": 1, "axis": 4}, "axis must be one of a sample's axes, from 1 to 3, got 4"),
    ],
)
def test_shapes_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=f"build: .*{message}"):
        GroupNormalization(**arguments).build((5, 4, 6))
