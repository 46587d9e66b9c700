"""``compute_output_shape`` of layers and networks, as Keras has it.

Layers find the shape of their output when they are built. So a copy is built, with weights that
take no memory, and the layer itself stays as it is.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minicnn.initializers import Initializer
from minicnn.layers.checks import sample_shape

__all__ = ["of_layer", "of_network"]


def of_layer(self: Any, input_shape: Any) -> tuple[int | None, ...]:
    """Return the shape of the output for inputs of a shape; the layer need not be built.

    Parameters
    ----------
    input_shape : tuple of int
        With the batch axis, None if its size is open: (None, 48, 48, 1). A layer that joins several
        inputs takes a list of shapes.

    Returns
    -------
    tuple of int
        With the batch axis, as in the input.

    Raises
    ------
    ValueError
        If the shape does not fit the layer, or leaves open another size than that of the batch.
    """
    where = f"{self.name!r}: compute_output_shape"
    joins = _are_shapes(input_shape)
    batches, samples = zip(
        *(_parts(where, shape) for shape in (input_shape if joins else [input_shape])), strict=True
    )
    sample = samples if joins else samples[0]
    known = sorted({size for size in batches if size is not None})
    if len(known) > 1:
        raise ValueError(
            f"{where}: the batches must have the same size, got the sizes "
            f"{' and '.join(map(str, known))}."
        )
    batch = known[0] if known else None
    if self.built and self.input_shape == sample:
        return (batch, *self.output_shape)
    layer = copy.copy(self)
    layer.unbuild()
    own = [name for name, value in vars(layer).items() if isinstance(value, Initializer)]
    vars(layer).update(dict.fromkeys(own, _Shape()))
    layer.build(sample, 0)
    return (batch, *layer.output_shape)


def of_network(self: Any, input_shape: Any) -> Any:
    """Return the shape of the output for inputs of a shape; a list or dict for several outputs.

    Parameters
    ----------
    input_shape : tuple of int, or list of these
        With the batch axis, as for a layer. A network with several inputs takes a list of shapes.

    Raises
    ------
    ValueError
        If the shape does not fit a layer, or the number of shapes is wrong.
    """
    if not self.built:  # a row of layers without an Input
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape
    shapes = list(input_shape) if _are_shapes(input_shape) else [input_shape]
    if len(shapes) != len(self.inputs):
        raise ValueError(
            f"compute_output_shape: {self.name!r} has {len(self.inputs)} inputs, "
            f"got {len(shapes)} shapes."
        )
    values = dict(zip(self.graph.inputs, map(tuple, shapes), strict=True))
    for step in self.graph.steps:
        given = [values[i] for i in step.inputs]
        values[step.output] = step.layer.compute_output_shape(given if step.joins else given[0])
    return self.packed([values[i] for i in self.graph.outputs])


class _Shape(Initializer):
    """Read-only arrays of which only shape and dtype count."""

    def __call__(self, shape: Any, dtype: Any = "float32", rng: Any = None) -> np.ndarray:
        return np.broadcast_to(np.zeros((), dtype), shape)


def _are_shapes(value: Any) -> bool:
    """Whether it is a list of shapes, and not one shape."""
    return isinstance(value, (list, tuple)) and any(isinstance(v, (list, tuple)) for v in value)


def _parts(where: str, shape: Any) -> tuple[int | None, tuple[int, ...]]:
    """Split a shape into the size of the batch and the shape of a sample."""
    if not isinstance(shape, (list, tuple)) or len(shape) < 2:
        raise ValueError(
            f"{where}: expected a shape with the batch axis, as in (None, 48, 48, 1), "
            f"got {shape!r}."
        )
    batch, *sizes = shape
    if batch is not None:
        (batch,) = sample_shape(where, (batch,))
    if None in sizes:
        raise ValueError(f"{where}: only the size of the batch may be None, got {shape!r}.")
    return batch, sample_shape(where, sizes)
