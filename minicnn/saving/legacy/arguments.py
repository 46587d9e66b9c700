"""A layer's arguments, from the names that older versions of Keras gave them to today's.

The tables hold Keras 1 and 2's names. What they do not list has kept its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["modern_arguments", "modern_class", "plain"]

_CLASSES = {
    "AtrousConvolution2D": "Conv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
}
_NAMES = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "atrous_rate": "dilation_rate",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "beta_init": "beta_initializer",
    "bias": "use_bias",
    "border_mode": "padding",
    "depthwise_init": "depthwise_initializer",
    "dim_ordering": "data_format",
    "gamma_init": "gamma_initializer",
    "init": "kernel_initializer",
    "nb_filter": "filters",
    "output_dim": "units",
    "pointwise_init": "pointwise_initializer",
    "subsample": "strides",
}
_NAMES_BY_CLASS = {
    "Dropout": {"p": "rate"},
    "GaussianDropout": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "SpatialDropout2D": {"p": "rate"},
}
# Keras 2 states the input's shape in the first layer; see `networks`. The rest says how something
# was computed, not what.
_DROPPED = (
    "batch_input_shape",
    "implementation",
    "input_dim",
    "input_dtype",
    "input_length",
    "rng_type",
)
# Keras 2 wrote them for a kernel that such a layer does not have.
_DROPPED_BY_CLASS = {
    "DepthwiseConv2D": ("kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SeparableConv2D": ("kernel_initializer", "kernel_regularizer", "kernel_constraint"),
}
_DATA_FORMATS = {"tf": "channels_last", "th": "channels_first", "default": "channels_last"}
_ACTIVATIONS = {"softmax_v2": "softmax"}
# The other distribution that VarianceScaling had before it knew two kinds of normal.
_DISTRIBUTIONS = {"normal": "truncated_normal"}


def modern_class(class_name: Any) -> Any:
    """Return today's name of a layer's class."""
    return _CLASSES.get(class_name, class_name) if isinstance(class_name, str) else class_name


def modern_arguments(class_name: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer's arguments under today's names, and with today's values.

    >>> modern_arguments("Convolution2D", {"nb_filter": 8, "nb_row": 3, "nb_col": 3, "bias": True})
    {'filters': 8, 'use_bias': True, 'kernel_size': [3, 3]}
    """
    class_name = modern_class(class_name)
    names = _NAMES | _NAMES_BY_CLASS.get(class_name, {})
    given = {names.get(key, key): value for key, value in arguments.items()}
    if "nb_row" in given and "nb_col" in given:
        given["kernel_size"] = [given.pop("nb_row"), given.pop("nb_col")]
    if class_name == "BatchNormalization":
        if given.get("mode") == 0:  # per feature: the one that is left
            del given["mode"]
        axis = given.get("axis")
        if isinstance(axis, list) and len(axis) == 1:
            given["axis"] = axis[0]
    if class_name == "InputLayer":
        shape = given.pop("batch_input_shape", None)
        dtype = given.pop("input_dtype", None)
        given = {"batch_shape": shape, "dtype": dtype} | given if shape is not None else given
    for key in (*_DROPPED, *_DROPPED_BY_CLASS.get(class_name, ())):
        given.pop(key, None)
    return {key: _modern_value(key, value) for key, value in given.items()}


def _modern_value(key: str, value: Any) -> Any:
    if key == "data_format":
        return _known(_DATA_FORMATS, value)
    if key == "activation":
        return _known(_ACTIVATIONS, value)
    if key.endswith("_regularizer"):
        return _modern_regularizer(value)
    if key.endswith("_constraint"):
        return _modern_constraint(value)
    if key.endswith("_initializer"):
        return _modern_initializer(value)
    return value


def _known(table: Mapping[str, str], value: Any) -> Any:
    return table.get(value, value) if isinstance(value, str) else value


def _modern_regularizer(written: Any) -> Any:
    """L1L2 was the class of all regularizers; without the L1 it is L2, without both none."""
    if not isinstance(written, dict):
        return written
    kind = written.get("class_name", written.get("name"))
    if kind not in ("L1L2", "WeightRegularizer", "L1L2Regularizer"):
        return written
    inner = written.get("config", written)
    l1, l2 = (inner.get(key) or 0.0 for key in ("l1", "l2")) if isinstance(inner, dict) else (1, 1)
    if l1 == 0.0:
        return None if l2 == 0.0 else {"class_name": "L2", "config": {"l2": l2}}
    return {"class_name": "L1L2", "config": {"l1": l1, "l2": l2}}


def _modern_constraint(written: Any) -> Any:
    """Keras 1 wrote {"name": "MaxNorm", "m": 2, "axis": 0}."""
    if not isinstance(written, dict) or "class_name" in written or "name" not in written:
        return written
    config = {("max_value" if key == "m" else key): value for key, value in written.items()}
    return {"class_name": config.pop("name"), "config": config}


def _modern_initializer(written: Any) -> Any:
    inner = written.get("config") if isinstance(written, dict) else None
    if not isinstance(inner, dict):
        return written
    config = {key: value for key, value in inner.items() if key != "dtype"}
    if "distribution" in config:
        config["distribution"] = _known(_DISTRIBUTIONS, config["distribution"])
    return {**written, "config": config}


def plain(value: Any) -> Any:
    """Return a value without the wrappers that older versions put around tuples and arrays.

    >>> plain({"class_name": "__tuple__", "items": [3, 3]})
    [3, 3]
    >>> plain({"type": "ndarray", "value": 0.25})
    0.25
    """
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in ("__tuple__", "TensorShape") and "items" in value:
        return plain(value["items"])
    if value.get("type") == "ndarray" and set(value) == {"type", "value"}:
        return plain(value["value"])
    return {key: plain(one) for key, one in value.items()}
