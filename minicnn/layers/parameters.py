"""The parameters of several layers in one dict, as an optimizer takes them.

The keys are "layer/parameter"; their order is that of Keras's optimizer variables.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from minicnn.layers.base import Layer

__all__ = ["trainable_grads", "trainable_params"]


def trainable_params(layers: Iterable[Layer]) -> dict[str, np.ndarray]:
    """Return what an optimizer changes: the arrays themselves."""
    return {
        f"{layer.name}/{name}": array
        for layer in layers
        if layer.trainable
        for name, array in layer.params.items()
    }


def trainable_grads(layers: Iterable[Layer]) -> dict[str, np.ndarray]:
    """Return the derivatives of the loss for the same keys, those of the penalties added."""
    return {
        f"{layer.name}/{name}": gradient
        for layer in layers
        if layer.trainable
        for name, gradient in layer.penalized_grads().items()
    }
