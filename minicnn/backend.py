"""The few functions of ``keras.backend`` that have a meaning here."""

from minicnn.compat.backend import (
    clear_session,
    epsilon,
    floatx,
    get_value,
    image_data_format,
    set_floatx,
    set_image_data_format,
    set_value,
)

__all__ = [
    "clear_session",
    "epsilon",
    "floatx",
    "get_value",
    "image_data_format",
    "set_floatx",
    "set_image_data_format",
    "set_value",
]
