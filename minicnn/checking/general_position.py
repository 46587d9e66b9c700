"""Move a layer away from the special values it starts with.

At gamma = 1, beta = 0 and bias = 0 a forgotten factor gamma, or a bias in the wrong place, does
not show. At values drawn at random around them it does.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

__all__ = ["SPREAD", "in_general_position", "layers_of"]

#: Spread of the drawn values around the given ones, relative to these.
SPREAD = 0.3


def in_general_position(layer_or_model: Any, rng: np.random.Generator, dtype: str) -> Any:
    """Copy a layer or model, with parameters and state drawn around their values.

    Parameters
    ----------
    layer_or_model : Layer or Sequential
        Built; left untouched.
    rng : numpy Generator
        Where the values come from, in the order of layers and names.
    dtype : {"float32", "float64"}
        Dtype of the copy.

    Raises
    ------
    ValueError
        If it is not built.
    """
    if not layer_or_model.built:
        raise ValueError(
            f"{type(layer_or_model).__name__} {layer_or_model.name!r}: it is not built; call "
            "build(input_shape) first."
        )
    subject = copy.deepcopy(layer_or_model)
    for layer in layers_of(subject).values():
        layer.astype(dtype)
        for store in (layer.params, layer.state):
            for name, value in store.items():
                if value.dtype.kind != "f":
                    continue  # an order, a count: other numbers would mean nothing
                drawn = _near(value, rng)
                # A variance stays positive.
                store[name] = np.asarray(np.abs(drawn) if "variance" in name else drawn, dtype)
    return subject


def layers_of(layer_or_model: Any) -> dict[str, Any]:
    """Return the layers by what stands before their parameters' names; that is "" for a layer."""
    graph = getattr(layer_or_model, "graph", None)
    return {"": layer_or_model} if graph is None else graph.layers()


def _near(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    # Away from the value by a part of its own size, or of 1 if it is zero.
    size = float(np.sqrt(np.mean(np.square(value), dtype=np.float64))) or 1.0
    return np.asarray(value + SPREAD * size * rng.normal(size=value.shape))
