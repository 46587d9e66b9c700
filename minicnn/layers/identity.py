"""Identity: the output is the input. Source: Keras's layer of that name."""

from __future__ import annotations

import numpy as np

from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Identity"]


class Identity(Layer):
    """Pass on what comes in: y = x, so dx = dy. A place where a layer may be put in later."""

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return x, ()

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return dy, {}
