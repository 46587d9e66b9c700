"""Layers of images: what each makes of the same images with the same weights."""

import numpy as np

from keras_uses.material import IMAGES, applied, fill
from keras_uses.table import use

#: name on the page, the layer, and what is expected if that is not the same.
LAYERS = [
    ("Conv2D(filters, size)", lambda ls: ls.Conv2D(4, 3)),
    ("Conv2D(kernel_size=(3, 2))", lambda ls: ls.Conv2D(4, kernel_size=(3, 2))),
    ("Conv2D(padding='same')", lambda ls: ls.Conv2D(4, 3, padding="same")),
    ("Conv2D(strides=2)", lambda ls: ls.Conv2D(4, 3, strides=2)),
    ("Conv2D(strides=2, padding='same')", lambda ls: ls.Conv2D(4, 3, strides=2, padding="same")),
    ("Conv2D(activation='relu')", lambda ls: ls.Conv2D(4, 3, activation="relu")),
    ("Conv2D(dilation_rate=2)", lambda ls: ls.Conv2D(4, 3, dilation_rate=2)),
    ("Conv2D(use_bias=False)", lambda ls: ls.Conv2D(4, 3, use_bias=False)),
    (
        "Conv2D(kernel_initializer='he_normal')",
        lambda ls: ls.Conv2D(4, 3, kernel_initializer="he_normal"),
    ),
    ("Conv2D(groups=2)", lambda ls: ls.Conv2D(4, 3, groups=2)),
    ("SeparableConv2D(filters, size)", lambda ls: ls.SeparableConv2D(4, 3)),
    (
        "SeparableConv2D(padding='same', use_bias=False)",
        lambda ls: ls.SeparableConv2D(4, 3, padding="same", use_bias=False),
    ),
    (
        "SeparableConv2D(depth_multiplier=2)",
        lambda ls: ls.SeparableConv2D(4, 3, depth_multiplier=2),
    ),
    ("DepthwiseConv2D(size)", lambda ls: ls.DepthwiseConv2D(3)),
    ("Conv2DTranspose(filters, size)", lambda ls: ls.Conv2DTranspose(4, 3)),
    (
        "Conv2DTranspose(strides=2, padding='same')",
        lambda ls: ls.Conv2DTranspose(4, 3, strides=2, padding="same"),
    ),
    ("MaxPooling2D()", lambda ls: ls.MaxPooling2D()),
    ("MaxPooling2D((2, 2))", lambda ls: ls.MaxPooling2D((2, 2))),
    ("MaxPooling2D(2, 2)", lambda ls: ls.MaxPooling2D(2, 2)),
    ("MaxPooling2D(3, strides=2)", lambda ls: ls.MaxPooling2D(3, strides=2)),
    (
        "MaxPooling2D(padding='same')",
        lambda ls: ls.MaxPooling2D((3, 3), strides=(2, 2), padding="same"),
    ),
    ("AveragePooling2D(2)", lambda ls: ls.AveragePooling2D(2)),
    ("AveragePooling2D(padding='same')", lambda ls: ls.AveragePooling2D(3, 2, padding="same")),
    ("GlobalAveragePooling2D()", lambda ls: ls.GlobalAveragePooling2D()),
    (
        "GlobalAveragePooling2D(keepdims=True)",
        lambda ls: ls.GlobalAveragePooling2D(keepdims=True),
    ),
    ("GlobalMaxPooling2D()", lambda ls: ls.GlobalMaxPooling2D()),
    ("MaxPool2D, the short name", lambda ls: ls.MaxPool2D(2)),
    ("AvgPool2D, the short name", lambda ls: ls.AvgPool2D(2)),
    ("GlobalAvgPool2D, the short name", lambda ls: ls.GlobalAvgPool2D()),
    ("GlobalMaxPool2D, the short name", lambda ls: ls.GlobalMaxPool2D()),
    ("Convolution2D, the long name", lambda ls: ls.Convolution2D(4, 3)),
    ("UpSampling2D()", lambda ls: ls.UpSampling2D()),
    (
        "UpSampling2D(interpolation='bilinear')",
        lambda ls: ls.UpSampling2D(2, interpolation="bilinear"),
    ),
    ("ZeroPadding2D(1)", lambda ls: ls.ZeroPadding2D(1)),
    ("ZeroPadding2D(((0, 1), (0, 1)))", lambda ls: ls.ZeroPadding2D(((0, 1), (0, 1)))),
    ("Cropping2D(1)", lambda ls: ls.Cropping2D(1)),
    ("SpatialDropout2D(rate) at inference", lambda ls: ls.SpatialDropout2D(0.5)),
    ("BatchNormalization() on images", lambda ls: ls.BatchNormalization()),
    ("LayerNormalization() on images", lambda ls: ls.LayerNormalization()),
    ("GroupNormalization(groups)", lambda ls: ls.GroupNormalization(groups=2)),
    ("GroupNormalization(groups=-1)", lambda ls: ls.GroupNormalization(groups=-1)),
    ("PReLU(shared_axes=[1, 2])", lambda ls: ls.PReLU(shared_axes=[1, 2])),
    ("Rescaling(1 / 255)", lambda ls: ls.Rescaling(1.0 / 255)),
    ("Rescaling(1 / 127.5, offset=-1)", lambda ls: ls.Rescaling(1 / 127.5, offset=-1)),
    ("Normalization(mean, variance)", lambda ls: ls.Normalization(mean=0.5, variance=0.25)),
    ("Resizing(height, width)", lambda ls: ls.Resizing(5, 6)),
    ("CenterCrop(height, width)", lambda ls: ls.CenterCrop(4, 4)),
    ("RandomFlip() at inference", lambda ls: ls.RandomFlip("horizontal")),
    ("RandomRotation() at inference", lambda ls: ls.RandomRotation(0.1)),
    ("RandomZoom() at inference", lambda ls: ls.RandomZoom(0.2)),
    ("RandomTranslation() at inference", lambda ls: ls.RandomTranslation(0.1, 0.1)),
    ("RandomContrast() at inference", lambda ls: ls.RandomContrast(0.2)),
    ("RandomBrightness() at inference", lambda ls: ls.RandomBrightness(0.2)),
]
for _name, _make, *_expected in LAYERS:
    use(_name, *_expected)(lambda keras, make=_make: applied(keras, make(keras.layers)))


@use("Conv2D(data_format='channels_first')", "refused", "channels come last")
def channels_first(keras):
    x = keras.layers.Input((2, 8, 8))
    return keras.layers.Conv2D(4, 3, data_format="channels_first")(x).shape


@use("Normalization().adapt(data)")
def adapt(keras):
    layer = keras.layers.Normalization()
    layer.adapt(IMAGES)
    return np.asarray(layer(IMAGES)), layer.mean.numpy(), layer.get_weights()


@use("`Normalization(axis=None)` on a column, as in TensorFlow's tutorial on regression")
def adapt_to_a_column(keras):
    layer = keras.layers.Normalization(axis=None)
    layer.adapt(np.linspace(50, 200, 12))
    model = keras.Sequential([keras.layers.Input((1,)), layer, keras.layers.Dense(1)])
    model.layers[-1].set_weights([np.ones((1, 1)), np.ones(1)])
    return model.predict(np.array([[60.0], [100.0]]), verbose=0), layer.mean.numpy().item()


@use("`Normalization` adapted to batches in a model")
def adapt_to_batches(keras):
    ls = keras.layers
    model = keras.Sequential([ls.Input((8, 8, 2)), ls.Normalization(), ls.Flatten(), ls.Dense(3)])
    fill(model).layers[0].adapt((IMAGES[i : i + 5], np.zeros(5)) for i in range(0, 12, 5))
    return model.predict(IMAGES, verbose=0)


@use("RandomFlip in training")
def random_flip(keras):
    layer = keras.layers.RandomFlip("horizontal", seed=1)
    y = np.asarray(layer(IMAGES, training=True))
    flipped = [np.allclose(a, b[:, ::-1]) for a, b in zip(y, IMAGES, strict=True)]
    kept = [np.allclose(a, b) for a, b in zip(y, IMAGES, strict=True)]
    return all(a or b for a, b in zip(flipped, kept, strict=True)), any(flipped)


@use("augmentation as the first layers of a network in training")
def augmentation_in_a_network(keras):
    ls = keras.layers
    augment = keras.Sequential([ls.RandomFlip("horizontal"), ls.RandomRotation(0.1)])
    model = keras.Sequential([keras.layers.Input((8, 8, 2)), augment, ls.Flatten(), ls.Dense(3)])
    model.compile("sgd", "mse")
    history = fill(model).fit(IMAGES, np.zeros((12, 3)), verbose=0)
    return list(history.history), len(model.get_weights())


@use("SpatialDropout2D in training")
def spatial_dropout(keras):
    ones = np.ones((40, 4, 4, 8), np.float32)
    y = np.asarray(keras.layers.SpatialDropout2D(0.5, seed=1)(ones, training=True))
    return sorted(set(y.ravel().tolist())), bool((y.std(axis=(1, 2)) == 0).all())


@use("an error for a kernel that is larger than the image")
def kernel_too_large(keras):
    return keras.Sequential([keras.layers.Input((4, 4, 1)), keras.layers.Conv2D(3, 5)])


@use("an error for filters that groups do not divide")
def filters_that_groups_do_not_divide(keras):
    return keras.layers.Conv2D(5, 3, groups=2)


@use("an error for padding='full'")
def unknown_padding(keras):
    return keras.layers.Conv2D(3, 3, padding="full")
