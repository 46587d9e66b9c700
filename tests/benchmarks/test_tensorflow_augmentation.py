"""The peer's affine transform is ours: a lighter one would be no peer."""

import numpy as np
from oracles import keras, tensorflow

from minicnn import geometry


def test_the_same_warp():
    keras()
    tf = tensorflow()
    from benchmarks.contenders.tensorflow_augmentation import warp

    rng = np.random.default_rng(0)
    n, h, w = 6, 10, 12
    x = rng.random((n, h, w, 1), np.float32)
    degrees = rng.uniform(-15, 15, n)
    right, down, slant = rng.uniform(-0.1, 0.1, (3, n))
    wide, high = rng.uniform(0.9, 1.1, (2, n))
    mirror = np.array([1, -1] * 3)
    matrices = geometry.about_centre(
        geometry.translation(w * right, h * down)
        @ geometry.rotation(degrees)
        @ geometry.shear(slant)
        @ geometry.scaling(wide, high)
        @ geometry.scaling(mirror, 1),
        h,
        w,
    )
    numbers = (degrees, right, down, slant, wide, high, mirror)
    y = warp(tf.constant(x), *(tf.constant(number, tf.float32) for number in numbers))
    # OpenCV rounds places to 1/32 of a pixel.
    np.testing.assert_allclose(y, geometry.warp(x, matrices), atol=1 / 16)


def test_random_changes_keep_shape_and_range():
    keras()
    tf = tensorflow()
    from benchmarks.contenders.tensorflow_augmentation import keras_layers, random_affine

    x = tf.random.uniform([4, 48, 48, 1])
    for augment in (random_affine, keras_layers()):
        y = augment(x)
        assert y.shape == x.shape
        assert 0 <= float(tf.reduce_min(y)) <= float(tf.reduce_max(y)) <= 1 + 1e-6
        assert not np.allclose(y, x, atol=0.01)
