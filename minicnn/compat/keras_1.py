"""Keras 1's arguments of layers: ``Convolution2D(4, 3, 3, border_mode="same")``.

The old names are translated before a layer's own ``__init__`` sees them, since some of them stand
for arguments that it requires.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from minicnn.compat.old_names import warn_renamed
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    Layer,
    PReLU,
    SeparableConv2D,
    SpatialDropout2D,
    UpSampling2D,
    ZeroPadding2D,
)
from minicnn.layers.pooling2d import GlobalPooling2D, Pooling2D

__all__ = ["lend_keras_1"]

_IMAGES = {"dim_ordering": "data_format"}
_WINDOWS = _IMAGES | {"border_mode": "padding", "subsample": "strides"}
_BIAS = {"bias": "use_bias", "b_regularizer": "bias_regularizer", "b_constraint": "bias_constraint"}
_WEIGHTS = _BIAS | {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "W_constraint": "kernel_constraint",
}
_CONVOLUTION = _WINDOWS | _WEIGHTS | {"nb_filter": "filters"}

#: Layer -> old argument -> today's.
_ARGUMENTS: dict[type[Layer], dict[str, str]] = {
    BatchNormalization: {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
    Conv2D: _CONVOLUTION | {"atrous_rate": "dilation_rate"},
    Conv2DTranspose: _CONVOLUTION,
    Cropping2D: _IMAGES,
    Dense: _WEIGHTS | {"output_dim": "units"},
    DepthwiseConv2D: _WINDOWS | _BIAS,
    Dropout: {"p": "rate"},
    Flatten: _IMAGES,
    GaussianDropout: {"p": "rate"},
    GaussianNoise: {"sigma": "stddev"},
    GlobalPooling2D: _IMAGES,
    PReLU: {"init": "alpha_initializer"},
    Pooling2D: _WINDOWS,
    SeparableConv2D: _WINDOWS | _BIAS | {"nb_filter": "filters"},
    SpatialDropout2D: _IMAGES | {"p": "rate"},
    UpSampling2D: _IMAGES,
    ZeroPadding2D: _IMAGES,
}
_WITH_KERNEL_SIZE = (Conv2D, Conv2DTranspose, SeparableConv2D)
_DATA_FORMATS = {"tf": "channels_last", "th": "channels_first", "default": None}


def lend_keras_1() -> None:
    """Let layers take the arguments."""
    for layer, names in _ARGUMENTS.items():
        init = vars(layer)["__init__"]
        layer.__init__ = _translating(layer, init, names)  # type: ignore[method-assign]
    BatchNormalization.old_arguments = Layer.old_arguments | {"mode": _check_mode}


def _translating(
    layer: type[Layer], init: Callable[..., None], names: Mapping[str, str]
) -> Callable[..., None]:
    """Return an ``__init__`` that also takes old arguments, and calls the real one."""

    @wraps(init)
    def translate(self: Layer, *places: Any, **given: Any) -> None:
        title = type(self).__name__
        old = [name for name in given if name in names]
        if layer in _WITH_KERNEL_SIZE:
            places, given = _with_kernel_size(layer, title, places, given, bool(old))
        for name in old:
            new, value = names[name], given.pop(name)
            if new in given:
                raise TypeError(f"{title}: {name} and {new} are the same argument.")
            warn_renamed(f"{title}: {name}", new)
            given[new] = _DATA_FORMATS.get(value, value) if name == "dim_ordering" else value
        init(self, *places, **given)

    return translate


def _with_kernel_size(
    layer: type[Layer], title: str, places: tuple, given: dict[str, Any], is_old: bool
) -> tuple[tuple, dict[str, Any]]:
    """Join Keras 1's number of rows and columns: (filters, 3, 3), or nb_row=3, nb_col=3."""
    if "nb_row" in given or "nb_col" in given:
        sizes = [*places[1:], *(given.pop(n) for n in ("nb_row", "nb_col") if n in given)]
        if len(sizes) != 2:
            raise TypeError(f"{title}: nb_row and nb_col go together.")
        warn_renamed(f"{title}: nb_row, nb_col", "kernel_size")
        return places[:1], given | {"kernel_size": tuple(sizes)}
    if len(places) < 3 or not all(isinstance(size, int) for size in places[1:3]):
        return places, given
    if is_old and len(places) == 3:
        filters, *sizes = map(str, places)
        today = f"{title}({filters}, ({', '.join(sizes)}))"
        warn_renamed(f"{title}({filters}, {', '.join(sizes)})", today)
        return (places[0], places[1:]), given
    if layer is Conv2D and places[1] == places[2] > 2:
        warnings.warn(
            f"{title}: the kernel has the size {places[1]} and the strides are {places[2]}, as in "
            f"Keras 3; Keras 1's {places[1]} rows and columns are kernel_size={places[1:3]}.",
            stacklevel=3,
        )
    return places, given


def _check_mode(layer: BatchNormalization, mode: int) -> None:
    if mode != 0:
        raise ValueError(f"BatchNormalization: mode={mode!r} is not supported; expected 0.")
    warn_renamed("BatchNormalization: mode=0", "BatchNormalization without it")
