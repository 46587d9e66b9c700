"""What layers with a bias and an activation share, and those of them that have one kernel."""

from __future__ import annotations

import copy
from operator import attrgetter
from typing import Any, ClassVar, Self

import numpy as np

from minicnn import constraints, initializers, regularizers
from minicnn.layers.activation import LINEAR, ActivationFunction
from minicnn.layers.activation import get as get_activation
from minicnn.layers.base import Layer

__all__ = ["Activated", "Affine"]


class Activated(Layer):
    """A linear map of the input, a bias, and an activation on top.

    The maps themselves are in the files of the subclasses. Their cache is (cache of the map, cache
    of the activation). Dense and Conv2D spell out what the helpers below do, so that each can be
    read on its own.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "activity_regularizer": (None,),
    }

    def __init__(
        self,
        activation: str | ActivationFunction | None,
        use_bias: bool,
        bias_initializer: str | initializers.Initializer,
        bias_regularizer: str | regularizers.Regularizer | None = None,
        bias_constraint: str | constraints.Constraint | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._set_activation(activation)
        self.use_bias = bool(use_bias)
        self.bias_initializer = initializers.of_weight(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        if self.bias_regularizer is not None and self.use_bias:
            self.regularizers["bias"] = self.bias_regularizer
        self.bias_constraint = constraints.get(bias_constraint)
        if self.use_bias:
            self._constrain("bias", self.bias_constraint)

    def _constrain(self, name: str, rule: constraints.Constraint | None) -> None:
        if rule is not None:
            self.constraints[name] = rule

    def get_config(self) -> dict[str, Any]:
        # Files and runs from before there were constraints stay the same.
        config = super().get_config().items()
        return {k: v for k, v in config if v is not None or not k.endswith("_constraint")}

    def _set_activation(self, activation: str | ActivationFunction | None) -> None:
        self._activation = get_activation(activation)

    # The getter runs no Python code: passes ask often.
    activation = property(
        attrgetter("_activation"),
        _set_activation,
        doc="The function behind the sums; may be set, to None for no function.",
    )

    def _add_bias(self, size: int, rng: np.random.Generator) -> None:
        if self.use_bias:
            self.params["bias"] = self.bias_initializer((size,), self.dtype, rng)

    def _weight(self, name: str, x: np.ndarray) -> np.ndarray:
        """Return a parameter in the dtype of `x`."""
        return self.params[name].astype(x.dtype, copy=False)

    def _bias(self, x: np.ndarray) -> np.ndarray | None:
        return self._weight("bias", x) if self.use_bias else None

    def _activate(self, z: np.ndarray, map_cache: tuple) -> tuple[np.ndarray, tuple]:
        """Return what ``forward`` returns, from what the map gave."""
        if self.activation is LINEAR:
            return z, (map_cache, ())
        y, activation_cache = self.activation.forward(z)
        return y, (map_cache, activation_cache)

    def _before_activation(self, dy: np.ndarray, cache: tuple) -> np.ndarray:
        """Return the derivative with respect to what the map gave."""
        return dy if self.activation is LINEAR else self.activation.backward(dy, cache[1])

    def branches(self, cache: tuple) -> np.ndarray | None:
        return self.activation.pieces(cache[1])

    def without_activation(self) -> Self:
        """Return a layer with the same arrays that ends before the activation."""
        bare = copy.copy(self)
        bare.activation = LINEAR
        return bare


class Affine(Activated):
    """An affine map of the input and an activation: y = g(W x + b)."""

    def __init__(
        self,
        activation: str | ActivationFunction | None,
        use_bias: bool,
        kernel_initializer: str | initializers.Initializer,
        bias_initializer: str | initializers.Initializer,
        kernel_regularizer: str | regularizers.Regularizer | None,
        kernel_constraint: str | constraints.Constraint | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activation, use_bias, bias_initializer, **kwargs)
        self.kernel_initializer = initializers.of_weight(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        if self.kernel_regularizer is not None:
            self.regularizers["kernel"] = self.kernel_regularizer
        self.kernel_constraint = constraints.get(kernel_constraint)
        self._constrain("kernel", self.kernel_constraint)

    def _add_weights(
        self, kernel_shape: tuple[int, ...], outputs: int, rng: np.random.Generator
    ) -> None:
        self.params = {"kernel": self.kernel_initializer(kernel_shape, self.dtype, rng)}
        self._add_bias(outputs, rng)
