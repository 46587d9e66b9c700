"""Run the tests that Keras ships in its wheel, with this library in Keras's place."""

from __future__ import annotations

import builtins
import importlib.util
import re
import traceback
import types
import unittest
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foreign.keras_scope import reason_for
from foreign.keras_testing import Mark, Missing, TestCase, build, stand_in
from foreign.outcomes import Outcome, OutOfScope
from minicnn.configurable import DefinitionError

__all__ = ["FILES", "outcomes"]

#: Test files of what there is here, by their folder in keras/src.
_NAMES = {
    "layers/activations": ("activation", "elu", "leaky_relu", "prelu", "relu", "softmax"),
    "layers/convolutional": ("conv", "conv_transpose", "depthwise_conv", "separable_conv"),
    "layers/core": ("dense", "input_layer"),
    "layers/merging": ("merging",),
    "layers/normalization": (
        *("batch_normalization", "group_normalization", "layer_normalization"),
        "unit_normalization",
    ),
    "layers/pooling": (
        *("average_pooling", "global_average_pooling", "global_max_pooling", "max_pooling"),
    ),
    "layers/preprocessing": ("normalization",),
    "layers/regularization": (
        *("alpha_dropout", "dropout", "gaussian_dropout", "gaussian_noise", "spatial_dropout"),
    ),
    "layers/reshaping": (
        *("cropping2d", "flatten", "permute", "reshape", "up_sampling2d", "zero_padding2d"),
    ),
    "activations": ("activations",),
    "initializers": ("constant_initializers", "random_initializers"),
    "losses": ("losses",),
    "metrics": (
        *("accuracy_metrics", "confusion_metrics", "f_score_metrics", "probabilistic_metrics"),
        "regression_metrics",
    ),
    "optimizers": (
        *("adadelta", "adagrad", "adam", "adamax", "adamw", "nadam", "rmsprop", "sgd"),
        "schedules/learning_rate_schedule",
    ),
    "callbacks": (
        *("backup_and_restore", "csv_logger", "early_stopping", "lambda_callback"),
        *("learning_rate_scheduler", "model_checkpoint", "reduce_lr_on_plateau"),
        *("swap_ema_weights", "terminate_on_nan"),
    ),
    "regularizers": ("regularizers",),
}
FILES = tuple(f"{folder}/{name}_test.py" for folder, names in _NAMES.items() for name in names)


def outcomes(files: tuple[str, ...] = FILES) -> Iterator[Outcome]:
    """Yield what became of every test of the files."""
    spec = importlib.util.find_spec("keras")
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent / "src"
    for file in files:
        if not (root / file).is_file():
            continue
        try:
            namespace = _run_source(root / file)
        except (DefinitionError, OutOfScope) as error:
            yield Outcome(file, "(the file)", "out of scope", reason_for(error))
            continue
        for case in _cases(namespace):
            yield _outcome(file, case)


def _run_source(path: Path) -> dict[str, Any]:
    """Execute a test file; what it imports from Keras is this library."""

    def importing(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == "keras":
            return stand_in(name)
        if name.split(".")[0] in ("tensorflow", "grain"):
            return Missing(name)
        if name == "pytest":
            skipping = {"skip": pytest.skip, "importorskip": pytest.importorskip}
            return types.SimpleNamespace(mark=Mark(), raises=pytest.raises, **skipping)
        if name == "conftest":
            return types.SimpleNamespace(skip_if_backend=lambda *_: lambda f: f)
        return builtins.__import__(name, *rest)

    names = vars(builtins) | {"__import__": importing}
    namespace = {"__builtins__": names, "__name__": path.stem, "__file__": str(path)}
    namespace["_build"] = build
    source = re.sub(r"(?<![\w.])([\w.]+)\.build\(", r"_build(\1, ", path.read_text("utf-8"))
    # A number here, a variable there.
    source = source.replace(".learning_rate.value", ".learning_rate")
    exec(compile(source, str(path), "exec"), namespace)
    return namespace


def _cases(namespace: dict[str, Any]) -> Iterator[unittest.TestCase]:
    for value in namespace.values():
        if isinstance(value, type) and issubclass(value, TestCase) and value is not TestCase:
            yield from unittest.defaultTestLoader.loadTestsFromTestCase(value)


def _outcome(file: str, case: unittest.TestCase) -> Outcome:
    name = case._testMethodName
    result = unittest.TestResult()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found: list[BaseException] = []
        result.addError = result.addFailure = lambda _, info: found.append(info[1])  # type: ignore
        result.addSubTest = lambda _, __, info: info and found.append(info[1])  # type: ignore
        case.run(result)
    if result.skipped:
        return Outcome(file, name, "out of scope", result.skipped[0][1])
    if not found:
        return Outcome(file, name, "passed")
    error = found[0]
    reason = reason_for(error)
    if reason:
        return Outcome(file, name, "out of scope", reason)
    where = traceback.extract_tb(error.__traceback__)
    line = next((f.lineno for f in where if f.filename.endswith(file)), 0)
    text = " ".join(str(error).split())[:300]
    return Outcome(file, name, "failed", f"line {line}: {type(error).__name__}: {text}")
