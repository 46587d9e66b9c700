import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Conv2D, DepthwiseConv2D, SeparableConv2D
from minicnn.layers.separable_conv2d import separable_conv2d, separable_conv2d_backward


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("depth_multiplier", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("strides", "dilation_rate"), [(1, 1), (2, 1), (1, 2)])
def test_like_keras(strides, dilation_rate, padding, depth_multiplier, dtype):
    compare(
        "SeparableConv2D", (9, 8, 3), dtype, filters=4, kernel_size=(3, 2), strides=strides,
        padding=padding, dilation_rate=dilation_rate, depth_multiplier=depth_multiplier,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["relu", "softmax"])
@pytest.mark.parametrize("use_bias", [True, False])
def test_like_keras_with_an_activation(activation, use_bias, dtype):
    compare(
        "SeparableConv2D", (5, 6, 2), dtype, filters=3, kernel_size=3, padding="same",
        activation=activation, use_bias=use_bias,
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 2), (6, 6, 1)])
def test_an_image_smaller_than_the_filter(shape):
    compare(
        "SeparableConv2D", shape, "float64", filters=2, kernel_size=5, strides=2, padding="same"
    )


def test_it_is_a_depthwise_convolution_and_a_pointwise_one():
    x = np.random.default_rng(0).normal(size=(2, 7, 6, 3))
    both = SeparableConv2D(4, 3, 2, "same", depth_multiplier=2, dtype="float64")
    both.build(x.shape[1:], 0)
    both.params["bias"] = np.arange(4.0)
    first = DepthwiseConv2D(3, 2, "same", 2, use_bias=False, dtype="float64")
    first.build(x.shape[1:], 0)
    second = Conv2D(4, 1, dtype="float64")
    second.build(first.output_shape, 0)
    first.params["kernel"] = both.params["depthwise_kernel"]
    second.params = {"kernel": both.params["pointwise_kernel"], "bias": both.params["bias"]}
    np.testing.assert_allclose(both(x), second(first(x)), atol=1e-14)


def test_shapes_that_do_not_fit_are_refused():
    x, depthwise, pointwise = np.zeros((1, 4, 4, 2)), np.zeros((3, 3, 2, 2)), np.zeros((1, 1, 4, 5))
    for wrong in (pointwise[:, :, :3], np.zeros((2, 1, 4, 5))):
        with pytest.raises(ValueError, match=r"pointwise filters of shape \(1, 1, 4, f\), got"):
            separable_conv2d(x, depthwise, wrong, None)
    _, cache = separable_conv2d(x, depthwise, pointwise, None)
    with pytest.raises(ValueError, match=r"expected dy of shape \(1, 2, 2, 5\), got"):
        separable_conv2d_backward(np.zeros((1, 2, 2, 4)), cache)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, r"filters must be a whole number in \[1, inf\), got 0"),
        ({"depth_multiplier": 1.5}, "depth_multiplier must be a whole number"),
        ({"kernel_size": 0}, "kernel_size must be one or two integers of at least 1"),
        ({"padding": "causal"}, "padding must be 'valid' or 'same', got 'causal'"),
        ({"data_format": "channels_first"}, "data_format='channels_first' is not supported"),
        ({"pointwise_constraint": "small"}, "constraint: 'small' is unknown"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        SeparableConv2D(**({"filters": 2, "kernel_size": 3} | arguments))


def test_an_image_too_small_is_named():
    with pytest.raises(ValueError, match=r"input_shape \(4, 4, 1\), a window of 5 does not fit"):
        SeparableConv2D(2, 5).build((4, 4, 1))
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        SeparableConv2D(2, 5).build((4,))
