"""Chain: layers in a row, their weights, and the two passes through them.

Forward runs down the list, backward runs up the list. How a chain learns stands in
:mod:`minicnn.learning`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from minicnn.layers import InputLayer, Layer
from minicnn.layers.parameters import trainable_params
from minicnn.random import Key, check_seed, generator

__all__ = ["Chain"]


class Chain:
    """Layers in a row.

    Parameters
    ----------
    layers : iterable of Layer, optional
        In the order data flows. With an ``Input`` first the weights are made at once.
    name : str, optional
        Name of the model in summaries and files.
    seed : int
        Names the random numbers of the first weights.
    """

    def __init__(
        self, layers: Iterable[Layer] | None = None, name: str | None = None, *, seed: int = 0
    ) -> None:
        self.name = name or "sequential"
        self.seed = check_seed(seed)
        self.layers: list[Layer] = []
        self._input: InputLayer | None = None
        for layer in layers or ():
            self.add(layer)

    # -- structure --

    def add(self, layer: Layer) -> None:
        """Put a layer at the end; one of another model keeps its weights.

        Raises
        ------
        ValueError
            If it is no layer, does not fit what stands before it, or repeats a name.
        """
        if not isinstance(layer, Layer):
            raise ValueError(f"Sequential: expected a layer, got {type(layer).__name__}.")
        if isinstance(layer, InputLayer):
            if self._input is not None or self.layers:
                raise ValueError("Sequential: an Input must be the first layer, and the only one.")
            self._input = layer
            return
        self._name(layer)
        if self.built or (self._input is not None and not self.layers):
            self._build_layer(len(self.layers), layer, self.output_shape)
        self.layers.append(layer)

    def _name(self, layer: Layer) -> None:
        taken = {other.name for other in self.layers}
        if layer.named and layer.name in taken:
            raise ValueError(f"Sequential: two layers are named {layer.name!r}.")
        base, count = layer.name, 0
        while layer.name in taken:
            count += 1
            layer.name = f"{base}_{count}"
        layer.named = True

    def _build_layer(self, index: int, layer: Layer, input_shape: tuple[int, ...]) -> None:
        if layer.built:
            # It comes from another model and keeps its weights; the two models share them.
            if layer.input_shape != input_shape:
                raise ValueError(
                    f"Sequential: {layer!r} was built for inputs of shape {layer.input_shape}, "
                    f"got {input_shape}."
                )
            return
        layer.build(input_shape, generator(self.seed, "initialize", index))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make all weights for inputs of a shape, with or without None for the batch axis."""
        if self.built:
            raise ValueError(f"{self.name}: the model is already built for {self.input_shape}.")
        sizes: tuple[Any, ...]
        sizes = tuple(input_shape[1:] if input_shape and input_shape[0] is None else input_shape)
        self._input = InputLayer(batch_shape=(None, *sizes))
        new = [layer for layer in self.layers if not layer.built]
        try:
            for index, layer in enumerate(self.layers):
                self._build_layer(index, layer, sizes)
                sizes = layer.output_shape or ()
        except ValueError:  # another shape may fit
            self._input = None
            for layer in new:
                layer.unbuild()
            raise

    @property
    def built(self) -> bool:
        """Whether the weights exist."""
        return bool(self.layers) and all(layer.built for layer in self.layers)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input, without the batch axis."""
        if self._input is None:
            raise ValueError(f"{self.name}: not built yet; give it an Input or call build(shape).")
        return self._input.input_shape or ()

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of one output, without the batch axis."""
        return (self.layers[-1].output_shape or ()) if self.layers else self.input_shape

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return the layer of a name, or at a place in `layers`, as Keras's ``get_layer``.

        Raises
        ------
        ValueError
            If there is no such layer, or not exactly one of the two is given.
        """
        if (name is None) == (index is None):
            raise ValueError(
                f"get_layer: expected a name or an index, got name={name!r} and index={index!r}."
            )
        if index is not None:
            n = len(self.layers)
            if not isinstance(index, (int, np.integer)) or index not in range(-n, n):
                expected = f", expected {-n} to {n - 1}" if n else ""
                raise ValueError(
                    f"get_layer: {self.name!r} has {n} layers, got index {index!r}{expected}."
                )
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        known = ", ".join(layer.name for layer in self.layers) or "none"
        raise ValueError(
            f"get_layer: {self.name!r} has no layer {name!r}; expected one of {known}."
        )

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation: that of the first layer."""
        return np.dtype(self.layers[0].dtype if self.layers else "float32")

    @property
    def trainable(self) -> bool:
        """Whether any layer learns; setting it sets it for every layer, as in Keras."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self.layers:
            layer.trainable = bool(value)

    def astype(self, dtype: str) -> Self:
        """Convert all weights, in place, to "float32" or "float64"; returns the model."""
        for layer in self.layers:
            layer.astype(dtype)
        return self

    # -- weights --

    def trainable_params(self) -> dict[str, np.ndarray]:
        """Return what the optimizer changes: "layer/parameter" -> array."""
        return trainable_params(self.layers)

    def count_params(self) -> int:
        """Count all weights, learned or not."""
        self._require_built("count_params")
        return sum(layer.count_params() for layer in self.layers)

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all weights in Keras's order: layer by layer, params, then state."""
        self._require_built("get_weights")
        return [
            array.copy()
            for layer in self.layers
            for array in (*layer.params.values(), *layer.state.values())
        ]

    def set_weights(self, weights: Iterable[np.ndarray]) -> None:
        """Take all weights from arrays in the order of :meth:`get_weights`.

        Raises
        ------
        ValueError
            If their number or a shape is wrong. Then nothing has been changed.
        """
        self._require_built("set_weights")
        arrays = [np.asarray(array) for array in weights]
        places = [
            (layer, store, name)
            for layer in self.layers
            for store in (layer.params, layer.state)
            for name in store
        ]
        if len(arrays) != len(places):
            raise ValueError(
                f"set_weights: expected {len(places)} arrays for {self.name!r}, got {len(arrays)}."
            )
        for array, (layer, store, name) in zip(arrays, places, strict=True):
            if array.shape != store[name].shape:
                raise ValueError(
                    f"set_weights: {name} of {layer.name!r} has shape {store[name].shape}, "
                    f"got {array.shape}."
                )
        for array, (layer, store, name) in zip(arrays, places, strict=True):
            store[name] = array.astype(layer.dtype)

    # -- the mathematics --

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | tuple | int | None = None
    ) -> np.ndarray:
        """Run down the list of layers; the parameters are those of a layer's ``forward``."""
        for index, layer in enumerate(self.layers):
            layer.index = index  # another model that shares the layer may have it elsewhere
            x = layer.forward(x, training=training, key=key)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Run up the list of layers from the derivative for the output; fills their ``grads``."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def summary(self, print_fn: Any = print) -> None:
        """Print a table of the layers: name, output shape, parameters."""
        from minicnn.summary import summary_table  # only people at a terminal need it

        self._require_built("summary")
        print_fn(summary_table(self.name, self.layers))

    def _require_built(self, verb: str) -> None:
        if not self.built:
            raise ValueError(
                f"{verb}: {self.name!r} has no weights yet; give it an Input or call build(shape)."
            )
