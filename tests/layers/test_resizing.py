import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras_twin import DTYPES, compare
from oracles import keras

from minicnn.layers import CenterCrop, Resizing, UpSampling2D
from minicnn.layers.resizing import lines_between, resize, resize_backward

SIZES = [(4, 9), (12, 16), (1, 1), (6, 5), (13, 2)]


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
@pytest.mark.parametrize("size", SIZES)
def test_like_keras(size, interpolation):
    compare(
        "Resizing", (6, 5, 3), "float32", height=size[0], width=size[1], interpolation=interpolation
    )


@pytest.mark.parametrize("ratio", ["crop_to_aspect_ratio", "pad_to_aspect_ratio"])
@pytest.mark.parametrize("shape", [(6, 5, 3), (7, 3, 1), (2, 9, 2)])
@pytest.mark.parametrize("size", [(4, 9), (12, 16), (8, 3)])
def test_ratios_like_keras(size, shape, ratio):
    arguments = {"height": size[0], "width": size[1], "fill_value": 0.5, ratio: True}
    compare("Resizing", shape, "float32", **arguments)


@given(st.integers(1, 60), st.integers(1, 60))
def test_nearest_takes_tensorflows_rows(size, target):
    x = np.arange(size, dtype=np.float32).reshape(1, size, 1, 1)
    theirs = np.asarray(keras().ops.image.resize(x, (target, 1), interpolation="nearest"))
    np.testing.assert_array_equal(lines_between(size, target, "nearest").first, theirs.ravel())


def test_the_same_size_changes_nothing():
    x = np.random.default_rng(0).normal(size=(2, 6, 5, 3))
    for interpolation in ("bilinear", "nearest"):
        np.testing.assert_array_equal(Resizing(6, 5, interpolation, dtype="float64")(x), x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 2, (3, 2)])
def test_up_sampling_like_keras(size, dtype):
    compare("UpSampling2D", (3, 4, 2), dtype, size=size)
    compare("UpSampling2D", (1, 1, 1), dtype, size=size)


@pytest.mark.parametrize("size", [1, 2, (3, 2)])
def test_bilinear_up_sampling_like_keras(size):
    compare("UpSampling2D", (3, 4, 2), "float32", size=size, interpolation="bilinear")


def test_up_sampling_repeats():
    x = np.random.default_rng(0).normal(size=(2, 7, 5, 3))
    layer = UpSampling2D((2, 3), dtype="float64")
    np.testing.assert_array_equal(layer(x), x.repeat(2, axis=1).repeat(3, axis=2))
    dy = np.random.default_rng(1).normal(size=(2, 14, 15, 3))
    dx, _ = layer.backward(dy, layer.forward(x, training=True)[1])
    np.testing.assert_allclose(dx, dy.reshape(2, 7, 2, 5, 3, 3).sum(axis=(2, 4)), atol=1e-14)


@pytest.mark.parametrize("size", [(3, 2), (6, 5), (1, 4)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_center_crop_like_keras(size, dtype):
    compare("CenterCrop", (6, 5, 3), dtype, height=size[0], width=size[1])


@pytest.mark.parametrize("size", [(8, 4), (5, 9), (12, 12)])
def test_center_crop_of_small_images_like_keras(size):
    compare("CenterCrop", (6, 5, 3), "float32", height=size[0], width=size[1])


def test_shapes_that_do_not_fit_are_refused():
    rows = lines_between(4, 8)
    _, cache = resize(np.zeros((2, 4, 4, 1)), rows, rows)
    with pytest.raises(ValueError, match=r"expected dy of shape \(2, 8, 8, 1\), got"):
        resize_backward(np.zeros((1, 8, 8, 1)), cache)
    with pytest.raises(ValueError, match="expected rows or columns below 3"):
        resize(np.zeros((2, 3, 4, 1)), rows, rows)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Resizing(0, 3), r"height must be a whole number in \[1, inf\), got 0"),
        (lambda: Resizing(3, 2.5), "width must be a whole number"),
        (lambda: Resizing(3, 3, "bicubic"), "interpolation='bicubic' is not supported; expected"),
        (lambda: UpSampling2D(2, interpolation="lanczos3"), "interpolation='lanczos3' is not"),
        (lambda: Resizing(3, 3, antialias=True), "antialias=True is not supported"),
        (
            lambda: Resizing(3, 3, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            "crop_to_aspect_ratio and pad_to_aspect_ratio cannot both be set",
        ),
        (lambda: UpSampling2D(0), "size must be one or two integers of at least 1"),
        (lambda: CenterCrop(3, -1), "width must be a whole number"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("layer", [Resizing(3, 3), CenterCrop(3, 3), UpSampling2D()])
def test_images_are_wanted(layer):
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        layer.build((4,))
