"""Augmentation in TensorFlow, two ways: Keras's layers, and one affine transform of our own.

Both are meant for ``Dataset.map``. Keras's guide "Working with preprocessing layers" puts the
layers there for training on a CPU. TensorFlow's guide "Better performance with the tf.data API"
recommends to map whole batches, in parallel, and to prefetch.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf

__all__ = ["keras_layers", "random_affine", "warp"]

ROTATION, AMOUNT = 15.0, 0.1  # degrees; shift, shear and zoom: the documented training's


def keras_layers() -> Callable[[tf.Tensor], tf.Tensor]:
    """Make Keras's layers for the documented amounts, without shear: that is less work."""
    layers = [
        keras.layers.RandomRotation(ROTATION / 360, fill_mode="nearest"),
        keras.layers.RandomTranslation(AMOUNT, AMOUNT, fill_mode="nearest"),
        keras.layers.RandomZoom(AMOUNT, AMOUNT, fill_mode="nearest"),
        keras.layers.RandomFlip("horizontal"),
    ]

    def augment(x: tf.Tensor) -> tf.Tensor:
        for layer in layers:
            x = layer(x, training=True)
        return x

    return augment


def random_affine(x: tf.Tensor) -> tf.Tensor:
    """Draw the seven numbers of each image and move its pixels once; `x` is (n, h, w, c)."""
    n = tf.shape(x)[0]
    mirror = tf.where(tf.random.uniform([n]) < 0.5, -1.0, 1.0)
    right, down, slant, wide, high = tf.unstack(tf.random.uniform([5, n], -AMOUNT, AMOUNT))
    degrees = tf.random.uniform([n], -ROTATION, ROTATION)
    return warp(x, degrees, right, down, slant, 1 + wide, 1 + high, mirror)


def warp(
    x: tf.Tensor,
    degrees: tf.Tensor,
    right: tf.Tensor,
    down: tf.Tensor,
    slant: tf.Tensor,
    wide: tf.Tensor,
    high: tf.Tensor,
    mirror: tf.Tensor,
) -> tf.Tensor:
    """Mirror, zoom, shear, rotate and shift the images about their middle, all in one transform.

    TensorFlow asks where a pixel came from; so the inverse of each step is taken, the last first.
    """
    h, w = x.shape[1:3]
    angle, zero = degrees * (3.141592653589793 / 180), tf.zeros_like(degrees)
    one, cos, sin = zero + 1, tf.cos(angle), tf.sin(angle)
    x0, y0 = (w - 1) / 2, (h - 1) / 2
    back = (
        _matrix(one, zero, zero + x0, zero, one, zero + y0)
        @ _matrix(mirror / wide, zero, zero, zero, 1 / high, zero)
        @ _matrix(one, -slant, zero, zero, one, zero)
        @ _matrix(cos, sin, zero, -sin, cos, zero)
        @ _matrix(one, zero, -w * right - x0, zero, one, -h * down - y0)
    )
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.reshape(back, [-1, 9])[:, :8],
        output_shape=[h, w],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _matrix(*rows: tf.Tensor) -> tf.Tensor:
    """Matrices (n, 3, 3) with the given first two rows; the third is (0, 0, 1)."""
    zero = tf.zeros_like(rows[0])
    return tf.reshape(tf.stack([*rows, zero, zero, zero + 1], axis=1), [-1, 3, 3])
