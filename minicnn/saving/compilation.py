"""Optimizer, loss and metrics to ``compile_config`` and back.

They are looked up in closed tables, and in the `custom_objects` that the caller gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minicnn import losses, metrics, optimizers
from minicnn.initializers.function import own_function
from minicnn.losses import Loss
from minicnn.losses.of_outputs import LossOfOutputs
from minicnn.metrics import InferredAccuracy, Metric, OutputMetric
from minicnn.optimizers import Optimizer
from minicnn.outputs import is_written
from minicnn.saving.layer_config import own_class

__all__ = ["Compilation", "compilation_from_config", "compile_config"]


class Compilation(NamedTuple):
    """What ``compile`` was given."""

    optimizer: Optimizer | None = None
    loss: Loss | None = None
    metrics: Sequence[Metric] = ()


def compile_config(compilation: Compilation, outputs: int) -> dict[str, Any]:
    """Write what ``compile`` was given the way Keras does; empty if it was not called.

    Parameters
    ----------
    compilation : Compilation
    outputs : int
        How many the model has. The losses and metrics of several are written in lists.
    """
    if compilation.optimizer is None:
        return {}
    losses_written, loss_weights = _loss_config(compilation.loss)
    return {
        "optimizer": compilation.optimizer.serialize(),
        "loss": losses_written,
        "loss_weights": loss_weights,
        "metrics": _metrics_config(compilation.metrics, outputs, weighted=False),
        "weighted_metrics": _metrics_config(compilation.metrics, outputs, weighted=True),
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _loss_config(loss: Loss | None) -> tuple[Any, Any]:
    """Return the losses and their weights, in lists if the loss is the sum of several."""
    if not isinstance(loss, LossOfOutputs):
        return None if loss is None else loss.serialize(), None
    written = [None if one is None else one.serialize() for one in loss.each()]
    # Keras takes no weight that is None among others.
    factors = [1.0 if factor is None else factor for factor in loss.loss_weights]
    weighted = any(factor is not None for factor in loss.loss_weights)  # 0 is a weight, too
    return written, factors if weighted else None


def _metrics_config(metrics: Sequence[Metric], outputs: int, *, weighted: bool) -> Any:
    """Return the metrics in a list; in one for each output if there are several."""
    metrics = [metric for metric in metrics if metric.weighted == weighted]
    if not metrics or outputs == 1:
        return [_metric_config(metric) for metric in metrics] or None
    # By the length first: the tenth of a name comes after the second, and gets its number again.
    ordered = sorted(metrics, key=lambda metric: (len(metric.name), metric.name))
    written: list[list[Any]] = [[] for _ in range(outputs)]
    for metric in ordered:
        assert isinstance(metric, OutputMetric)
        written[metric.index].append(_metric_config(metric))
    return written


def _metric_config(metric: Metric) -> Any:
    if isinstance(metric, OutputMetric):
        metric = metric.metric
    if isinstance(metric, InferredAccuracy):
        # Keras decides by the targets which accuracy the bare name means, and so do we.
        return metric.name if metric.name.lower() in ("accuracy", "acc") else "accuracy"
    return metric.serialize()


def compilation_from_config(
    config: Any, outputs: Sequence[str], custom_objects: Mapping[str, Any] | None = None
) -> Compilation:
    """Make what :func:`compile_config` or Keras has written.

    Parameters
    ----------
    config : dict
    outputs : sequence of str
        Names of the model's outputs.
    custom_objects : mapping of str to class or function, optional
        The caller's own losses, metrics and optimizers that the config may name.

    Raises
    ------
    ValueError
        If something in it is unknown here.
    """
    if not config:
        return Compilation()
    if not isinstance(config, dict):
        raise ValueError("compile_config must be an object.")
    for key in ("metrics", "weighted_metrics"):
        if not isinstance(config.get(key) or [], list | dict):
            raise ValueError(f"{key} must be a list or an object.")
    own = custom_objects or {}
    try:
        return Compilation(
            optimizers.get(_named(config.get("optimizer"), own)),
            losses.for_compile(
                _named(config.get("loss"), own), config.get("loss_weights"), outputs
            ),
            metrics.for_compile(
                _named(config.get("metrics"), own),
                _named(config.get("weighted_metrics"), own),
                outputs,
            ),
        )
    except ValueError:
        raise
    except Exception as error:  # hostile values make constructors raise almost anything
        raise ValueError(f"compile_config cannot be read ({error}).") from error


def _named(written: Any, own: Mapping[str, Any]) -> Any:
    """Turn Keras's form of a plain function into its name, also inside lists and dicts.

    What the caller has under that name, or under that of a class, takes its place.
    """
    if isinstance(written, list):
        return [_named(one, own) for one in written]
    if isinstance(written, str):
        return own.get(written, written)
    if not isinstance(written, dict):
        return written
    if not is_written(written):
        return {name: _named(one, own) for name, one in written.items()}
    if written["class_name"] == "function":
        return own_function(written, own) or _named(written.get("config"), own)
    read = getattr(own_class(written, own), "from_config", None)
    return written if read is None else read(written.get("config") or {})
