"""Learning: one training step, and what a model computes without learning.

A step is forward, loss, backward, optimizer. These functions are methods of
:class:`~minicnn.model.Model`; the loop over steps is in :mod:`minicnn.training`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minicnn.data.batches import Batch
from minicnn.data.iterables import IterableBatches, is_iterable
from minicnn.feeding import batch_inputs, checked_inputs, one_batch
from minicnn.graph import Graph, backward, forward
from minicnn.intervals import whole_number_in
from minicnn.kernels.threads import one_at_a_time, run_blocks
from minicnn.learnable import Learnable
from minicnn.nonfinite import warn_of_broken_layers, warn_of_nonfinite
from minicnn.plan import LossPlan
from minicnn.random import Key
from minicnn.sources import checked_steps, item_inputs
from minicnn.training.running_means import logged, update

__all__ = [
    "finish_training",
    "gradients",
    "predict",
    "predict_arrays",
    "predict_on_batch",
    "test_on_batch",
    "test_step",
    "train_on_batch",
    "train_step",
    "unwrapped",
]


def gradients(model: Learnable, batch: Batch) -> tuple[Any, Any, dict[str, np.ndarray]]:
    """Run both passes on a batch; the state of the layers changes as in training.

    Returns
    -------
    loss : float; or ndarray, if several outputs have a loss
        The penalties included. An array holds the loss of the model, and then of each output.
    y_pred : ndarray, or a list with one for each output
        The predictions.
    grads : dict of str to ndarray
        Derivatives of the loss with respect to the trained parameters: "conv2d/kernel" -> array.
    """
    assert model.optimizer is not None
    plan, x = _loss_plan(model), batch_inputs(model, batch)
    key = Key(model.seed, model.optimizer.iterations, batch.indices)
    ys, caches = forward(plan.graph, x, training=True, key=key)
    loss, cache = plan.loss.forward(batch.y, unwrapped(ys), batch.sample_weight)
    y_pred = _predictions(plan, ys)
    dy = plan.loss.backward(cache)
    _, grads = backward(plan.graph, dy if isinstance(dy, list) else [dy], caches)
    return _with_penalties(loss, model.graph), y_pred, _trained(model.graph, grads)


def train_step(model: Learnable, batch: Batch) -> tuple[Any, Any]:
    """Do one optimizer step; return the loss before it and the predictions, as `gradients` does.

    Parameters
    ----------
    model : Learnable
        Must be compiled. Its parameters and the state of its layers and optimizer change.
    batch : Batch

    Warns
    -----
    RuntimeWarning, UserWarning
        At the first step with NaN or infinity, with layer and pass; if nothing is trainable.
    """
    assert model.optimizer is not None
    with one_at_a_time():
        model.optimizer.require_owner(model.graph.owners())
        loss, y_pred, grads = gradients(model, batch)
        if not _finite(loss, grads):
            key = Key(model.seed, model.optimizer.iterations, batch.indices)
            x = batch_inputs(model, batch)
            assert model.loss is not None
            warn_of_nonfinite(model.optimizer, model.graph, model.loss, x, batch, key)
        if not grads:
            warnings.warn(f"{model.name!r} has no trainable weights: nothing learns.", stacklevel=2)
        model.optimizer.step(model.graph.trainable_params(), grads)
        _constrain(model.graph)
    return loss, y_pred


def _constrain(graph: Graph) -> None:
    """Put the trained parameters back into their constraints, in place."""
    for layer in graph.layers().values():
        for name, rule in layer.constraints.items() if layer.trainable else ():
            weight = layer.params[name]
            allowed = rule(weight)
            if np.shape(allowed) != weight.shape:
                raise ValueError(
                    f"{layer!r}: the constraint on {name} must keep the shape {weight.shape}, "
                    f"got {np.shape(allowed)}."
                )
            weight[...] = allowed


def finish_training(model: Learnable) -> None:
    """Put the averaged weights, if any, into the layers after the last step.

    Warns
    -----
    RuntimeWarning
        If a layer holds NaN or infinity, and no step has warned of it.
    """
    assert model.optimizer is not None
    model.optimizer.require_owner(model.graph.owners())
    warn_of_broken_layers(model.optimizer, model.graph)
    model.optimizer.finalize_variable_values(model.graph.trainable_params())


def _finite(loss: Any, grads: Mapping[str, np.ndarray]) -> bool:
    """Return whether the loss and the sum of each gradient are finite, which a NaN spoils."""
    arrays, whole = list(grads.values()), float(np.ravel(loss)[0])
    sums = np.zeros(len(arrays))

    def add(_: int, start: int, stop: int) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            sums[start:stop] = [np.sum(array) for array in arrays[start:stop]]

    run_blocks(add, len(arrays), 1)
    return math.isfinite(whole) and bool(np.isfinite(sums).all())


def test_step(model: Learnable, batch: Batch) -> tuple[Any, Any]:
    """Return the loss and the predictions of a batch, as `gradients` does; nothing changes."""
    with one_at_a_time():
        plan, x = _loss_plan(model), batch_inputs(model, batch)
        ys, _ = forward(plan.inference, x, training=False, keep=False)
        loss, _ = plan.loss.forward(batch.y, unwrapped(ys), batch.sample_weight)
        y_pred = _predictions(plan, ys)
    return _with_penalties(loss, model.graph), y_pred


def train_on_batch(
    model: Learnable,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
    return_dict: bool = False,
) -> Any:
    """Do one training step on one batch; return its loss and metrics as ``evaluate`` does."""
    batch = one_batch("train_on_batch", model, x, y, sample_weight, class_weight)
    return _figures(model, batch, *model.train_step(batch), return_dict=return_dict)


def test_on_batch(
    model: Learnable, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
) -> Any:
    """Return loss and metrics on one batch without learning, as ``evaluate`` does."""
    batch = one_batch("test_on_batch", model, x, y, sample_weight)
    return _figures(model, batch, *model.test_step(batch), return_dict=return_dict)


def predict(
    model: Learnable,
    x: Any,
    batch_size: int | None = None,
    verbose: int | str = 0,
    steps: float | None = None,
    callbacks: object = None,
) -> Any:
    """Return the outputs for some inputs, like Keras's ``predict``; silent by default.

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (n, ...), a list or dict of these, or an iterable
        Inputs, or batches of them: x, (x, y) or (x, y, sample_weight).
    batch_size : int, optional
        Number of samples computed at once, by default 32; it affects only memory.
    verbose : int
        Accepted for compatibility with Keras; nothing is printed.
    steps : int, optional
        Number of batches to take.
    callbacks
        Accepted for compatibility with Keras; none is called.

    Returns
    -------
    ndarray, shape (n, *output_shape); a list or dict of these if there are several outputs

    Raises
    ------
    ValueError
        If shape or dtype do not fit.
    """
    if is_iterable(x):
        return _predict_items(model, x, checked_steps("predict: steps", steps))
    xs = checked_inputs("predict", model, x)
    size = 32
    if batch_size is not None:
        size = whole_number_in("[1, inf)", batch_size, "batch_size")
    count = checked_steps("predict: steps", steps)
    if count is not None:
        xs = [one[: count * size] for one in xs]
    return model.packed(predict_arrays(model, xs, size))


def predict_on_batch(model: Learnable, x: Any) -> Any:
    """Return the outputs for some inputs, computed as one batch; see :meth:`Model.predict`."""
    xs = checked_inputs("predict_on_batch", model, x)
    return model.packed(predict_arrays(model, xs, max(1, len(xs[0]))))


def predict_arrays(model: Learnable, xs: Sequence[np.ndarray], batch_size: int) -> list[np.ndarray]:
    """Return the outputs for some inputs, computed in batches: an array for each output."""
    n = len(xs[0])
    ys = [np.empty((n, *tensor.sample_shape), model.dtype) for tensor in model.outputs]
    for start in range(0, n, batch_size):
        part = slice(start, start + batch_size)
        with one_at_a_time():
            plan = model.inference_plan
            given, _ = forward(plan, [x[part] for x in xs], training=False, keep=False)
        for y, one in zip(ys, given, strict=True):
            y[part] = one
    return ys


def _predict_items(model: Learnable, items: Any, steps: int | None) -> Any:
    """Return the outputs for the batches of an iterable, one array for each output."""
    source = IterableBatches(items, lambda item, _: item, steps=steps)
    outputs = []
    for item in source.items(0):
        xs = checked_inputs("predict", model, item_inputs(item))
        outputs.append(predict_arrays(model, xs, max(1, len(xs[0]))))
    if not outputs:
        raise ValueError("predict: x holds no batches.")
    return model.packed([np.concatenate(ys) for ys in zip(*outputs, strict=True)])


def unwrapped(values: list) -> Any:
    """Return the value itself if there is only one, else the list."""
    return values[0] if len(values) == 1 else values


def _figures(model: Learnable, batch: Batch, loss: Any, y_pred: Any, *, return_dict: bool) -> Any:
    assert model.loss is not None
    figures = model.loss.named(loss)
    for metric in model.metrics:
        metric.reset_state()
        update(metric, batch, y_pred)
        figures[metric.name] = logged(metric.result())
    return figures if return_dict else unwrapped(list(figures.values()))


def _loss_plan(model: Learnable) -> LossPlan:
    """Return the plan for the model's loss; somebody may have set another one."""
    if model.loss_plan is None or model.loss_plan.of is not model.loss:
        model.make_plans()
    assert model.loss_plan is not None
    return model.loss_plan


def _predictions(plan: LossPlan, ys: Sequence[np.ndarray]) -> Any:
    """Return what the model predicts, given the outputs of the plan's graph."""
    return unwrapped(
        [
            y if activation is None else activation(y)[0]
            for y, activation in zip(ys, plan.activations, strict=True)
        ]
    )


def _with_penalties(loss: Any, graph: Graph) -> Any:
    """Add the penalties on parameters that are trained to the loss of the model."""
    layers = (layer for layer in graph.layers().values() if layer.trainable)
    penalties = sum(
        rule(layer.params[name]) for layer in layers for name, rule in layer.regularizers.items()
    )
    if np.ndim(loss) == 0:
        return loss + penalties
    return np.array([loss[0] + penalties, *loss[1:]])


def _trained(graph: Graph, grads: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the gradients of the trained parameters, the penalties included."""
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
