import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Conv2D, DepthwiseConv2D
from minicnn.layers.depthwise_conv2d import depthwise_conv2d, depthwise_conv2d_backward

ARGUMENTS = [
    {"strides": strides, "padding": padding, "dilation_rate": dilation, "depth_multiplier": m}
    for strides, padding, dilation, m in itertools.product(
        [1, 2], ["valid", "same"], [(1, 1), (2, 2)], [1, 3]
    )
    if strides == 1 or dilation == (1, 1)  # TensorFlow refuses both at once
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_like_keras(arguments, dtype):
    compare("DepthwiseConv2D", (9, 8, 3), dtype, kernel_size=(3, 2), **arguments)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "softmax"])
@pytest.mark.parametrize("use_bias", [True, False])
def test_like_keras_with_an_activation(activation, use_bias, dtype):
    compare(
        "DepthwiseConv2D", (5, 6, 2), dtype, kernel_size=5, padding="same",
        activation=activation, use_bias=use_bias,
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 2), (6, 6, 1)])
def test_an_image_smaller_than_the_filter(shape):
    compare("DepthwiseConv2D", shape, "float64", kernel_size=5, strides=2, padding="same")


@pytest.mark.parametrize("strides", [(1, 1), (5, 3), (1, 2)])
@pytest.mark.parametrize("dilation_rate", [(1, 1), (2, 1)])
def test_every_channel_is_a_convolution_of_its_own(strides, dilation_rate):
    # TensorFlow has neither strides that differ nor strides with dilation.
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 11, 13, 3))
    layer = DepthwiseConv2D(
        2, strides, depth_multiplier=2, dilation_rate=dilation_rate, dtype="float64"
    )
    layer.build(x.shape[1:], 0)
    y = layer(x)
    for k in range(3):
        kernel = layer.params["kernel"][:, :, k : k + 1]
        expected = depthwise_conv2d(
            x[..., k : k + 1], kernel, None, strides=strides, dilation_rate=dilation_rate
        )[0]
        np.testing.assert_allclose(y[..., 2 * k : 2 * k + 2], expected, atol=1e-14)
        if max(strides) == 1 or max(dilation_rate) == 1:
            one = Conv2D(2, 2, strides, dilation_rate=dilation_rate, dtype="float64")
            one.build((11, 13, 1), 0)
            one.params["kernel"] = kernel
            np.testing.assert_allclose(expected, one(x[..., k : k + 1]), atol=1e-14)


def test_an_empty_batch():
    layer = DepthwiseConv2D(3)
    layer.build((5, 5, 2), 0)
    y, cache = layer.forward(np.zeros((0, 5, 5, 2), np.float32), training=True)
    assert y.shape == (0, 3, 3, 2)
    dx, grads = layer.backward(y, cache)
    assert dx.shape == (0, 5, 5, 2)
    assert not grads["kernel"].any()


def test_other_numbers_of_channels_are_refused():
    x, w = np.zeros((1, 4, 4, 2)), np.zeros((3, 3, 3, 1))
    with pytest.raises(ValueError, match="expected filters for 2 channels, got"):
        depthwise_conv2d(x, w, None)
    _, cache = depthwise_conv2d(x, w[:, :, :2], None)
    with pytest.raises(ValueError, match=r"expected dy of shape \(1, 2, 2, 2\), got"):
        depthwise_conv2d_backward(np.zeros((1, 2, 2, 4)), cache)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth_multiplier": 0}, r"depth_multiplier must be a whole number in \[1, inf\), got 0"),
        ({"kernel_size": 0}, "kernel_size must be one or two integers of at least 1"),
        ({"strides": (1, 2, 3)}, "strides must be one or two integers"),
        ({"padding": "causal"}, "padding must be 'valid' or 'same', got 'causal'"),
        ({"data_format": "channels_first"}, "data_format='channels_first' is not supported"),
        ({"depthwise_constraint": "small"}, "constraint: 'small' is unknown"),
        ({"kernel_initializer": "ones"}, "unexpected keyword argument 'kernel_initializer'"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        DepthwiseConv2D(**({"kernel_size": 3} | arguments))


def test_an_image_too_small_is_named():
    with pytest.raises(ValueError, match=r"input_shape \(4, 4, 1\), a window of 5 does not fit"):
        DepthwiseConv2D(5).build((4, 4, 1))
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        DepthwiseConv2D(5).build((4,))
