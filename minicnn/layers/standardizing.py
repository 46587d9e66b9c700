"""Mean 0 and variance 1 over some axes of each sample, then gamma and beta.

LayerNormalization and GroupNormalization share this; they differ in the axes and in the shape of
gamma and beta.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn import initializers, regularizers
from minicnn.initializers import Initializer
from minicnn.intervals import number_in
from minicnn.layers.elementwise import Elementwise
from minicnn.regularizers import Regularizer

__all__ = ["Standardizing", "scaled_and_shifted", "standardize", "standardize_backward"]


def standardize(
    x: np.ndarray, axes: tuple[int, ...], epsilon: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return x hat of (layer_normalization.2), and 1 / sqrt(variance + epsilon); both float64."""
    mean = x.mean(axis=axes, keepdims=True, dtype=np.float64)
    centred = x - mean
    inverse_std = 1.0 / np.sqrt(np.square(centred).mean(axis=axes, keepdims=True) + epsilon)
    return centred * inverse_std, inverse_std


def standardize_backward(
    dx_hat: np.ndarray, x_hat: np.ndarray, inverse_std: np.ndarray, axes: tuple[int, ...]
) -> np.ndarray:
    """Return dx of (layer_normalization.3) in float64."""
    dx_hat = dx_hat.astype(np.float64)
    mean = dx_hat.mean(axis=axes, keepdims=True)
    along = (dx_hat * x_hat).mean(axis=axes, keepdims=True)
    return inverse_std * (dx_hat - mean - x_hat * along)


def scaled_and_shifted(
    x_hat: np.ndarray, gamma: np.ndarray | None, beta: np.ndarray | None
) -> np.ndarray:
    """Return gamma x hat + beta; None means ones and zeros."""
    y = x_hat if gamma is None else gamma * x_hat
    return y if beta is None else y + beta


class Standardizing(Elementwise):
    """A layer with Keras's arguments on gamma and beta, and these two parameters."""

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "beta_constraint": (None,),
        "gamma_constraint": (None,),
    }

    def __init__(
        self,
        epsilon: float,
        center: bool,
        scale: bool,
        beta_initializer: str | Initializer,
        gamma_initializer: str | Initializer,
        beta_regularizer: str | Regularizer | None,
        gamma_regularizer: str | Regularizer | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.epsilon = number_in("[0, inf)", epsilon, f"{self._title()}: epsilon")
        self.center, self.scale = bool(center), bool(scale)
        self.beta_initializer = initializers.of_weight(beta_initializer)
        self.gamma_initializer = initializers.of_weight(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        if self.gamma_regularizer is not None and self.scale:
            self.regularizers["gamma"] = self.gamma_regularizer
        if self.beta_regularizer is not None and self.center:
            self.regularizers["beta"] = self.beta_regularizer

    def _add_gamma_and_beta(self, shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.params = {}
        if self.scale:
            self.params["gamma"] = self.gamma_initializer(shape, self.dtype, rng)
        if self.center:
            self.params["beta"] = self.beta_initializer(shape, self.dtype, rng)

    def _gamma_and_beta(
        self, x: np.ndarray, axes: tuple[int, ...]
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return them in the dtype of x, of its sizes along `axes`, and of size 1 elsewhere."""
        sizes = [size if axis in axes else 1 for axis, size in enumerate(x.shape)]
        gamma, beta = (
            self.params[name].astype(x.dtype, copy=False).reshape(sizes)
            if name in self.params
            else None
            for name in ("gamma", "beta")
        )
        return gamma, beta

    def _grads(self, dgamma: np.ndarray, dbeta: np.ndarray) -> dict[str, np.ndarray]:
        """Return the derivatives of the parameters that there are, in their shapes."""
        grads = {"gamma": dgamma, "beta": dbeta}
        return {name: grads[name].reshape(array.shape) for name, array in self.params.items()}
