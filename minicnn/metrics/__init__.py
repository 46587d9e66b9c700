"""Metrics with Keras 3's names: what a training shows beside its loss.

metric = Precision(class_id=3)
metric.update_state(y_true, y_pred)             # once for every batch
metric.result()                                 # over all batches since reset_state()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from minicnn.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    huber,
    kl_divergence,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from minicnn.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    InferredAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from minicnn.metrics.auc import AUC
from minicnn.metrics.base import Mean, MeanMetric, Metric, Sum
from minicnn.metrics.confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from minicnn.metrics.f_score import F1Score, FBetaScore
from minicnn.metrics.function import MeanMetricWrapper
from minicnn.metrics.of_losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
)
from minicnn.registry import resolve

_TABLE: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        AUC,
        Accuracy,
        BinaryAccuracy,
        BinaryCrossentropy,
        CategoricalAccuracy,
        CategoricalCrossentropy,
        F1Score,
        FBetaScore,
        FalseNegatives,
        FalsePositives,
        KLDivergence,
        Mean,
        MeanAbsoluteError,
        MeanSquaredError,
        Precision,
        Recall,
        RootMeanSquaredError,
        SparseCategoricalAccuracy,
        SparseCategoricalCrossentropy,
        SparseTopKCategoricalAccuracy,
        Sum,
        TopKCategoricalAccuracy,
        TrueNegatives,
        TruePositives,
    )
}
#: The metric that each function stands for; of other functions the mean is taken.
_FUNCTIONS: dict[Callable, type[MeanMetric]] = {
    binary_accuracy: BinaryAccuracy,
    binary_crossentropy: BinaryCrossentropy,
    categorical_accuracy: CategoricalAccuracy,
    categorical_crossentropy: CategoricalCrossentropy,
    kl_divergence: KLDivergence,
    mean_absolute_error: MeanAbsoluteError,
    mean_squared_error: MeanSquaredError,
    sparse_categorical_accuracy: SparseCategoricalAccuracy,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    sparse_top_k_categorical_accuracy: SparseTopKCategoricalAccuracy,
    top_k_categorical_accuracy: TopKCategoricalAccuracy,
}

__all__ = [
    *_TABLE,
    *(function.__name__ for function in _FUNCTIONS),
    "InferredAccuracy",
    "MeanMetric",
    "MeanMetricWrapper",
    "Metric",
    "categorical_focal_crossentropy",
    "for_compile",
    "get",
    "huber",
]

# Keras takes these names too, in small and in capital letters.
_NAMES = _TABLE | {"bce": BinaryCrossentropy, "mae": MeanAbsoluteError, "mse": MeanSquaredError}


def get(identifier: Any) -> Metric:
    """Return the metric that an instance, a class, a name, a function or a config stands for.

    "accuracy" and "acc" give :class:`InferredAccuracy` under that name.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    if isinstance(identifier, str) and identifier.lower() in ("accuracy", "acc"):
        return InferredAccuracy(name=identifier)
    if isinstance(identifier, type) and issubclass(identifier, Metric):
        return identifier()
    if callable(identifier) and not isinstance(identifier, Metric | type):
        known = _FUNCTIONS.get(identifier)
        return MeanMetricWrapper(identifier) if known is None else known()
    return resolve("metric", identifier, _NAMES, Metric)


def for_compile(metrics: Any) -> list[Metric]:
    """Return what ``compile(metrics=...)`` was given as metrics with names of their own.

    As in Keras a metric given as a text keeps that text as its name in the history, "mse" or
    "AUC", and a second one of the same name becomes "auc_1".

    Raises
    ------
    ValueError
        If it is not a list, or one of them is not known.
    """
    if isinstance(metrics, str | Metric) or not isinstance(metrics, Iterable | None):
        shown = f"['{metrics}']" if isinstance(metrics, str) else "['accuracy']"
        raise ValueError(f"compile: metrics must be a list, as in {shown}.")
    made: list[Metric] = []
    counts: dict[str, int] = {}
    for identifier in _flat(metrics or ()):
        metric = get(identifier)
        if isinstance(identifier, str):
            metric.name = identifier
        again = counts.get(metric.name, 0)
        counts[metric.name] = again + 1
        if again:
            metric.name = f"{metric.name}_{again}"
        made.append(metric)
    return made


def _flat(metrics: Any) -> Iterable[Any]:
    """Flatten lists in lists, and dicts by output: a model that learns has one output."""
    written = isinstance(metrics, Mapping) and "class_name" in metrics
    if isinstance(metrics, str | Metric) or written or not isinstance(metrics, Iterable):
        yield metrics
        return
    for one in metrics.values() if isinstance(metrics, Mapping) else metrics:
        yield from _flat(one)
