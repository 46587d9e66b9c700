"""What feeding, steps and files need of a model; :class:`~minicnn.model.Model` is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from minicnn.graph import Graph
from minicnn.layers.tensor import Tensor
from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.optimizers import Optimizer
from minicnn.plan import LossPlan

__all__ = ["Learnable"]


class Learnable(Protocol):
    """A network with a loss and an optimizer; the attributes are those of ``Model``."""

    name: str
    seed: int
    next_epoch: int
    built: bool
    layers: list[Any]
    inputs: list[Tensor]
    outputs: list[Tensor]
    graph: Graph
    inference_plan: Graph
    loss_plan: LossPlan | None
    optimizer: Optimizer | None
    loss: Loss | None
    metrics: list[Metric]
    extra: dict[str, Any]

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation."""

    @property
    def target_names(self) -> list[str]:
        """Names by which losses, metrics and targets of the outputs go."""

    def packed(self, values: list[Any]) -> Any:
        """Return what each output has: by itself, as a list or as a dict."""

    def train_step(self, batch: Any) -> tuple[Any, Any]:
        """Do one optimizer step; return the loss and the predictions."""

    def test_step(self, batch: Any) -> tuple[Any, Any]:
        """Return the loss and the predictions without learning."""

    def set_compilation(
        self, optimizer: Optimizer | None, loss: Loss | None, metrics: Sequence[Metric]
    ) -> None:
        """Set what ``compile`` has made."""

    def make_plans(self) -> None:
        """Plan anew, from the graph and the loss."""

    def require_built(self, verb: str) -> None:
        """Raise a ValueError if there are no weights yet."""
