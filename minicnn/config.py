"""Keras's settings, as far as there is anything to set."""

from minicnn.compat.backend import (
    epsilon,
    floatx,
    image_data_format,
    set_floatx,
    set_image_data_format,
)

__all__ = ["epsilon", "floatx", "image_data_format", "set_floatx", "set_image_data_format"]
