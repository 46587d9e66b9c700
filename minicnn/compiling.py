"""compile: what a model is to learn by, and the names of what it shows.

These functions are methods of :class:`~minicnn.model.Model`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from minicnn import losses, optimizers
from minicnn import metrics as _metrics
from minicnn.configurable import check_values
from minicnn.intervals import whole_number_in
from minicnn.learnable import Learnable

__all__ = ["compile_model", "metrics_names", "reset_metrics", "set_compilation"]

#: Arguments of ``compile`` that Keras has besides, with what they may be.
_NEUTRAL: dict[str, tuple] = {
    "auto_scale_loss": (True, False),
    "jit_compile": ("auto", None, False, True),
    "run_eagerly": (False, None, True),
}

_Loss = str | losses.Loss | Callable
_Metrics = Iterable[str | _metrics.Metric | Callable]


def compile_model(
    model: Learnable,
    optimizer: str | optimizers.Optimizer = "rmsprop",
    loss: _Loss | Sequence[_Loss | None] | Mapping[str, _Loss | None] | None = None,
    loss_weights: float | Sequence[float] | Mapping[str, float] | None = None,
    metrics: _Metrics | Mapping[str, Any] | None = None,
    weighted_metrics: _Metrics | Mapping[str, Any] | None = None,
    *,
    steps_per_execution: int | None = 1,
    **neutral: Any,
) -> None:
    """Choose how to learn.

    Parameters
    ----------
    optimizer : str or Optimizer
        Such as "adam" or ``Adam(learning_rate=1e-3, clipnorm=1.0)``.
    loss : str, Loss or a function of :mod:`minicnn.losses`
        Such as "categorical_crossentropy". For a model with several outputs a list in their
        order, or a dict by their names, as in ``{"emotion": "categorical_crossentropy", "age":
        "mse"}``; None for an output that is not trained. One by itself is that of every output.
    loss_weights : list or dict by output of float, optional
        A factor for the loss of each output; 1 if not given. The loss of the model is the sum.
    metrics : list of str, Metric or function, optional
        Such as ["accuracy"]; see :func:`minicnn.metrics.for_compile`. For several outputs a list
        with such a list for each, or a dict by output.
    weighted_metrics : optional
        The same, for metrics in which samples count by their weights.
    steps_per_execution : int, optional
        Keras's hint for accelerators; the numbers are the same, and callbacks are called after
        every batch.
    **neutral
        Keras's other arguments, with values that change nothing here.

    Raises
    ------
    ValueError
        If an optimizer, a loss, a metric or an output is not known, or steps_per_execution is no
        whole number from 1 on.
    """
    if steps_per_execution is not None:
        whole_number_in("[1, inf)", steps_per_execution, "compile: steps_per_execution")
    check_values("compile", neutral, _NEUTRAL)
    outputs = model.target_names
    model.set_compilation(
        optimizers.get(optimizer),
        losses.for_compile(loss, loss_weights, outputs),
        _metrics.for_compile(metrics, weighted_metrics, outputs),
    )


def set_compilation(
    model: Learnable,
    optimizer: optimizers.Optimizer | None,
    loss: losses.Loss | None,
    metrics: Sequence[_metrics.Metric],
) -> None:
    """Set what ``compile`` has made, and plan the computation of the loss."""
    model.optimizer, model.loss, model.metrics = optimizer, loss, list(metrics)
    if model.built:
        model.make_plans()


def metrics_names(model: Learnable) -> list[str]:
    """Names of what ``evaluate`` and ``train_on_batch`` return, in that order; as in Keras 2."""
    losses_shown = () if model.loss is None else model.loss.value_names
    return [*losses_shown, *(metric.name for metric in model.metrics)]


def reset_metrics(model: Learnable) -> None:
    """Forget what the metrics have seen. Every epoch, and ``train_on_batch``, does so by itself."""
    for metric in model.metrics:
        metric.reset_state()
