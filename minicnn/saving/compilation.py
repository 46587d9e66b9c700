"""Optimizer, loss and metrics to ``compile_config`` and back, looked up in closed tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from minicnn import losses, metrics, optimizers
from minicnn.losses import Loss
from minicnn.metrics import InferredAccuracy, Metric
from minicnn.optimizers import Optimizer

__all__ = ["Compilation", "compilation_from_config", "compile_config"]


class Compilation(NamedTuple):
    """What ``compile`` was given."""

    optimizer: Optimizer | None = None
    loss: Loss | None = None
    metrics: Sequence[Metric] = ()


def compile_config(compilation: Compilation) -> dict[str, Any]:
    """Write what ``compile`` was given the way Keras does; empty if it was not called."""
    if compilation.optimizer is None:
        return {}
    loss = compilation.loss
    return {
        "optimizer": compilation.optimizer.serialize(),
        "loss": None if loss is None else loss.serialize(),
        "loss_weights": None,
        "metrics": [_metric_config(metric) for metric in compilation.metrics] or None,
        "weighted_metrics": None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _metric_config(metric: Metric) -> Any:
    if isinstance(metric, InferredAccuracy):
        # Keras decides by the targets which accuracy the bare name means, and so do we.
        return metric.name if metric.name.lower() in ("accuracy", "acc") else "accuracy"
    return metric.serialize()


def compilation_from_config(config: Any) -> Compilation:
    """Make what :func:`compile_config` or Keras has written.

    Raises
    ------
    ValueError
        If something in it is unknown here.
    """
    if not config:
        return Compilation()
    if not isinstance(config, dict):
        raise ValueError("compile_config must be an object.")
    for key in ("loss_weights", "weighted_metrics"):
        if config.get(key):
            raise ValueError(f"{key} is not supported.")
    loss, listed = config.get("loss"), config.get("metrics") or []
    if not isinstance(listed, list):
        raise ValueError("metrics must be a list.")
    try:
        return Compilation(
            optimizers.get(config.get("optimizer")),
            None if loss is None else losses.get(_named(loss)),
            metrics.for_compile([_named(metric) for metric in listed]),
        )
    except ValueError:
        raise
    except Exception as error:  # hostile values make constructors raise almost anything
        raise ValueError(f"compile_config cannot be read ({error}).") from error


def _named(written: Any) -> Any:
    """Turn Keras's form of a plain function into its name."""
    if isinstance(written, dict) and written.get("class_name") == "function":
        return written.get("config")
    return written
