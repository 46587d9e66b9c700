"""A line of Keras code reads the same here: arguments that there is no choice for, and places."""

import pytest

import minicnn
from minicnn import layers, losses, metrics, optimizers


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Conv2D(4, 3, 1, "same", "channels_last", 1, 1, "relu"),
        lambda: layers.Conv2D(4, 3, 1, "same", None, 1, 2, "relu", bias_regularizer=None),
        lambda: layers.SeparableConv2D(4, 3, 1, "same", "channels_last", 1, 1, "relu"),
        lambda: layers.DepthwiseConv2D(3, 1, "same", 1, "channels_last", 1, "relu"),
        lambda: layers.Conv2DTranspose(4, 3, 2, "same", None, "channels_last", 1, "relu"),
        lambda: layers.UpSampling2D(2, "channels_last", "bilinear"),
        lambda: layers.Resizing(4, 5, "nearest", False, False, "constant", 0.0, False, None),
        lambda: layers.RandomRotation(0.1, "constant", "nearest", 3, 0.5, "channels_last"),
        lambda: layers.RandomZoom(0.1, None, "wrap", "nearest", 3, 0.5, None),
        lambda: layers.RandomContrast(0.1, (0, 1), 3),
        lambda: layers.PReLU("zeros", None, None, [1, 2]),
        lambda: layers.LayerNormalization(-1, 1e-3, True, True, "zeros", "ones", rms_scaling=False),
        lambda: layers.SpatialDropout2D(0.5, "channels_last", 3),
        lambda: layers.MaxPooling2D(2, 2, "same", "channels_last"),
        lambda: layers.AveragePooling2D(2, data_format=None),
        lambda: layers.GlobalAveragePooling2D("channels_last", True),
        lambda: layers.ZeroPadding2D(1, "channels_last"),
        lambda: layers.Flatten("channels_last"),
        lambda: layers.Dropout(0.5, None, 3),
        lambda: layers.BatchNormalization(synchronized=False, renorm=False),
        lambda: layers.Dense(3, kernel_constraint=None, activity_regularizer=None),
        lambda: layers.Input((3,), 8, "float32", sparse=False),
        lambda: optimizers.Adam(weight_decay=None, amsgrad=False, clipvalue=None),
        lambda: optimizers.SGD(0.1, 0.9, True, global_clipnorm=None),
        lambda: losses.CategoricalCrossentropy(axis=-1, reduction="sum_over_batch_size"),
        lambda: losses.SparseCategoricalCrossentropy(ignore_class=None),
        lambda: losses.BinaryCrossentropy(axis=-1, dtype=None),
        lambda: losses.Huber(1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None),
        lambda: metrics.AUC(200, "ROC", "interpolation", "auc", dtype=None, label_weights=None),
        lambda: metrics.SparseCategoricalCrossentropy("x", dtype=None, ignore_class=None, axis=-1),
        lambda: metrics.Precision(None, None, None, "p", dtype="float32"),
        lambda: optimizers.Nadam(loss_scale_factor=None, gradient_accumulation_steps=None),
    ],
)
def test_kerass_values_are_taken(make):
    make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: layers.Conv2D(4, 3, data_format="channels_first", name="c"),
            "Conv2D 'c': data_format='channels_first' is not supported; expected 'channels_last'",
        ),
        (lambda: layers.Dense(4, foo=1), "Dense 'dense': got an unexpected keyword argument 'foo'"),
        (lambda: layers.Dropout(0.5, (1, 2)), "noise_shape=.* is not supported; expected None"),
        (
            lambda: optimizers.Adam(gradient_accumulation_steps=2),
            "Adam: gradient_accumulation_steps=2 is not supported",
        ),
        (lambda: optimizers.SGD(rho=1), "SGD: got an unexpected keyword argument 'rho'"),
        (lambda: losses.CategoricalCrossentropy(axis=1), "axis=1 is not supported; expected -1"),
    ],
)
def test_other_values_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_argument_that_changed_nothing_is_told():
    with pytest.warns(
        DeprecationWarning, match=r"kernel_regularizer, which changes nothing.*depthw"
    ):
        layers.SeparableConv2D(4, 3, kernel_regularizer="l2", kernel_constraint=None)


def test_every_module_of_names_comes_with_the_package():
    for name in (
        "activations",
        "callbacks",
        "layers",
        "losses",
        "metrics",
        "optimizers",
        "schedules",
    ):
        assert hasattr(minicnn, name)
