"""Every layer with arguments off their defaults where it has any, and batches for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_twin import randomize

from minicnn.layers import LAYERS, Layer

__all__ = ["ALL", "CASES", "arrays_of", "batch", "built", "joins", "shapes_of"]

IMAGE, ROW = (6, 5, 3), (7,)
TWO, THREE = (IMAGE, IMAGE), (ROW, ROW, ROW)
#: Factors for channels, as a squeeze-and-excitation block makes them.
STRETCHED = (IMAGE, (1, 1, 3))

#: (class, arguments, input shape); of a layer that joins several inputs, a tuple of shapes.
CASES: list[tuple[str, dict, Any]] = [
    ("Activation", {"activation": "relu"}, IMAGE),
    ("Activation", {"activation": "leaky_relu"}, IMAGE),
    ("Activation", {"activation": "elu"}, ROW),
    ("Activation", {"activation": "sigmoid"}, IMAGE),
    ("Activation", {"activation": "tanh"}, ROW),
    ("Activation", {"activation": "softmax"}, ROW),
    ("Activation", {"activation": "linear"}, ROW),
    ("Activation", {"activation": "gelu"}, ROW),
    ("Activation", {"activation": "hard_silu"}, IMAGE),
    ("Activation", {"activation": "log_softmax"}, ROW),
    ("Add", {}, TWO),
    ("Add", {}, (ROW, (1,), ROW)),
    ("AlphaDropout", {"rate": 0.4}, IMAGE),
    ("Average", {}, THREE),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.01}, IMAGE),
    ("BatchNormalization", {"center": False}, ROW),
    ("BatchNormalization", {"scale": False, "trainable": False}, ROW),
    ("CenterCrop", {"height": 3, "width": 2}, IMAGE),
    ("CenterCrop", {"height": 8, "width": 4}, IMAGE),
    ("Concatenate", {}, (IMAGE, (6, 5, 2))),
    ("Concatenate", {"axis": 1}, (IMAGE, (2, 5, 3), IMAGE)),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "strides": 2, "padding": "same"}, IMAGE),
    ("Conv2D", {"filters": 2, "kernel_size": 2, "use_bias": False, "activation": "tanh"}, IMAGE),
    ("Conv2D", {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2"}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 2, "groups": 2}, (6, 5, 4)),
    ("Conv2D", {"filters": 6, "kernel_size": 2, "groups": 3, "activation": "relu"}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    (
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": (2, 3), "output_padding": (1, 2)},
        IMAGE,
    ),
    ("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2"}, IMAGE),
    ("Cropping2D", {"cropping": ((1, 2), (0, 3))}, IMAGE),
    ("Dense", {"units": 4, "activation": "relu"}, ROW),
    ("Dense", {"units": 4, "kernel_initializer": "he_normal"}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": (3, 2), "strides": 2, "padding": "same"}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": 2, "depth_multiplier": 2, "activation": "relu"}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": 2, "depthwise_regularizer": "l2"}, IMAGE),
    ("Dropout", {"rate": 0.4}, IMAGE),
    ("ELU", {"alpha": 0.7}, IMAGE),
    ("Flatten", {}, IMAGE),
    ("GaussianDropout", {"rate": 0.4}, ROW),
    ("GaussianNoise", {"stddev": 0.3}, ROW),
    ("GlobalAveragePooling2D", {}, IMAGE),
    ("GlobalAveragePooling2D", {"keepdims": True}, IMAGE),
    ("GlobalMaxPooling2D", {}, IMAGE),
    ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    ("GroupNormalization", {"groups": 3, "axis": 1, "gamma_regularizer": "l2"}, IMAGE),
    ("GroupNormalization", {"groups": -1, "center": False}, IMAGE),
    ("GroupNormalization", {"groups": 1, "scale": False, "epsilon": 0.01}, ROW),
    ("InputLayer", {"shape": IMAGE}, IMAGE),
    ("LayerNormalization", {"epsilon": 0.01}, IMAGE),
    ("LayerNormalization", {"axis": [1, 3], "center": False}, IMAGE),
    ("LayerNormalization", {"axis": -1, "scale": False, "beta_regularizer": "l1"}, ROW),
    ("LeakyReLU", {"negative_slope": 0.1}, ROW),
    ("MaxPooling2D", {"pool_size": (2, 3), "strides": 1}, IMAGE),
    ("Maximum", {}, THREE),
    ("Maximum", {}, STRETCHED),
    ("Identity", {}, ROW),
    ("Minimum", {}, STRETCHED),
    ("Multiply", {}, THREE),
    ("Multiply", {}, STRETCHED),
    ("Normalization", {}, IMAGE),
    ("Normalization", {"axis": None, "invert": True}, ROW),
    ("Normalization", {"axis": [1, 3], "mean": [0.5, -1.0, 2.0], "variance": [0, 1, 2]}, IMAGE),
    ("PReLU", {"shared_axes": [1, 2]}, IMAGE),
    ("PReLU", {"alpha_regularizer": "l2"}, ROW),
    ("Permute", {"dims": (3, 1, 2)}, IMAGE),
    ("RandomBrightness", {"factor": 0.3, "value_range": (-1, 1)}, IMAGE),
    ("RandomContrast", {"factor": (0.4, 0.9), "value_range": (-1, 1)}, IMAGE),
    ("RandomFlip", {"mode": "horizontal"}, IMAGE),
    ("RandomFlip", {}, IMAGE),
    ("RandomRotation", {"factor": (-0.1, 0.3), "fill_mode": "wrap"}, IMAGE),
    ("RandomTranslation", {"height_factor": 0.3, "width_factor": (0.1, 0.5)}, IMAGE),
    ("RandomZoom", {"height_factor": 0.5, "interpolation": "nearest"}, IMAGE),
    ("RandomZoom", {"height_factor": 0.5, "width_factor": 0.1, "fill_mode": "constant"}, IMAGE),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, IMAGE),
    ("Rescaling", {"scale": 0.3, "offset": -1.0}, IMAGE),
    ("Reshape", {"target_shape": (3, -1, 2)}, IMAGE),
    ("Resizing", {"height": 4, "width": 9}, IMAGE),
    ("Resizing", {"height": 9, "width": 9, "interpolation": "nearest"}, IMAGE),
    ("Resizing", {"height": 4, "width": 9, "crop_to_aspect_ratio": True}, IMAGE),
    ("Resizing", {"height": 4, "width": 9, "pad_to_aspect_ratio": True, "fill_value": 2}, IMAGE),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}, IMAGE),
    ("SeparableConv2D", {"filters": 2, "kernel_size": 2, "depth_multiplier": 3}, IMAGE),
    ("SeparableConv2D", {"filters": 2, "kernel_size": 2, "pointwise_regularizer": "l2"}, IMAGE),
    ("Softmax", {"axis": 1}, IMAGE),
    ("SpatialDropout2D", {"rate": 0.4}, IMAGE),
    ("Subtract", {}, TWO),
    ("UnitNormalization", {"axis": [1, 3]}, IMAGE),
    ("UnitNormalization", {}, ROW),
    ("UpSampling2D", {"size": (2, 3)}, IMAGE),
    ("UpSampling2D", {"size": 2, "interpolation": "bilinear"}, IMAGE),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, IMAGE),
]
ALL = pytest.mark.parametrize(
    ("name", "arguments", "shape"), CASES, ids=[f"{c[0]}-{c[1]}-{c[2]}" for c in CASES]
)


def built(name: str, arguments: dict, shape: Any, dtype: str = "float32") -> Layer:
    """Return the layer, built, with random weights."""
    layer = LAYERS[name](**arguments, dtype=dtype)
    layer.build(shape, 0)
    randomize(layer, np.random.default_rng(1))
    return layer


def batch(shape: Any, dtype: str, n: int = 4) -> Any:
    """Return random samples of a shape; a tuple of arrays for a tuple of shapes."""
    rng = np.random.default_rng(2)
    made = tuple(rng.normal(size=(n, *one)).astype(dtype) for one in shapes_of(shape))
    return made if joins(shape) else made[0]


def joins(shape: Any) -> bool:
    """Return whether it is the shape of several inputs."""
    return isinstance(shape[0], tuple)


def shapes_of(shape: Any) -> tuple[tuple[int, ...], ...]:
    """Return the shape of every input."""
    return shape if joins(shape) else (shape,)


def arrays_of(x: Any) -> tuple[np.ndarray, ...]:
    """Return the arrays of an input or of its derivative, one for each input."""
    return x if isinstance(x, tuple) else (x,)
