"""Whether a network scales its inputs itself, as ``Rescaling(1 / 255)`` does."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.graph import Graph
from minicnn.layers import BatchNormalization, Normalization, Rescaling

__all__ = ["bytes_as_floats", "scales_itself", "takes_bytes"]

# The first weights of a network see values of about 1. Bytes divided by more than 64 are below 4.
_SMALLEST_DIVISOR = 64
# Values from -1 to 1 spread by 1 at most; bytes of photographs spread by about 65.
_SPREAD_OF_BYTES = 8


def takes_bytes(graph: Graph) -> bool:
    """Return whether a network expects pixels from 0 to 255 and scales them itself.

    It does if the values that reach its first weights, or else its outputs, are the inputs, divided
    by 64 or more (``Rescaling(1 / 255)``, ``Rescaling(1 / 127.5, -1)``). Layers without weights may
    stand before: random ones, padding, a nested model of them. It also does if its first weights
    are a batch normalisation, or a ``Normalization``, whose variance is that of bytes.

    Parameters
    ----------
    graph : Graph
        With the steps of nested models.
    """
    # Each value that is computed without weights is the inputs, times this factor.
    factors = dict.fromkeys(graph.inputs, 1.0)
    for step in graph.steps:
        layer, factor = step.layer, factors[step.inputs[0]]
        variance = _variance(layer)
        if variance is not None:
            spread = float(np.sqrt(np.mean(variance)))
            return _divides_bytes(factor) or spread > _SPREAD_OF_BYTES * factor > 0
        if layer.params:
            return _divides_bytes(factor)
        factors[step.output] = factor
        if isinstance(layer, Rescaling):
            factors[step.output] *= abs(layer.scale)
    return all(_divides_bytes(factors[output]) for output in graph.outputs)


def scales_itself(model: Any) -> bool:
    """Return the same of a model; of one that is not built, whether it has a Rescaling."""
    if model.built:
        return takes_bytes(model.graph)
    return any(isinstance(layer, Rescaling) for layer in model.all_layers)


def bytes_as_floats(graph: Graph, xs: list[np.ndarray]) -> list[np.ndarray]:
    """Return whole numbers as floats for a network that scales them; others stay as they are."""
    whole = any(x.dtype.kind in "iub" for x in xs)
    return [x.astype(graph.dtype) for x in xs] if whole and takes_bytes(graph) else xs


def _variance(layer: Any) -> np.ndarray | None:
    """Return the variance that a layer divides by, if it does."""
    if isinstance(layer, BatchNormalization):
        return layer.state["moving_variance"]
    return layer.variance if isinstance(layer, Normalization) and not layer.invert else None


def _divides_bytes(factor: float) -> bool:
    return 0 < factor <= 1 / _SMALLEST_DIVISOR
