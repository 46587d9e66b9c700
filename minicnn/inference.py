"""Inference: forward down a list of layers when nothing has to be remembered for backward.

Where batch normalisation, ReLU and max pooling follow one another, they are computed in one pass
over memory; the outputs are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minicnn.kernels.normalize_rectify_pool import normalize_rectify_pool
from minicnn.layers import BatchNormalization, Layer, MaxPooling2D, ReLU

__all__ = ["infer"]


def infer(layers: Sequence[Layer], x: np.ndarray) -> np.ndarray:
    """Return what the last layer gives in inference; only that layer remembers its forward.

    Parameters
    ----------
    layers : sequence of Layer
        In the order data flows.
    x : ndarray of float32 or float64, shape (n, *input_shape)
        Left untouched.

    Raises
    ------
    ValueError
        If shape or dtype do not fit.
    """
    place = 0
    while place < len(layers):
        three = layers[place : place + 3]
        match three:
            case [BatchNormalization() as normal, ReLU() as relu, MaxPooling2D() as pool] if (
                relu.is_plain and _are_of_this_library(three)
            ):
                normal.check_input(x)
                x = normalize_rectify_pool(x, *normal.moving_map(), pool.geometry(x))
                for layer in three:  # nothing of an earlier forward stays, either
                    layer.forget()
                place += 3
            case [layer, *_]:
                x = layer.forward(x, training=False)
                place += 1
                if place < len(layers):
                    layer.forget()
    return x


def _are_of_this_library(layers: Sequence[Layer]) -> bool:
    # A class that is made of one of these may compute something else.
    return all(type(layer) in (BatchNormalization, ReLU, MaxPooling2D) for layer in layers)
