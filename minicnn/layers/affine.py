"""What Dense and Conv2D share: kernel, bias, and an activation on top."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

import numpy as np

from minicnn import initializers, regularizers
from minicnn.layers.activation import LINEAR, ActivationFunction
from minicnn.layers.activation import get as get_activation
from minicnn.layers.base import Layer

__all__ = ["Affine"]


class Affine(Layer):
    """An affine map of the input and an activation: y = g(W x + b).

    The maps themselves are in the files of the subclasses. Their cache is (cache of the map, cache
    of the activation).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "activity_regularizer": (None,),
        "kernel_constraint": (None,),
        "bias_constraint": (None,),
    }

    def __init__(
        self,
        activation: str | ActivationFunction | None,
        use_bias: bool,
        kernel_initializer: str | initializers.Initializer,
        bias_initializer: str | initializers.Initializer,
        kernel_regularizer: str | regularizers.Regularizer | None,
        bias_regularizer: str | regularizers.Regularizer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.activation = get_activation(activation)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        if self.kernel_regularizer is not None:
            self.regularizers["kernel"] = self.kernel_regularizer
        if self.bias_regularizer is not None and self.use_bias:
            self.regularizers["bias"] = self.bias_regularizer

    def _add_weights(self, kernel_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.params = {"kernel": self.kernel_initializer(kernel_shape, self.dtype, rng)}
        if self.use_bias:
            self.params["bias"] = self.bias_initializer(kernel_shape[-1:], self.dtype, rng)

    def branches(self, cache: tuple) -> np.ndarray | None:
        return self.activation.pieces(cache[1])

    def without_activation(self) -> Affine:
        """Return a layer with the same arrays that ends before the activation."""
        bare = copy.copy(self)
        bare.activation = LINEAR
        return bare
