"""Arguments of layers under the names of Keras 1 and 2 become today's."""

import pytest

from minicnn.saving.legacy.arguments import modern_arguments, modern_class, plain


@pytest.mark.parametrize(
    ("class_name", "old", "new"),
    [
        (
            "Convolution2D",
            {
                "nb_filter": 32, "nb_row": 3, "nb_col": 5, "init": "glorot_uniform", "bias": True,
                "border_mode": "same", "subsample": [2, 2], "dim_ordering": "tf",
                "b_constraint": None, "W_regularizer": None, "b_regularizer": None,
                "W_constraint": None, "input_dtype": "f",
                "activation": "linear", "batch_input_shape": [None, 48, 48, 1], "name": "c",
            },
            {
                "filters": 32, "kernel_size": [3, 5], "kernel_initializer": "glorot_uniform",
                "use_bias": True, "padding": "same", "strides": [2, 2],
                "data_format": "channels_last",
                "kernel_regularizer": None, "bias_regularizer": None, "kernel_constraint": None,
                "bias_constraint": None, "activation": "linear", "name": "c",
            },
        ),
        (
            "Dense",
            {"output_dim": 7, "input_dim": 5, "init": "zero", "activation": "softmax_v2"},
            {"units": 7, "kernel_initializer": "zero", "activation": "softmax"},
        ),
        (
            "Dense",
            {"W_constraint": {"name": "MaxNorm", "m": 3, "axis": 0}, "b_constraint": None},
            {
                "kernel_constraint": {
                    "class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0},
                },
                "bias_constraint": None,
            },
        ),
        ("Dropout", {"p": 0.5}, {"rate": 0.5}),
        ("GaussianNoise", {"sigma": 0.5}, {"stddev": 0.5}),
        ("LeakyReLU", {"alpha": 0.5}, {"negative_slope": 0.5}),
        ("ELU", {"alpha": 0.5}, {"alpha": 0.5}),
        ("MaxPooling2D", {"dim_ordering": "th"}, {"data_format": "channels_first"}),
        ("BatchNormalization", {"mode": 0, "axis": [3]}, {"axis": 3}),
        ("BatchNormalization", {"mode": 1, "axis": [1, 2]}, {"mode": 1, "axis": [1, 2]}),
        ("BatchNormalizationV1", {"gamma_init": "one"}, {"gamma_initializer": "one"}),
        (
            "InputLayer",
            {"batch_input_shape": [None, 8], "input_dtype": "float32", "sparse": False},
            {"batch_shape": [None, 8], "dtype": "float32", "sparse": False},
        ),
        ("RandomFlip", {"mode": "horizontal", "rng_type": "stateful"}, {"mode": "horizontal"}),
    ],
)  # fmt: skip
def test_names(class_name, old, new):
    assert modern_arguments(class_name, old) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, None),
        ("l2", "l2"),
        (
            {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}},
            {"class_name": "L2", "config": {"l2": 0.5}},
        ),
        ({"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.0}}, None),
        (
            {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5},
            {"class_name": "L2", "config": {"l2": 0.5}},
        ),
        (
            {"class_name": "L1L2", "config": {"l1": 0.25, "l2": 0.5}},
            {"class_name": "L1L2", "config": {"l1": 0.25, "l2": 0.5}},
        ),
        ({"class_name": "L2", "config": {"l2": 0.5}}, {"class_name": "L2", "config": {"l2": 0.5}}),
        (
            {"class_name": "L1L2", "config": "evil"},
            {"class_name": "L1L2", "config": {"l1": 1, "l2": 1}},
        ),
    ],
)  # fmt: skip
def test_regularizers(old, new):
    assert modern_arguments("Dense", {"kernel_regularizer": old}) == {"kernel_regularizer": new}


def test_initializers():
    old = {"class_name": "VarianceScaling", "config": {"distribution": "normal", "dtype": "f4"}}
    new = {"class_name": "VarianceScaling", "config": {"distribution": "truncated_normal"}}
    assert modern_arguments("Dense", {"init": old}) == {"kernel_initializer": new}


def test_classes():
    assert modern_class("Convolution2D") == "Conv2D"
    assert modern_class("Dense") == "Dense"
    assert modern_class(["Dense"]) == ["Dense"]


def test_wrappers():
    wrapped = {
        "a": [{"class_name": "TensorShape", "items": [None, {"type": "ndarray", "value": 2}]}]
    }
    assert plain(wrapped) == {"a": [[None, 2]]}
