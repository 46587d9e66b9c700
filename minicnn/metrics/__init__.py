"""Metrics with Keras 3's names: what a training shows beside its loss.

metric = Precision(class_id=3)
metric.update_state(y_true, y_pred)             # once for every batch
metric.result()                                 # over all batches since reset_state()
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanSquaredError,
    Poisson,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from minicnn.metrics.of_outputs import OutputMetric
from minicnn.outputs import by_output, naming
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
        CategoricalHinge,
        CosineSimilarity,
        F1Score,
        FBetaScore,
        FalseNegatives,
        FalsePositives,
        Hinge,
        KLDivergence,
        LogCoshError,
        Mean,
        MeanAbsoluteError,
        MeanSquaredError,
        Poisson,
        Precision,
        Recall,
        RootMeanSquaredError,
        SparseCategoricalAccuracy,
        SparseCategoricalCrossentropy,
        SparseTopKCategoricalAccuracy,
        SquaredHinge,
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
    "OutputMetric",
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
    if isinstance(identifier, OutputMetric):
        raise ValueError(
            f"metric: {identifier.name!r} belongs to an output of a model; pass its attribute "
            "`metric`."
        )
    if isinstance(identifier, type) and issubclass(identifier, Metric):
        return identifier()
    if callable(identifier) and not isinstance(identifier, Metric | type):
        known = _FUNCTIONS.get(identifier)
        return MeanMetricWrapper(identifier) if known is None else known()
    return resolve("metric", identifier, _NAMES, Metric)


def for_compile(
    metrics: Any, weighted_metrics: Any = None, outputs: Sequence[str] = ("output",)
) -> list[Metric]:
    """Return what ``compile`` was given as metrics with names of their own.

    As in Keras a metric given as a text keeps that text as its name in the history, "mse" or
    "AUC", and a second one of the same name becomes "auc_1", or "weighted_auc" if it is among the
    weighted metrics. Of several outputs, each puts its name in front: "age_mae". The metrics that
    are given keep their names; one that is given twice is copied, so that each place counts alone.

    Parameters
    ----------
    metrics, weighted_metrics : list, tuple or dict, optional
        For several outputs, with an entry for each: a metric or a list of them.
    outputs : sequence of str
        Names of the outputs.

    Raises
    ------
    ValueError
        If it is not a list, or a metric or an output is not known.
    """
    made: list[Metric] = []
    for what, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
        _require_list(what, given)
        weighted = what == "weighted_metrics"
        for index, name, group in _groups(f"compile: {what}", given, outputs):
            for identifier in _flat(group):
                several = len(outputs) > 1
                metric = naming(name, get, identifier) if several else get(identifier)
                if isinstance(identifier, str):
                    metric.name = identifier
                plain = [m.metric if isinstance(m, OutputMetric) else m for m in made]
                if any(metric is other for other in plain):
                    metric = copy.deepcopy(metric)
                prefix = f"{name}_" if several else ""
                taken = [other.name for other in made]
                shown = _unused(metric.name, prefix, taken, weighted=weighted)
                if several or weighted or shown != metric.name:
                    metric = OutputMetric(metric, shown, name, index, weighted=weighted)
                made.append(metric)
    # Keras's evaluate returns those of several outputs by name.
    return sorted(made, key=lambda metric: metric.name) if len(outputs) > 1 else made


def _require_list(what: str, given: Any) -> None:
    if isinstance(given, str | Metric) or not isinstance(given, Iterable | None):
        shown = f"['{given}']" if isinstance(given, str) else "['accuracy']"
        raise ValueError(f"compile: {what} must be a list, as in {shown}.")


def _groups(what: str, given: Any, outputs: Sequence[str]) -> Iterable[tuple[int, str, Any]]:
    """Return the number, the name and the metrics of each output; of a single one, all."""
    if len(outputs) == 1 or not given:
        return [(0, outputs[0], given or ())]
    groups = by_output(what, outputs, given, may_lack=outputs)
    return [(k, outputs[k], group or ()) for k, group in enumerate(groups)]


def _unused(name: str, prefix: str, taken: Sequence[str], *, weighted: bool) -> str:
    """Return a metric's name in the history, which no other one has."""
    if weighted and prefix + name in taken:
        name = f"weighted_{name}"
    name, number = prefix + name, 0
    while (name if not number else f"{name}_{number}") in taken:
        number += 1
    return f"{name}_{number}" if number else name


def _flat(metrics: Any) -> Iterable[Any]:
    """Flatten lists in lists, and dicts by name."""
    written = isinstance(metrics, Mapping) and "class_name" in metrics
    if isinstance(metrics, str | Metric) or written or not isinstance(metrics, Iterable):
        yield metrics
        return
    for one in metrics.values() if isinstance(metrics, Mapping) else metrics:
        yield from _flat(one)
