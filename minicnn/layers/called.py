"""Calls of a layer: with arrays it computes, with Tensors it becomes part of a network."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

import numpy as np

from minicnn.layers.checks import require_made
from minicnn.layers.tensor import Call, Tensor, all_tensors, fixed_mode
from minicnn.random import KeyLike, next_seed

__all__ = ["Called"]


class Called:
    """What can be called: ``layer(x)``. The class adds ``build_once`` and ``forward``."""

    name: str
    dtype: Any
    output_shape: Any
    trains_when_called: ClassVar[bool]
    build_once: Any
    forward: Any

    def __call__(self, x: Any, training: bool | None = None, key: KeyLike = None) -> Any:
        """Return the output for an array, or a :class:`Tensor` for a Tensor, as Keras does.

        A layer that is not built yet is built for the shape of `x`; one without weights is called
        with other shapes as well. On a Tensor, `training` fixes the mode of this call:
        ``Dropout(0.5)(x, training=True)`` also drops in ``predict``.
        """
        require_made(self)
        joined = isinstance(x, (list, tuple))
        if all_tensors(x):
            inputs = tuple(x) if joined else (x,)
            shapes = tuple(tensor.sample_shape for tensor in inputs)
            layer = self._built_for(shapes if joined else shapes[0], next_seed())
            call = Call(layer, inputs, joined, fixed_mode(training))
            tensor = Tensor(layer.output_shape or (), layer.dtype, call)
            layer._tensors.append(tensor)
            return tensor
        x = tuple(map(self._array, x)) if joined else self._array(x)
        layer = self._built_for(tuple(one.shape[1:] for one in x) if joined else x.shape[1:])
        mode = fixed_mode(training)
        training = self.trains_when_called if mode is None else mode
        return layer.forward(x, training=training, key=key)[0]

    def _built_for(self: Any, input_shape: Any, rng: int | None = None) -> Any:
        """Return the layer, built; without weights, a twin of it for inputs of another shape.

        Scripts call one ReLU or MaxPooling2D in many places. Only weights would have to be shared.
        """
        if self.built and not self.weight_shapes and self.input_shape != input_shape:
            twin = copy.copy(self)
            twin.unbuild()
            twin.named = twin.numbered = False
            twin.build(input_shape, rng)
            return twin
        self.build_once(input_shape, rng)
        return self

    def _array(self, x: Any) -> np.ndarray:
        """Return an array; whole numbers become the layer's floats, as in Keras."""
        array = np.asarray(x)
        return array.astype(self.dtype) if array.dtype.kind in "iub" else array

    @property
    def output(self) -> Tensor:
        """What the first call on Tensors gave: ``Model(model.inputs, layer.output)``.

        Raises
        ------
        AttributeError
            If there was none, as in a model without an Input.
        """
        if not self._tensors:
            raise AttributeError(f"{self.name!r} has not been called in a model yet.")
        return self._tensors[0]

    @property
    def input(self) -> Any:
        """What the first call on Tensors was given: a Tensor, or a list of them.

        That of an InputLayer is its output.
        """
        call = self.output.call
        if not call.inputs:
            return self.output
        return list(call.inputs) if call.joins else call.inputs[0]

    def forget_calls(self) -> None:
        """Forget the calls on Tensors, before a model makes them anew."""
        self._tensors: list[Tensor] = []

    def __getstate__(self) -> dict[str, Any]:
        # Tensors refer to each other recursively, through the whole network.
        return vars(self) | {"_tensors": []}
