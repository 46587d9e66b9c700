"""How far rounding errors alone can move the gradients of a network.

Two computations in float32 differ in their last digits. Where two numbers of a pooling window
are closer than that, the one takes the first and the other the second, and the gradient of a
filter follows: a difference of a tenth, and nobody's mistake. Among a million windows a batch
may have such a place. A comparison in float32 has to look at another batch then.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from minicnn.checking.general_position import layers_of

__all__ = ["sensitivity"]


def sensitivity(
    model: Any, x: np.ndarray, rng: np.random.Generator, *, noise: float = 3e-7, trials: int = 3
) -> float:
    """Disturb parameters and input in float64 as float32 would, and see the gradients move.

    Parameters
    ----------
    model : Layer or Sequential
        Built; left untouched. Dropout draws the same masks in every call.
    x : ndarray, shape (n, ...)
    rng : numpy Generator
        Of the disturbances and of the cotangent.
    noise : float
        Their relative size: about that of a sum of products in float32.
    trials : int
        Number of disturbances.

    Returns
    -------
    float
        The largest change of a parameter's gradient, relative to its layer's largest gradient;
        NaN if a gradient is.
    """
    model, x = copy.deepcopy(model), x.astype(np.float64)
    layers = layers_of(model)
    model.astype("float64")
    exact = {path: layer.params for path, layer in layers.items()}
    dy = rng.normal(size=model.forward(x, training=True, key=0)[0].shape)

    def gradients(x: np.ndarray) -> dict[str, np.ndarray]:
        _, cache = model.forward(x, training=True, key=0)
        return model.backward(dy, cache)[1]

    at, changes = gradients(x), [0.0]
    for _ in range(trials):
        for path, layer in layers.items():
            disturbed = {name: _disturb(a, noise, rng) for name, a in exact[path].items()}
            layer.params = disturbed
        after = gradients(_disturb(x, noise, rng))
        for path in layers:
            own = [name for name in at if name.rpartition("/")[0] == path.rstrip("/")]
            size = np.max([np.abs(at[name]).max() for name in own] or [1.0])
            changes += [np.abs(after[name] - at[name]).max() / size for name in own]
    return float(np.max(changes))  # NaN stays NaN, unlike with Python's max


def _disturb(array: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    return array * (1.0 + noise * rng.normal(size=array.shape))
