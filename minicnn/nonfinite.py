"""Where a training went wrong: the layer and the pass in which NaN or infinity first appeared.

A training step only looks whether its loss and gradients are finite. If they are not, this module
repeats the step on a copy, layer by layer, until it meets the first number that is not. What the
last update breaks, no step meets; so the end of a training looks at all layers.
"""

from __future__ import annotations

import copy
import warnings
from typing import Any
from weakref import WeakSet

import numpy as np

from minicnn.data.batches import Batch
from minicnn.graph import Graph, backward, forward
from minicnn.losses import Loss
from minicnn.optimizers import Optimizer
from minicnn.outputs import listed
from minicnn.random import Key

__all__ = ["warn_of_broken_layers", "warn_of_nonfinite"]

#: Optimizers whose training has been warned of: all that follows is NaN, too.
_told: WeakSet[Optimizer] = WeakSet()


def warn_of_nonfinite(
    optimizer: Optimizer, graph: Graph, loss: Loss, x: list[np.ndarray], batch: Batch, key: Key
) -> None:
    """Warn, once in a training, where NaN or infinity appeared in a step.

    Parameters
    ----------
    optimizer : Optimizer
        It has not used the gradients of this step yet.
    graph : Graph
        The model's own, whose steps are layers with names and weights; not the plan's.
    loss : Loss
    x : list of ndarray
        The batch's inputs.
    batch : Batch
    key : Key
        Of the step.
    """
    if optimizer in _told:
        return
    moment = "after the last update" if optimizer.iterations else "before the first update"
    where = _where(graph, loss, x, batch, key, moment)
    if where:
        _told.add(optimizer)
        warnings.warn(
            f"Training step {optimizer.iterations + 1}: {where}.", RuntimeWarning, stacklevel=2
        )


def warn_of_broken_layers(optimizer: Optimizer, graph: Graph) -> None:
    """Warn of NaN or infinity in the weights or the state of a layer after the last step."""
    if optimizer in _told:
        return
    for path, layer in graph.layers().items():
        for name, array in (layer.params | layer.state).items():
            kind = _kind(array)
            if kind:
                _told.add(optimizer)
                warnings.warn(
                    f"After training step {optimizer.iterations}, {name} of the layer "
                    f"{path.rstrip('/') or layer.name!r} holds {kind}.",
                    RuntimeWarning,
                    stacklevel=2,
                )
                return


def _where(
    graph: Graph, loss: Loss, x: list[np.ndarray], batch: Batch, key: Key, moment: str
) -> str:
    """Return where the first number that is not finite appears; empty if all are finite."""
    try:
        steps = [
            step._replace(layer=_Watched(copy.deepcopy(step.layer), step.path, moment))
            for step in graph.steps
        ]
    except Exception:  # somebody's own layer that cannot be copied; the training goes on
        return "the loss or a gradient is NaN or infinite"
    watched = graph._replace(steps=tuple(steps))
    try:
        with np.errstate(all="ignore"):
            ys, caches = forward(watched, x, training=True, key=key)
            y = ys[0] if len(ys) == 1 else ys
            value, cache = loss.forward(batch.y, y, batch.sample_weight)
            _require_finite("the forward pass of the loss gave", value)
            dys = listed(loss.backward(cache))
            for dy in dys:
                _require_finite("the backward pass of the loss gave", dy)
            backward(watched, dys, caches)
            for step in watched.steps:
                step.layer.check_penalties()
    except _FoundError as found:
        return str(found)
    return ""


class _FoundError(Exception):
    """A number that is not finite; the message says where."""


class _Watched:
    """A layer whose weights and results are looked at."""

    def __init__(self, layer: Any, path: str, moment: str) -> None:
        self.layer, self.name, self.moment = layer, path.rstrip("/") or layer.name, moment

    def forward(self, x: Any, **options: Any) -> Any:
        for name, array in self.layer.params.items():
            _require_finite(f"{name} of the layer {self.name!r}, {self.moment}, holds", array)
        y, cache = self.layer.forward(x, **options)
        _require_finite(f"the forward pass of the layer {self.name!r} gave", y)
        return y, cache

    def backward(self, dy: np.ndarray, cache: Any) -> Any:
        dx, grads = self.layer.backward(dy, cache)
        of = f"the backward pass of the layer {self.name!r} gave"
        for one in dx if isinstance(dx, tuple) else (dx,):
            _require_finite(of, one, " in the gradient of its input")
        for name, array in grads.items():
            _require_finite(of, array, f" in the gradient of its {name}")
        return dx, grads

    def check_penalties(self) -> None:
        for name, rule in self.layer.regularizers.items() if self.layer.trainable else ():
            of, w = f"the penalty on {name} of the layer {self.name!r}", self.layer.params[name]
            _require_finite(f"{of} gave", rule(w))
            _require_finite(f"the gradient of {of} gave", rule.gradient(w))


def _require_finite(where: str, values: Any, what: str = "") -> None:
    kind = _kind(values)
    if kind:
        raise _FoundError(f"{where} {kind}{what}")


def _kind(values: Any) -> str:
    array = np.asarray(values)
    if np.isfinite(array).all():
        return ""
    return "NaN" if np.isnan(array).any() else "infinity"
