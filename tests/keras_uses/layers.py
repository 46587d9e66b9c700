"""Layers of vectors and of any shape: what each makes of the same input with the same weights."""

import numpy as np

from keras_uses.material import IMAGES, VECTORS, applied, fill
from keras_uses.table import use

#: name on the page, the layer, the input, and what is expected if that is not the same.
LAYERS = [
    ("Dense(units)", lambda ls: ls.Dense(3), VECTORS),
    ("Dense(activation='relu')", lambda ls: ls.Dense(3, activation="relu"), VECTORS),
    ("Dense(3, 'softmax')", lambda ls: ls.Dense(3, "softmax"), VECTORS),
    ("Dense(use_bias=False)", lambda ls: ls.Dense(3, use_bias=False), VECTORS),
    ("`Dense` applied to the last axis of images", lambda ls: ls.Dense(3), IMAGES),
    ("Dense(kernel_regularizer='l2')", lambda ls: ls.Dense(3, kernel_regularizer="l2"), VECTORS),
    ("Flatten()", lambda ls: ls.Flatten(), IMAGES),
    ("Reshape(shape)", lambda ls: ls.Reshape((4, 4, 8)), IMAGES),
    ("Reshape((-1, 2))", lambda ls: ls.Reshape((-1, 2)), IMAGES),
    ("Permute(order)", lambda ls: ls.Permute((3, 1, 2)), IMAGES),
    (
        "RepeatVector(n)",
        lambda ls: ls.RepeatVector(3),
        VECTORS,
        "refused",
        "minicnn has no such layer",
    ),
    ("Dropout(rate) at inference", lambda ls: ls.Dropout(0.5), VECTORS),
    ("GaussianNoise(stddev) at inference", lambda ls: ls.GaussianNoise(0.5), VECTORS),
    ("GaussianDropout(rate) at inference", lambda ls: ls.GaussianDropout(0.5), VECTORS),
    ("AlphaDropout(rate) at inference", lambda ls: ls.AlphaDropout(0.5), VECTORS),
    ("BatchNormalization()", lambda ls: ls.BatchNormalization(), VECTORS),
    (
        "BatchNormalization(momentum, epsilon)",
        lambda ls: ls.BatchNormalization(momentum=0.9, epsilon=1e-2),
        VECTORS,
    ),
    ("BatchNormalization(scale=False)", lambda ls: ls.BatchNormalization(scale=False), VECTORS),
    ("BatchNormalization(axis=-1)", lambda ls: ls.BatchNormalization(axis=-1), VECTORS),
    ("LayerNormalization()", lambda ls: ls.LayerNormalization(), VECTORS),
    ("UnitNormalization()", lambda ls: ls.UnitNormalization(), VECTORS),
    ("Activation('relu')", lambda ls: ls.Activation("relu"), VECTORS - 0.5),
    ("ReLU()", lambda ls: ls.ReLU(), VECTORS - 0.5),
    ("ReLU(max_value=6)", lambda ls: ls.ReLU(max_value=6), VECTORS * 9),
    ("LeakyReLU()", lambda ls: ls.LeakyReLU(), VECTORS - 0.5),
    ("LeakyReLU(negative_slope=...)", lambda ls: ls.LeakyReLU(negative_slope=0.1), VECTORS - 0.5),
    ("ELU(alpha)", lambda ls: ls.ELU(alpha=0.5), VECTORS - 0.5),
    ("PReLU()", lambda ls: ls.PReLU(), VECTORS - 0.5),
    ("Softmax()", lambda ls: ls.Softmax(), VECTORS),
    ("Identity()", lambda ls: ls.Identity(), VECTORS),
    (
        "ActivityRegularization(l2)",
        lambda ls: ls.ActivityRegularization(l2=0.1),
        VECTORS,
        "refused",
        "minicnn has no such layer",
    ),
    (
        "Lambda(function)",
        lambda ls: ls.Lambda(lambda x: x * 2),
        VECTORS,
    ),
]
for _name, _make, _x, *_expected in LAYERS:
    use(_name, *_expected)(lambda keras, make=_make, x=_x: applied(keras, make(keras.layers), x))

#: Layers that join several inputs of one shape.
MERGES = [
    ("Add()([x, y])", lambda ls: ls.Add()),
    ("Subtract()([x, y])", lambda ls: ls.Subtract()),
    ("Multiply()([x, y])", lambda ls: ls.Multiply()),
    ("Average()([x, y])", lambda ls: ls.Average()),
    ("Maximum()([x, y])", lambda ls: ls.Maximum()),
    ("Minimum()([x, y])", lambda ls: ls.Minimum()),
    ("Concatenate()([x, y])", lambda ls: ls.Concatenate()),
    ("Concatenate(axis=1)([x, y])", lambda ls: ls.Concatenate(axis=1)),
    ("Dot(axes)([x, y])", lambda ls: ls.Dot(axes=1), "refused", "minicnn has no such layer"),
    ("layers.multiply([x, y])", lambda ls: ls.multiply),
    ("layers.average([x, y])", lambda ls: ls.average),
    ("layers.maximum([x, y])", lambda ls: ls.maximum),
]


def _merged(keras, make):
    a, b = keras.layers.Input((5,)), keras.layers.Input((5,))
    model = keras.Model([a, b], make(keras.layers)([a, b]))
    return model.predict([VECTORS, VECTORS[::-1]], verbose=0)


for _name, _make, *_expected in MERGES:
    use(_name, *_expected)(lambda keras, make=_make: _merged(keras, make))


@use("Dropout in training")
def dropout_in_training(keras):
    ones = np.ones((200, 50), np.float32)
    y = np.asarray(keras.layers.Dropout(0.25, seed=1)(ones, training=True))
    return sorted(set(y.ravel().round(4).tolist())), abs(float((y == 0).mean()) - 0.25) < 0.02


@use("BatchNormalization in training")
def batch_normalization_in_training(keras):
    layer = keras.layers.BatchNormalization()
    layer.build((None, 5))
    y = np.asarray(layer(VECTORS, training=True))
    return y, layer.get_weights()


@use("`layer.trainable = False` on BatchNormalization")
def frozen_batch_normalization(keras):
    model = keras.Sequential([keras.layers.Input((5,)), keras.layers.BatchNormalization()])
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    fill(model).fit(VECTORS, VECTORS * 3, verbose=0)
    return model.get_weights()


@use("layer.get_config()")
def get_config(keras):
    config = keras.layers.Dense(3, activation="relu", name="scores").get_config()
    return {key: config[key] for key in ("name", "trainable", "units", "activation", "use_bias")}


@use("Layer.from_config(config)")
def from_config(keras):
    config = keras.layers.Conv2D(4, 3, strides=2, padding="same").get_config()
    layer = keras.layers.Conv2D.from_config(config)
    return layer.filters, layer.kernel_size, layer.strides, layer.padding


@use("`layer.name`, given and automatic")
def names(keras):
    model = keras.Sequential([keras.layers.Input((5,))])
    for layer in (keras.layers.Dense(3), keras.layers.Dense(3), keras.layers.ReLU(name="r")):
        model.add(layer)
    return [layer.name for layer in model.layers]


@use("layer.compute_output_shape(shape)")
def compute_output_shape(keras):
    return keras.layers.Conv2D(4, 3, strides=2).compute_output_shape((None, 8, 8, 2))


@use("layer.compute_output_shape([shape, shape])")
def compute_output_shape_of_several(keras):
    shapes = [(None, 4, 3), (None, 4, 3)]
    return [
        layer.compute_output_shape(shapes)
        for layer in (keras.layers.Add(), keras.layers.Concatenate())
    ]


@use("an error for a negative number of units")
def negative_units(keras):
    return keras.layers.Dense(-1)


@use("an error for a rate above 1")
def rate_above_one(keras):
    return keras.layers.Dropout(1.5)


@use("an error for an unknown activation")
def unknown_activation(keras):
    return keras.layers.Dense(3, activation="rely")


@use("an error for an unknown argument")
def unknown_argument(keras):
    return keras.layers.Dense(3, foo=1)
