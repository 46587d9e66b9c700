"""Keras 1's words, as in public scripts of 2016: here those, in Keras 3 today's."""

import importlib

import numpy as np

from keras_uses.data import BATCHES
from keras_uses.material import IMAGES, ONE_HOT, VECTORS, fill
from keras_uses.table import old, use


def _applied(keras, layer, x=IMAGES):
    model = keras.models.Sequential([keras.layers.InputLayer(x.shape[1:]), layer])
    return fill(model).predict_on_batch(x)


#: name on the page, layer, its places and arguments in Keras 1, and today.
LAYERS = [
    (
        "Convolution2D(4, 3, 3, border_mode='same')",
        ("Convolution2D", (4, 3, 3), {"border_mode": "same"}),
        ("Conv2D", (4, (3, 3)), {"padding": "same"}),
    ),
    (
        "Convolution2D(4, 3, 3, subsample=(2, 2), init='he_normal', activation='relu')",
        (
            "Convolution2D",
            (4, 3, 3),
            {"subsample": (2, 2), "init": "he_normal", "activation": "relu"},
        ),
        ("Conv2D", (4, 3), {"strides": 2, "activation": "relu"}),
    ),
    (
        "Convolution2D(nb_filter=4, nb_row=3, nb_col=2, bias=False, dim_ordering='tf')",
        (
            "Convolution2D",
            (),
            {"nb_filter": 4, "nb_row": 3, "nb_col": 2, "bias": False, "dim_ordering": "tf"},
        ),
        ("Conv2D", (4, (3, 2)), {"use_bias": False}),
    ),
    (
        "AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2))",
        ("AtrousConvolution2D", (4, 3, 3), {"atrous_rate": (2, 2)}),
        ("Conv2D", (4, 3), {"dilation_rate": 2}),
    ),
    (
        "SeparableConvolution2D(4, 3, 3, border_mode='same')",
        ("SeparableConvolution2D", (4, 3, 3), {"border_mode": "same"}),
        ("SeparableConv2D", (4, 3), {"padding": "same"}),
    ),
    (
        "MaxPooling2D((3, 3), strides=(2, 2), border_mode='same')",
        ("MaxPooling2D", ((3, 3),), {"strides": (2, 2), "border_mode": "same"}),
        ("MaxPooling2D", (3, 2, "same"), {}),
    ),
    (
        "AveragePooling2D(border_mode='same', dim_ordering='default')",
        ("AveragePooling2D", (3,), {"border_mode": "same", "dim_ordering": "default"}),
        ("AveragePooling2D", (3,), {"padding": "same"}),
    ),
    (
        "Dense(output_dim=3, init='uniform')",
        ("Dense", (), {"output_dim": 3, "init": "uniform"}),
        ("Dense", (3,), {}),
    ),
    (
        "BatchNormalization(mode=0, axis=-1, gamma_init='one')",
        ("BatchNormalization", (), {"mode": 0, "axis": -1, "gamma_init": "one"}),
        ("BatchNormalization", (), {}),
    ),
]


for _name, _before, _today in LAYERS:
    use(_name)(
        lambda keras, before=_before, today=_today: _applied(
            keras,
            (lambda name, places, given: getattr(keras.layers, name)(*places, **given))(
                *(before if old(keras) else today)
            ),
        )
    )


@use("Convolution2D(4, 3, 3, dim_ordering='th')", "refused", "channels come last")
def channels_first(keras):
    if old(keras):
        return keras.layers.Convolution2D(4, 3, 3, dim_ordering="th").kernel_size
    return keras.layers.Conv2D(4, 3, data_format="channels_first").kernel_size


@use("Dense(3, W_regularizer=l2(0.01), b_regularizer=l1l2(0.1, 0.2))")
def regularizers(keras):
    rules, ls = keras.regularizers, keras.layers
    if old(keras):
        b = rules.l1l2(l1=0.1, l2=0.2)
        layer = ls.Dense(3, W_regularizer=rules.l2(0.01), b_regularizer=b)
    else:
        b = rules.l1_l2(l1=0.1, l2=0.2)
        layer = ls.Dense(3, kernel_regularizer=rules.l2(0.01), bias_regularizer=b)
    model = keras.models.Sequential([ls.InputLayer((5,)), layer])
    model.compile("sgd", "mse")
    return fill(model).train_on_batch(VECTORS, ONE_HOT)


@use("Dropout(p=0.5), SpatialDropout2D(p=0.5), GaussianDropout(p=0.5)")
def dropout_p(keras):
    name = "p" if old(keras) else "rate"
    classes = ("Dropout", "SpatialDropout2D", "GaussianDropout")
    return [getattr(keras.layers, cls)(**{name: 0.5}).rate for cls in classes]


@use("GaussianNoise(sigma=0.1)")
def sigma(keras):
    return keras.layers.GaussianNoise(**{"sigma" if old(keras) else "stddev": 0.1}).stddev


@use("Model(input=..., output=...)")
def model(keras):
    inputs = keras.layers.Input((5,))
    outputs = keras.layers.Dense(3)(inputs)
    names = ("input", "output") if old(keras) else ("inputs", "outputs")
    made = keras.models.Model(**dict(zip(names, (inputs, outputs), strict=True)))
    return fill(made).predict_on_batch(VECTORS)


@use("merge([x, y], mode='sum') and mode='concat'")
def merge(keras):
    ls = keras.layers
    x = ls.Input((5,))
    if old(keras):
        module = importlib.import_module("minicnn.layers")
        joined = module.merge([x, module.merge([x, x], mode="sum")], mode="concat", concat_axis=1)
    else:
        joined = ls.concatenate([x, ls.add([x, x])], axis=1)
    return keras.models.Model(x, joined).predict_on_batch(VECTORS)


@use("from keras.optimizers import adam; adam(lr=0.1)")
def adam(keras):
    if old(keras):
        return importlib.import_module("minicnn.optimizers").adam(lr=0.1).learning_rate
    return float(np.asarray(keras.optimizers.Adam(0.1).learning_rate))


@use("K.image_dim_ordering() and K.set_image_dim_ordering('tf')")
def image_dim_ordering(keras):
    if not old(keras):
        return "tf"
    keras.backend.set_image_dim_ordering("tf")
    return keras.backend.image_dim_ordering()


def _endless():
    while True:
        yield from BATCHES


@use("fit_generator(generator, samples_per_epoch=..., nb_epoch=..., nb_val_samples=...)")
def samples_per_epoch(keras):
    made = keras.models.Sequential([keras.layers.Flatten(input_shape=(8, 8, 2))])
    made.add(keras.layers.Dense(3, activation="softmax"))
    made.compile("sgd", "categorical_crossentropy")
    fill(made)
    if old(keras):
        counts = {"samples_per_epoch": 12, "nb_epoch": 1, "nb_val_samples": 11}
        validation = {"validation_data": _endless(), "nb_worker": 1, "verbose": 0}
        return made.fit_generator(_endless(), **counts, **validation).history
    counts = {"steps_per_epoch": 3, "epochs": 1, "validation_steps": 3}
    return made.fit(_endless(), **counts, validation_data=_endless(), verbose=0).history
