r"""The loss of a model with several outputs: the weighted sum of theirs.

.. math:: L = \sum_k \lambda_k L_k(y_k) \tag{graph.3}

.. math:: \frac{dL}{dy_k} = \lambda_k \frac{dL_k}{dy_k} \tag{graph.4}

Each loss L_k sees one output y_k alone. So its derivative enters the graph at that output, and
backward adds up what comes together below. An output without a loss gets the derivative zero.

Derivation: docs/math/graph.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.losses.base import Loss
from minicnn.outputs import listed, naming, numbered

__all__ = ["LossOfOutputs"]


class LossOfOutputs(Loss):
    """The weighted sum of the outputs' losses.

    Targets, predictions and weights of samples are lists or tuples with one array for each output,
    or an array if there is one output.

    Parameters
    ----------
    losses : sequence of Loss or None
        One for each output; None for an output that has no loss.
    loss_weights : sequence of float or None
        A factor for each loss; None is 1.
    outputs : sequence of str
        Names of the outputs.
    """

    def __init__(
        self,
        losses: Sequence[Loss | None],
        loss_weights: Sequence[float | None],
        outputs: Sequence[str],
    ) -> None:
        super().__init__()
        self.losses, self.loss_weights = tuple(losses), tuple(loss_weights)
        self.outputs = tuple(outputs)

    @property
    def value_names(self) -> tuple[str, ...]:
        """Names of the values that :meth:`forward` returns; as in Keras, one loss has one name."""
        names = [
            f"{output}_loss"
            for output, loss in zip(self.outputs, self.losses, strict=True)
            if loss is not None
        ]
        return ("loss", *numbered(names)) if len(names) > 1 else ("loss",)

    def named(self, value: Any) -> dict[str, float]:
        """Return the values of :meth:`forward` by name; of a number by itself, the first."""
        return dict(zip(self.value_names, map(float, np.ravel(value)), strict=False))

    def each(self) -> tuple[Loss | None, ...]:
        """Return the loss of every output."""
        return self.losses

    def with_each(self, losses: Sequence[Loss | None]) -> LossOfOutputs:
        """Return the same sum of other losses."""
        return LossOfOutputs(losses, self.loss_weights, self.outputs)

    def check_targets(self, y_true: Any, shape: Any) -> None:
        """Raise ValueError unless the targets fit predictions of these shapes."""
        shapes = shape if isinstance(shape, list) else [shape]
        for output, loss, y, one in zip(
            self.outputs, self.losses, self._each(y_true), shapes, strict=True
        ):
            if loss is not None:
                naming(output, loss.check_targets, y, one)

    def forward(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, list[Any]]:
        """Return the values, and the cache that :meth:`backward` takes.

        Returns
        -------
        values : ndarray of float64
            The sum (graph.3); then, if several outputs have one, the loss of each, not weighted.
        cache : list
        """
        shared = sample_weight is None or isinstance(sample_weight, np.ndarray)
        weights = [sample_weight] * len(self.losses) if shared else list(sample_weight)
        total, values, caches = 0.0, [], []
        for output, loss, factor, y, p, w in zip(
            self.outputs,
            self.losses,
            self.loss_weights,
            self._each(y_true),
            self._each(y_pred),
            weights,
            strict=True,
        ):
            if loss is None:
                caches.append(p)
                continue
            value, cache = naming(output, loss.forward, y, p, w)
            total += value if factor is None else factor * value
            values.append(value)
            caches.append(cache)
        return np.array([total, *values][: len(self.value_names)], np.float64), caches

    def backward(self, cache: list[Any]) -> list[np.ndarray]:  # type: ignore[override]
        """Return the derivative with respect to each output, (graph.4)."""
        dys = []
        for loss, factor, own in zip(self.losses, self.loss_weights, cache, strict=True):
            dy = np.zeros_like(own) if loss is None else loss.backward(own)
            dys.append(dy if loss is None or factor is None else dy * dy.dtype.type(factor))
        return dys

    def _each(self, values: Any) -> list[Any]:
        values = listed(values)
        if len(values) != len(self.outputs):
            raise ValueError(
                f"expected an array for each of the outputs {', '.join(self.outputs)}, "
                f"got {len(values)}."
            )
        return values
