"""What ``compile`` was given, from the form that older versions of Keras wrote to today's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minicnn.outputs import is_written
from minicnn.saving.legacy.arguments import plain

__all__ = ["compile_config_of_training", "modern_compile_config"]

_METRICS = {"acc": "accuracy"}
# How something was computed, not what; or the name of a variable.
_DROPPED_OF_OPTIMIZERS = ("is_legacy_optimizer", "jit_compile")
# The two names of the one reduction that is left.
_REDUCTIONS = ("auto", "sum_over_batch_size")


def compile_config_of_training(training: dict[str, Any]) -> dict[str, Any]:
    """Return today's ``compile_config`` for the ``training_config`` of an HDF5 file."""
    config = {key: value for key, value in training.items() if key != "optimizer_config"}
    config["optimizer"] = training.get("optimizer_config")
    return modern_compile_config(config)


def modern_compile_config(config: Any) -> Any:
    """Return a ``compile_config`` in today's form; what is not understood stays as it is."""
    if not isinstance(config, dict) or not config:  # empty: the model was not compiled
        return config
    config = plain(config)
    return {
        **config,
        "optimizer": _optimizer(config.get("optimizer")),
        "loss": _each(_loss, config.get("loss")),
        "metrics": _metrics(config.get("metrics")),
        "weighted_metrics": _metrics(config.get("weighted_metrics")),
    }


def _metrics(written: Any) -> Any:
    """Return metrics in today's form: in a list for each output, but for a single one."""
    if isinstance(written, list) and len(written) == 1 and isinstance(written[0], list):
        written = written[0]
    return _each(_metric, written)


def _each(modern: Callable[[Any], Any], written: Any) -> Any:
    """Apply a function to a written object, or to all of them in lists and in dicts by output."""
    if isinstance(written, list):
        return [_each(modern, one) for one in written]
    if isinstance(written, dict) and not is_written(written):
        return {name: _each(modern, one) for name, one in written.items()}
    return modern(written)


def _optimizer(written: Any) -> Any:
    arguments = written.get("config") if isinstance(written, dict) else None
    if not isinstance(arguments, dict):
        return written
    if isinstance(arguments.get("inner_optimizer"), dict):  # LossScaleOptimizer's
        return _optimizer(arguments["inner_optimizer"])
    names = {"lr": "learning_rate"}
    given = {names.get(key, key): value for key, value in arguments.items()}
    for key in _DROPPED_OF_OPTIMIZERS:
        given.pop(key, None)
    if not given.get("decay", 1):
        del given["decay"]
    if given.get("epsilon", 0) is None:
        del given["epsilon"]
    kind = written.get("class_name")
    if isinstance(kind, str):
        kind = kind.removeprefix("Custom>")
    return {**written, "class_name": kind, "config": given}


def _loss(written: Any) -> Any:
    arguments = written.get("config") if isinstance(written, dict) else None
    if not isinstance(arguments, dict):
        return written
    given = {key: value for key, value in arguments.items() if key != "fn"}
    if given.get("reduction") in _REDUCTIONS:
        del given["reduction"]
    return {**written, "config": given}


def _metric(written: Any) -> Any:
    """Return the name of a function's mean, and anything else as it is."""
    if isinstance(written, str):
        return _METRICS.get(written, written)
    arguments = written.get("config") if isinstance(written, dict) else None
    if not isinstance(arguments, dict) or written.get("class_name") != "MeanMetricWrapper":
        return written
    name = arguments.get("name")
    return "accuracy" if name in ("accuracy", "acc") else arguments.get("fn")
