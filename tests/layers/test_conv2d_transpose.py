import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Conv2DTranspose
from minicnn.layers.conv2d_transpose import conv2d_transpose, conv2d_transpose_backward

ARGUMENTS = [
    {"strides": strides, "padding": padding, "dilation_rate": dilation}
    for strides, padding, dilation in itertools.product(
        [(1, 1), (2, 2), (2, 1), (3, 4)], ["valid", "same"], [(1, 1), (2, 2)]
    )
    if strides == (1, 1) or dilation == (1, 1)  # Keras refuses both at once
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
@pytest.mark.parametrize("kernel_size", [(3, 2), 1, 5])
def test_like_keras(kernel_size, arguments, dtype):
    if arguments["dilation_rate"] != (1, 1):
        dtype = "float32"  # TensorFlow has no such convolution in float64
    compare("Conv2DTranspose", (4, 5, 3), dtype, filters=4, kernel_size=kernel_size, **arguments)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel_size", "output_padding"), [(3, 1), (3, 0), ((5, 3), (0, 1))])
def test_like_keras_with_output_padding(kernel_size, output_padding, padding):
    compare(
        "Conv2DTranspose", (4, 3, 2), "float64", filters=2, kernel_size=kernel_size, strides=2,
        padding=padding, output_padding=output_padding,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["relu", "softmax"])
@pytest.mark.parametrize("use_bias", [True, False])
def test_like_keras_with_an_activation(activation, use_bias, dtype):
    compare(
        "Conv2DTranspose", (5, 6, 2), dtype, filters=3, kernel_size=3, padding="same",
        activation=activation, use_bias=use_bias,
    )  # fmt: skip


def test_one_pixel_paints_the_filter():
    layer = Conv2DTranspose(1, 3, dtype="float64")
    layer.build((1, 1, 1), 0)
    layer.params["kernel"] = np.arange(9.0).reshape(3, 3, 1, 1)
    y = layer(np.full((1, 1, 1, 1), 2.0))
    np.testing.assert_array_equal(y[0, :, :, 0], 2 * np.arange(9.0).reshape(3, 3))


def test_shapes_that_do_not_fit_are_refused():
    x, w = np.zeros((1, 4, 4, 2)), np.zeros((3, 3, 5, 2))
    with pytest.raises(ValueError, match="expected filters of 2 channels, got"):
        conv2d_transpose(x, w[..., :1], None)
    _, cache = conv2d_transpose(x, w, None)
    with pytest.raises(ValueError, match=r"expected dy of shape \(1, 6, 6, 5\), got"):
        conv2d_transpose_backward(np.zeros((1, 4, 4, 5)), cache)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, r"filters must be a whole number in \[1, inf\), got 0"),
        ({"kernel_size": 0}, "kernel_size must be one or two integers of at least 1"),
        ({"padding": "causal"}, "padding must be 'valid' or 'same', got 'causal'"),
        (
            {"strides": 2, "output_padding": 2},
            r"output_padding must be below the strides \(2, 2\), got \(2, 2\)",
        ),
        ({"output_padding": -1}, "output_padding must be one or two integers of at least 0"),
        ({"strides": 2, "dilation_rate": 2}, "strides and dilation_rate cannot both be above 1"),
        ({"data_format": "channels_first"}, "data_format='channels_first' is not supported"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2DTranspose(**({"filters": 2, "kernel_size": 3} | arguments))


def test_sizes_that_no_convolution_joins_are_named():
    layer = Conv2DTranspose(2, 2, 2, "same", output_padding=0)
    with pytest.raises(ValueError, match=r"no convolution goes from \(6, 6\) pixels to \(4, 4\)"):
        layer.build((4, 4, 1))
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        Conv2DTranspose(2, 2).build((4,))
