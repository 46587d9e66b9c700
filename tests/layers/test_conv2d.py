import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Conv2D
from minicnn.layers.conv2d import conv2d

ARGUMENTS = [
    {"strides": strides, "padding": padding, "dilation_rate": dilation}
    for strides, padding, dilation in itertools.product(
        [(1, 1), (2, 2), (2, 1)], ["valid", "same"], [(1, 1), (2, 2)]
    )
    if strides == (1, 1) or dilation == (1, 1)  # Keras refuses both at once
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_like_keras(arguments, dtype):
    compare("Conv2D", (9, 8, 3), dtype, filters=4, kernel_size=(3, 2), **arguments)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "elu", "softmax"])
@pytest.mark.parametrize("use_bias", [True, False])
def test_like_keras_with_an_activation(activation, use_bias, dtype):
    compare(
        "Conv2D", (5, 6, 2), dtype, filters=3, kernel_size=5, padding="same",
        activation=activation, use_bias=use_bias,
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 2), (6, 6, 1)])
def test_an_image_smaller_than_the_filter(shape):
    compare("Conv2D", shape, "float64", filters=2, kernel_size=5, strides=2, padding="same")


def test_a_non_square_stride_of_more_than_the_filter():
    compare("Conv2D", (11, 13, 2), "float64", filters=2, kernel_size=2, strides=(5, 3))


def test_nan_stays_where_its_windows_are():
    layer = Conv2D(1, 3)
    layer.build((5, 5, 1), 0)
    x = np.ones((1, 5, 5, 1), np.float32)
    x[0, 0, 0] = np.nan
    nan = np.isnan(layer(x))[0, :, :, 0]
    assert nan[0, 0]
    assert nan.sum() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, r"filters must be a whole number in \[1, inf\), got 0"),
        ({"filters": 2.5}, r"filters must be a whole number in \[1, inf\), got 2\.5"),
        ({"filters": None}, r"filters must be a whole number in \[1, inf\), got None"),
        ({"kernel_size": (3, 3, 3)}, "kernel_size must be one or two integers"),
        ({"kernel_size": 0}, "kernel_size must be one or two integers of at least 1"),
        ({"strides": 0}, "strides must be one or two integers"),
        ({"padding": "causal"}, "padding must be 'valid' or 'same', got 'causal'"),
        ({"algorithm": "fft", "strides": 2}, "algorithm 'fft' needs strides and dilation_rate 1"),
        ({"activation": "glu"}, "activation: 'glu' is unknown"),
        (
            {"strides": (1, 2), "dilation_rate": (2, 1)},
            r"Conv2D 'conv2d': strides and dilation_rate cannot both be above 1, "
            r"got strides=\(1, 2\) and dilation_rate=\(2, 1\)\.",
        ),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(**({"filters": 2, "kernel_size": 3} | arguments))


def test_an_image_too_small_is_named():
    with pytest.raises(ValueError, match=r"input_shape \(4, 4, 1\), a window of 5 does not fit"):
        Conv2D(2, 5).build((4, 4, 1))
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        Conv2D(2, 5).build((4,))


def test_filters_without_a_number_are_refused():
    with pytest.raises(ValueError, match=r"at least one number, got \(3, 3, 2, 0\)"):
        conv2d(np.zeros((1, 4, 4, 2)), np.zeros((3, 3, 2, 0)), None)
