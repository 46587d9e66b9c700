import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import LayerNormalization

AXES = [-1, 3, 1, [1, 2], [1, 3], [1, 2, 3], [-2, -1], [3, 2]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", AXES, ids=str)
def test_like_keras(axis, dtype):
    compare("LayerNormalization", (5, 4, 3), dtype, axis=axis)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
def test_like_keras_with_arguments(epsilon, scale, center):
    compare("LayerNormalization", (7,), "float64", epsilon=epsilon, scale=scale, center=center)


@pytest.mark.parametrize("training", [True, False])
def test_training_and_inference_are_the_same(training):
    compare("LayerNormalization", (4, 6), "float64", training=training)


def test_a_sample_does_not_depend_on_the_others():
    x = np.random.default_rng(0).normal(3, 5, (6, 4, 5))
    layer = LayerNormalization(axis=[1, 2], epsilon=0.0, dtype="float64")
    y = layer(x)
    np.testing.assert_array_equal(layer(x[2:3]), y[2:3])
    np.testing.assert_allclose(y.mean(axis=(1, 2)), 0, atol=1e-14)
    np.testing.assert_allclose(y.std(axis=(1, 2)), 1, atol=1e-14)


def test_large_means_keep_their_digits():
    # float32 has 7 digits: the mean of the squares minus the square of the mean would have none.
    x = (1000 + np.random.default_rng(0).normal(size=(3, 50))).astype(np.float32)
    y = LayerNormalization(epsilon=0.0)(x)
    exact = x.astype(np.float64) - x.mean(axis=1, keepdims=True, dtype=np.float64)
    np.testing.assert_allclose(y, exact / exact.std(axis=1, keepdims=True), atol=1e-6)


def test_a_constant_sample_gives_beta():
    layer = LayerNormalization()
    layer.build((4,))
    layer.params["beta"] = np.arange(4, dtype=np.float32)
    np.testing.assert_array_equal(layer(np.full((2, 4), 3, np.float32)), [np.arange(4)] * 2)


@pytest.mark.parametrize("axis", [0, 4, -4, [1, 1], [1, -3], []])
def test_axes_that_a_sample_does_not_have(axis):
    with pytest.raises(ValueError, match="axis must hold different axes of a sample, from 1 to 3"):
        LayerNormalization(axis=axis).build((5, 4, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epsilon": -1}, r"epsilon must be a number in \[0, inf\), got -1"),
        ({"rms_scaling": True}, "rms_scaling=True is not supported"),
        ({"gamma_constraint": "non_neg"}, "gamma_constraint='non_neg' is not supported"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        LayerNormalization(**arguments)


@pytest.mark.parametrize("axis", ["last", [1.0], {"axis": -1}])
def test_an_axis_that_is_no_number(axis):
    with pytest.raises(TypeError, match="axis must be an integer or several, got"):
        LayerNormalization(axis=axis)
