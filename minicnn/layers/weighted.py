"""Weights, as layers and whole networks show them: lists of variables, arrays in and out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from minicnn.constraints import Constraint

__all__ = ["NamedArray", "Variable", "Weighted"]

#: Weights that an argument leaves out.
_OPTIONAL = {"bias": "use_bias", "beta": "center", "gamma": "scale"}


class NamedArray:
    """An array with a name, as Keras shows its variables."""

    name: str
    path: Any
    value: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.value.shape

    @property
    def dtype(self) -> str:
        """Dtype of the array, such as "float32"."""
        return str(self.value.dtype)

    def numpy(self) -> np.ndarray:
        """Return a copy of the array."""
        return self.value.copy()

    def _fitting(self, value: Any, dtype: Any) -> np.ndarray:
        """Return a value for `assign` as an array; raise ValueError if the shape is another one."""
        array = np.asarray(value, dtype)
        if array.shape != self.shape:
            raise ValueError(f"{self.path}: has shape {self.shape}, got {array.shape}.")
        return array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value, dtype)

    def __repr__(self) -> str:
        return f"<Variable {self.path}, shape={self.shape}, dtype={self.dtype}>"


class Variable(NamedArray):
    """One weight of a layer: always what stands there now, also after a training.

    Parameters
    ----------
    layer : Layer
    store : {"params", "state"}
        Learned, or saved only.
    name : str
        Such as "kernel".
    """

    def __init__(self, layer: Any, store: str, name: str) -> None:
        self._layer, self._store, self.name = layer, store, name

    @property
    def path(self) -> str:
        """Name with that of the layer: "conv2d/kernel"."""
        return f"{self._layer.name}/{self.name}"

    @property
    def value(self) -> np.ndarray:
        """The array itself."""
        return getattr(self._layer, self._store)[self.name]

    @property
    def trainable(self) -> bool:
        """Whether an optimizer changes it."""
        return self._store == "params" and self._layer.trainable

    @property
    def constraint(self) -> Constraint | None:
        """What holds it within bounds after each step, if anything."""
        return self._layer.constraints.get(self.name)

    def assign(self, value: Any) -> None:
        """Set the array.

        Raises
        ------
        ValueError
            If the shape is another one.
        """
        # A count stays an integer.
        dtype = self._layer.dtype if self.value.dtype.kind == "f" else self.value.dtype
        getattr(self._layer, self._store)[self.name] = self._fitting(value, dtype).copy()


class Weighted:
    """What has weights: a layer, or a network of layers."""

    name: str

    def _own_layers(self, verb: str) -> Iterable[Any]:
        """Return the layers whose weights these are; raise a ValueError before they exist."""
        raise NotImplementedError(f"{type(self).__name__} does not define _own_layers.")

    @property
    def weights(self) -> list[Variable]:
        """All weights in Keras's order: layer by layer, learned ones first."""
        return [
            Variable(layer, store, name)
            for layer in self._own_layers("weights")
            for store in ("params", "state")
            for name in getattr(layer, store)
        ]

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer changes."""
        return [variable for variable in self.weights if variable.trainable]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The other weights: moving statistics, and all of frozen layers."""
        return [variable for variable in self.weights if not variable.trainable]

    def __getattr__(self, name: str) -> Any:
        """Return a layer's own weight: ``layer.kernel``, ``layer.moving_mean``.

        It is None, as in Keras, if the layer's arguments leave it out: ``use_bias=False``.
        """
        for store in ("params", "state"):
            if name in vars(self).get(store, ()):
                return Variable(self, store, name)
        if vars(self).get(_OPTIONAL.get(name, "")) is False:
            return None
        return super().__getattribute__(name)  # raises the usual error, or a property's own

    #: Keras 3's names; there is nothing else that is a variable here.
    variables = weights
    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    def count_params(self) -> int:
        """Count all weights, learned or not."""
        layers = self._own_layers("count_params")
        return sum(a.size for layer in layers for a in (layer.params | layer.state).values())

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all weights in Keras's order: layer by layer, params, then state."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Iterable[np.ndarray]) -> None:
        """Set all weights from arrays in the order of :meth:`get_weights`.

        Raises
        ------
        ValueError
            If their number or a shape is wrong; then nothing is changed.
        """
        arrays, variables = [np.asarray(array) for array in weights], self.weights
        if len(arrays) != len(variables):
            raise ValueError(
                f"set_weights: expected {len(variables)} arrays for {self.name!r}, "
                f"got {len(arrays)}."
            )
        for array, variable in zip(arrays, variables, strict=True):
            if array.shape != variable.shape:
                raise ValueError(
                    f"set_weights: {variable.path} has shape {variable.shape}, got {array.shape}."
                )
        for array, variable in zip(arrays, variables, strict=True):
            variable.assign(array)
