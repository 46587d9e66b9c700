"""The layers that change images at random: against Keras's where both draw the same numbers."""

import numpy as np
import pytest
from oracles import keras, tensorflow

from minicnn import Sequential, layers
from minicnn.layers.random_affine import affine_transform, affine_transform_backward
from minicnn.layers.random_flip import flip, flip_backward
from minicnn.layers.random_light import light, light_backward
from minicnn.random import Key

ALL = {
    "RandomBrightness": {"factor": 0.3, "value_range": (0, 1)},
    "RandomContrast": {"factor": 0.9, "value_range": (0, 1)},
    "RandomFlip": {},
    "RandomRotation": {"factor": 0.4},
    "RandomTranslation": {"height_factor": 0.4, "width_factor": 0.3},
    "RandomZoom": {"height_factor": 0.4, "width_factor": 0.3},
}
EVERY = pytest.mark.parametrize("name", ALL)
FILL = pytest.mark.parametrize("fill_mode", ["reflect", "wrap", "constant", "nearest"])
INTERPOLATION = pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])


def images(n=5, shape=(9, 8, 2)):
    return np.random.default_rng(0).random((n, *shape), np.float32)


def both(name, x, **arguments):
    """Return what the two libraries make of images where an interval has one number only."""
    theirs = getattr(keras().layers, name)(**arguments)
    ours = getattr(layers, name).from_config(theirs.get_config())
    ours.build(x.shape[1:])
    y, _ = ours.forward(x, training=True, key=3)
    return y, np.asarray(theirs(x, training=True))


# TensorFlow computes the points in float32, to about 1e-6 of a pixel.
CLOSE = {"rtol": 0, "atol": 1e-5}


@FILL
@INTERPOLATION
@pytest.mark.parametrize("turns", [-0.3, -0.02, 0.1, 0.49])
def test_rotation_like_keras(turns, interpolation, fill_mode):
    ours, theirs = both(
        "RandomRotation", images(), factor=(turns, turns), fill_mode=fill_mode,
        interpolation=interpolation, fill_value=0.7,
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs, **CLOSE)


@FILL
@INTERPOLATION
@pytest.mark.parametrize(("high", "wide"), [(-0.43, 0.21), (0.37, None), (0.91, -0.13)])
def test_zoom_like_keras(high, wide, interpolation, fill_mode):
    ours, theirs = both(
        "RandomZoom", images(), height_factor=(high, high),
        width_factor=None if wide is None else (wide, wide), fill_mode=fill_mode,
        interpolation=interpolation, fill_value=0.7,
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs, **CLOSE)


@FILL
@INTERPOLATION
@pytest.mark.parametrize(("down", "right"), [(0.27, -0.41), (-0.25, 0.5), (0.0, 0.13)])
def test_translation_like_keras(down, right, interpolation, fill_mode):
    ours, theirs = both(
        "RandomTranslation", images(), height_factor=(down, down), width_factor=(right, right),
        fill_mode=fill_mode, interpolation=interpolation, fill_value=0.7,
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("value_range", [(0, 1), (0, 255), [0.2, 0.6]])
def test_light_like_keras(value_range):
    for name, factor in (
        ("RandomContrast", (0.4, -0.4)),
        ("RandomContrast", (0, 0)),
        ("RandomBrightness", (0.3, 0.3)),
        ("RandomBrightness", (-0.3, -0.3)),
    ):
        if name == "RandomContrast" and min(factor) < 0:
            continue  # Keras lets it pass; here it is out of bounds
        ours, theirs = both(name, images(), factor=factor, value_range=value_range)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 * max(value_range))


@pytest.mark.parametrize("mode", ["horizontal", "vertical", "horizontal_and_vertical"])
def test_flips_are_keras_flips(mode):
    x = images(64)
    theirs = np.asarray(keras().layers.RandomFlip(mode)(x, training=True))
    flipped = (theirs != x).any(axis=(1, 2, 3))
    assert 10 < flipped.sum() < 54
    np.testing.assert_array_equal(flip(x, flipped, mode=mode)[0], theirs)


@pytest.mark.parametrize("factor", [0.2, (0.1, 0.3)])
def test_intervals_are_keras_intervals(factor):
    for name in ("RandomRotation", "RandomContrast", "RandomBrightness"):
        theirs = getattr(keras().layers, name)(factor)
        assert getattr(layers, name)(factor).factor == theirs.factor


def test_light_has_keras_derivative():
    tf = tensorflow()
    x = np.random.default_rng(1).random((4, 5, 6, 2))
    dy = np.random.default_rng(2).normal(size=x.shape)
    contrast, brightness = np.array([0.3, 1.0, 1.7, 2.0]), np.array([0.1, 0.3, -0.2, 0.0])
    y, cache = light(x, contrast, brightness, low=0.1, high=0.8)
    with tf.GradientTape() as tape:
        given = tf.constant(x)
        tape.watch(given)
        mean = tf.reduce_mean(given, axis=(1, 2), keepdims=True)
        k, b = contrast[:, None, None, None], brightness[:, None, None, None]
        theirs = tf.clip_by_value((given - mean) * k + mean + b, 0.1, 0.8)
    np.testing.assert_allclose(y, theirs, atol=1e-14)
    np.testing.assert_allclose(
        light_backward(dy, cache), tape.gradient(theirs, given, dy), atol=1e-13
    )
    assert (y == 0.1).any()
    assert (y == 0.8).any()


@EVERY
def test_inference_is_the_identity(name):
    layer = getattr(layers, name)(**ALL[name])
    layer.build((9, 8, 2))
    x = 3 * images() - 1  # beyond the range of the values, too
    y, cache = layer.forward(x, training=False)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(layer.backward(x, cache)[0], x)


@EVERY
def test_an_image_is_changed_by_its_place_alone(name):
    layer = getattr(layers, name)(**ALL[name])
    layer.build((9, 8, 2))
    x = images(40)
    y, _ = layer.forward(x, training=True, key=Key(1, 2, np.arange(40), 3))
    changed = (y != x).any(axis=(1, 2, 3))
    assert changed.any()
    assert (np.ptp(np.abs(y - x).sum(axis=(1, 2, 3))[changed])) > 0.1  # each in its own way
    part, _ = layer.forward(x[[7, 3]], training=True, key=Key(1, 2, np.array([7, 3]), 3))
    np.testing.assert_array_equal(part, y[[7, 3]])
    for other in (Key(2, 2, None, 3), Key(1, 3, None, 3), Key(1, 2, None, 4)):
        assert (layer.forward(x, training=True, key=other)[0] != y).any()


@EVERY
def test_called_with_images_it_changes_them_as_keras_does(name):
    layer = getattr(layers, name)(**ALL[name])
    x = images(40)
    assert (layer(x) != x).any()
    np.testing.assert_array_equal(layer(x, key=5), layer(x, training=True, key=5))
    np.testing.assert_array_equal(layer(x, training=False), x)


def test_in_a_model_it_acts_in_training_only():
    model = Sequential([layers.Input((9, 8, 2)), layers.RandomFlip(), layers.RandomZoom(0.3)])
    x = images(40)
    np.testing.assert_array_equal(model.predict(x), x)
    assert (model.forward(x, training=True, key=0)[0] != x).any()


def test_other_shapes_of_dy_are_refused():
    x, flipped = images(2), np.array([True, False])
    _, cache = flip(x, flipped, mode="vertical")
    with pytest.raises(ValueError, match="flip_backward: expected dy of shape"):
        flip_backward(x[:1], cache)
    _, cache = light(x, np.ones(2), np.ones(2), low=0, high=1)
    with pytest.raises(ValueError, match="light_backward: expected dy of shape"):
        light_backward(x[:1], cache)
    _, cache = affine_transform(x, np.stack([np.eye(3)] * 2))
    with pytest.raises(ValueError, match="affine_transform_backward: expected dy of shape"):
        affine_transform_backward(x[:1], cache)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.RandomFlip("diagonal"), "mode must be one of horizontal, vertical, "),
        (lambda: layers.RandomRotation(1.5), "factor must be one or two numbers from -1 to 1"),
        (lambda: layers.RandomRotation("much"), "factor must be one or two numbers from -1 to 1"),
        (lambda: layers.RandomRotation((0.1, 0.2, 0.3)), "factor must be one or two numbers"),
        (lambda: layers.RandomRotation(float("nan")), "factor must be one or two numbers"),
        (lambda: layers.RandomRotation(0.1, "mirror"), "fill_mode must be one of reflect, wrap, "),
        (
            lambda: layers.RandomRotation(0.1, interpolation="bicubic"),
            "interpolation must be one of bilinear, nearest, got 'bicubic'",
        ),
        (lambda: layers.RandomZoom(-1), "factors must be above -1"),
        (lambda: layers.RandomZoom(0.1, (-1, 0)), "factors must be above -1"),
        (lambda: layers.RandomZoom(None), "height_factor must be one or two numbers"),
        (lambda: layers.RandomTranslation(0.1, 2), "width_factor must be one or two numbers"),
        (lambda: layers.RandomContrast(-0.2), "factor must be one or two numbers from 0 to 1"),
        (lambda: layers.RandomContrast(0.2, 255), "value_range must be two numbers, got 255"),
        (lambda: layers.RandomBrightness(0.2, (0, 1, 2)), "value_range must be one or two numbers"),
        (
            lambda: layers.RandomFlip(data_format="channels_first"),
            "data_format='channels_first' is not supported",
        ),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_images_are_wanted():
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        layers.RandomFlip().build((4,))
