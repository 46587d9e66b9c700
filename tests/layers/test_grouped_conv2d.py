import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn import Sequential
from minicnn.layers import Conv2D, DepthwiseConv2D, Flatten
from minicnn.layers.grouped_conv2d import grouped_conv2d
from minicnn.plan import FILTERS, plan_training


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("filters", "groups", "steps"),
    [
        (4, 2, {"padding": "same"}),
        (9, 3, {"strides": (2, 1)}),
        (3, 3, {"dilation_rate": 2, "use_bias": False}),
        # One channel in each group, as depthwise.
        (6, 6, {"strides": 2, "padding": "same"}),
        (12, 6, {"activation": "tanh"}),
    ],
    ids=str,
)
def test_like_keras(filters, groups, steps, dtype):
    compare("Conv2D", (9, 8, 6), dtype, filters=filters, kernel_size=3, groups=groups, **steps)


@pytest.mark.parametrize("algorithm", ["im2col", "direct", "fft"])
@pytest.mark.parametrize("groups", [2, 4])
def test_every_algorithm_gives_the_same(algorithm, groups):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(3, 6, 7, 4)), rng.normal(size=(3, 6, 7, 8))
    results = []
    for name in ("auto", algorithm):
        layer = Conv2D(8, 3, padding="same", groups=groups, dtype="float64", algorithm=name)
        layer.build((6, 7, 4), 0)
        y, cache = layer.forward(x, training=True)
        dx, grads = layer.backward(dy, cache)
        results.append([y, dx, grads["kernel"], grads["bias"]])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


def test_a_channel_in_each_group_is_a_depthwise_convolution():
    x = np.random.default_rng(0).normal(size=(2, 5, 5, 3)).astype(np.float32)
    grouped, depthwise = Conv2D(6, 3, groups=3), DepthwiseConv2D(3, depth_multiplier=2)
    grouped.build((5, 5, 3), 0)
    depthwise.build((5, 5, 3), 0)
    depthwise.set_weights([grouped.params["kernel"].reshape(3, 3, 3, 2), grouped.params["bias"]])
    np.testing.assert_array_equal(grouped(x), depthwise(x))


@pytest.mark.parametrize("groups", [2, 4])
def test_a_first_layer_in_a_plan_has_the_same_gradients(groups):
    # There the derivative of the images is left out.
    layer = Conv2D(FILTERS, 3, groups=groups, activation="tanh")
    model = Sequential([layer, Flatten()])
    model.build((None, 5, 5, 4))
    step = plan_training(model.graph).steps[0].layer
    x = np.random.default_rng(0).normal(size=(3, 5, 5, 4)).astype(np.float32)
    y, cache = step.forward(x, training=True, key=None)
    dx, grads = step.backward(y, cache)
    assert dx is None
    for name, grad in layer.backward(y, layer.forward(x, training=True)[1])[1].items():
        np.testing.assert_array_equal(grads[name], grad)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": 0}, r"groups must be a whole number in \[1, inf\), got 0"),
        ({"groups": 1.5}, r"groups must be a whole number in \[1, inf\), got 1\.5"),
        ({"groups": 3}, "filters must be divisible by groups, got filters=4 and groups=3"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(4, 3, **arguments)


def test_channels_that_groups_do_not_divide():
    message = r"build: the number of channels must be divisible by groups=2, got 3 in \(5, 5, 3\)"
    with pytest.raises(ValueError, match=message):
        Conv2D(4, 3, groups=2).build((5, 5, 3))
    x = np.zeros((1, 5, 5, 4))
    for shape in ((3, 3, 4, 4), (3, 3, 2, 3), (3, 3, 2, 0)):
        with pytest.raises(ValueError, match=r"2 groups of filters .* do not fit 4 channels"):
            grouped_conv2d(x, np.zeros(shape), None, groups=2)
