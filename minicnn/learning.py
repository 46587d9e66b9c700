"""Learning: one step, and what a model computes without it.

A step is forward, loss, backward, optimizer. The loop over steps stands in
:mod:`minicnn.training`, what users call in :mod:`minicnn.model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from minicnn.data.batches import Batch
from minicnn.feeding import batch_inputs
from minicnn.graph import Graph, backward, forward
from minicnn.kernels.threads import one_at_a_time
from minicnn.random import Key

if TYPE_CHECKING:
    from minicnn.model import Model

__all__ = ["gradients", "predict", "test_step", "train_step"]


def gradients(model: Model, batch: Batch) -> tuple[float, np.ndarray, dict[str, np.ndarray]]:
    """Run both passes on a batch; the state of the layers changes as in training.

    Returns
    -------
    loss : float
        With the penalties.
    y_pred : ndarray
        The predictions.
    grads : dict of str to ndarray
        Derivatives of the loss for what is trained: "conv2d/kernel" -> array.
    """
    assert model.optimizer is not None
    plan, x = model.loss_plan, batch_inputs(model, batch)
    key = Key(model.seed, model.optimizer.iterations, batch.indices)
    (y,), caches = forward(plan.graph, x, training=True, key=key)
    loss, cache = plan.loss.forward(batch.y, y, batch.sample_weight)
    y_pred = y if plan.activation is None else plan.activation(y)[0]
    _, grads = backward(plan.graph, [plan.loss.backward(cache)], caches)
    return loss + _penalties(model.graph), y_pred, _trained(model.graph, grads)


def train_step(model: Model, batch: Batch) -> tuple[float, np.ndarray]:
    """Do one optimizer step; return the loss before it and the predictions.

    Parameters
    ----------
    model : Model
        Compiled. Its parameters change, the state of its layers and of its optimizer.
    batch : Batch
    """
    assert model.optimizer is not None
    with one_at_a_time():
        loss, y_pred, grads = gradients(model, batch)
        model.optimizer.step(model.graph.trainable_params(), grads)
    return loss, y_pred


def test_step(model: Model, batch: Batch) -> tuple[float, np.ndarray]:
    """Return the loss and the predictions of a batch; nothing changes."""
    with one_at_a_time():
        plan, x = model.loss_plan, batch_inputs(model, batch)
        (y,), _ = forward(plan.inference, x, training=False, keep=False)
        loss, _ = plan.loss.forward(batch.y, y, batch.sample_weight)
        y_pred = y if plan.activation is None else plan.activation(y)[0]
    return loss + _penalties(model.graph), y_pred


def predict(model: Model, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the outputs for some inputs: an array for each output."""
    with one_at_a_time():
        return forward(model.inference_plan, xs, training=False, keep=False)[0]


def _penalties(graph: Graph) -> float:
    """Sum the penalties on parameters that are trained."""
    layers = (layer for layer in graph.layers().values() if layer.trainable)
    return sum(
        rule(layer.params[name]) for layer in layers for name, rule in layer.regularizers.items()
    )


def _trained(graph: Graph, grads: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the gradients of what is trained, those of the penalties added."""
    trained: dict[str, np.ndarray] = {}
    for path, layer in graph.layers().items():
        for name in layer.params if layer.trainable else ():
            if path + name not in grads:
                raise ValueError(f"{layer!r}: backward gave no gradient for {name!r}.")
            gradient = grads[path + name]
            if name in layer.regularizers:
                gradient = gradient + layer.regularizers[name].gradient(layer.params[name])
            trained[path + name] = gradient
    return trained
