"""What layers share whose output has the shape of their input."""

from __future__ import annotations

import numpy as np

from minicnn.layers.base import Layer

__all__ = ["Elementwise"]


class Elementwise(Layer):
    """A layer whose output has the shape of its input."""

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        """Note the shape."""
        self.output_shape = input_shape
