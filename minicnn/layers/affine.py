"""What Dense and Conv2D share: kernel, bias, and an activation on top."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn import initializers, regularizers
from minicnn.layers.activation import ActivationFunction
from minicnn.layers.activation import get as get_activation
from minicnn.layers.base import Layer

__all__ = ["Affine"]


class Affine(Layer):
    """An affine map of the input and an activation: y = g(W x + b).

    A subclass gives the map: ``_affine(x, kernel, bias) -> z, cache`` and
    ``_affine_backward(dz, cache) -> dx, dkernel, dbias``.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "bias_regularizer": (None,),
        "activity_regularizer": (None,),
        "kernel_constraint": (None,),
        "bias_constraint": (None,),
    }

    def __init__(
        self,
        activation: str | ActivationFunction | None,
        use_bias: bool,
        kernel_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.activation = get_activation(activation)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        if self.kernel_regularizer is not None:
            self.regularizers = {"kernel": self.kernel_regularizer}

    def _add_weights(self, kernel_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.params = {"kernel": self.kernel_initializer(kernel_shape, self.dtype, rng)}
        if self.use_bias:
            self.params["bias"] = self.bias_initializer(kernel_shape[-1:], self.dtype, rng)

    def _affine(
        self, x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None
    ) -> tuple[np.ndarray, Any]:
        raise NotImplementedError

    def _affine_backward(
        self, dz: np.ndarray, cache: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _forward(self, x: np.ndarray, training: bool, key: Any) -> tuple[np.ndarray, Any]:
        bias = self.weight("bias", x.dtype) if self.use_bias else None
        z, affine_cache = self._affine(x, self.weight("kernel", x.dtype), bias)
        y, activation_cache = self.activation.forward(z)
        return y, (affine_cache, activation_cache, z if self._ends_in_softmax else None)

    def _backward(self, dy: np.ndarray, cache: Any) -> np.ndarray:
        return self._backward_from_logits(self.activation.backward(dy, cache[1]), cache)

    def _backward_from_logits(self, dz: np.ndarray, cache: Any) -> np.ndarray:
        dx, dkernel, dbias = self._affine_backward(dz, cache[0])
        self.grads = {"kernel": dkernel}
        if self.use_bias:
            self.grads["bias"] = dbias
        return dx

    @property
    def _ends_in_softmax(self) -> bool:
        return self.activation.name == "softmax"

    @property
    def logits(self) -> np.ndarray | None:
        """The affine map's result in the last forward, if a softmax follows it."""
        return None if self._cache is None else self._cache[2]

    @property
    def branches(self) -> np.ndarray | None:
        """The smooth pieces of the activation in the last forward."""
        if self._cache is None or self.activation.branches is None:
            return None
        return self.activation.branches(self._cache[1])

    def _config(self) -> dict[str, Any]:
        regularizer = self.kernel_regularizer
        return {
            "activation": self.activation.name,
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer.serialize(),
            "bias_initializer": self.bias_initializer.serialize(),
            "kernel_regularizer": None if regularizer is None else regularizer.serialize(),
        }
