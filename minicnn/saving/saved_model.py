"""What a file says about a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.optimizers import Optimizer

__all__ = ["KERAS_VERSION", "SavedModel"]

#: The version whose files ours equal; the tests hold them against each other.
KERAS_VERSION = "3.15.0"


@dataclass
class SavedModel:
    """What a file says about a model.

    Attributes
    ----------
    network : Network
        Built.
    optimizer : Optimizer or None
        With its state; None if the model is not compiled.
    loss : Loss or None
    metrics : sequence of Metric
    extra : dict
        What Keras does not keep, as JSON values: ``seed``, ``class_names``, ``scale``.
    half : bool
        Whether kernels are written in half precision.
    """

    network: Any
    optimizer: Optimizer | None = None
    loss: Loss | None = None
    metrics: Sequence[Metric] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    half: bool = False
