"""Learning: a chain with a loss and an optimizer, and one step of both.

A step is forward, loss, backward, optimizer. The loop over steps stands in
:mod:`minicnn.training`, what users call in :mod:`minicnn.sequential`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from minicnn import losses, optimizers
from minicnn import metrics as _metrics
from minicnn.chain import Chain
from minicnn.data.batches import Batch
from minicnn.inference import infer
from minicnn.layers import Layer
from minicnn.layers.parameters import trainable_grads
from minicnn.random import Key
from minicnn.turns import one_at_a_time

__all__ = ["Learner"]


class Learner(Chain):
    """A chain that can be compiled and do training steps.

    Parameters
    ----------
    layers, name, seed
        See :class:`~minicnn.chain.Chain`. The seed also names the order of samples and the
        random numbers of dropout and noise.
    """

    def __init__(
        self, layers: Iterable[Layer] | None = None, name: str | None = None, *, seed: int = 0
    ) -> None:
        super().__init__(layers, name, seed=seed)
        self.optimizer: optimizers.Optimizer | None = None
        self.loss: losses.Loss | None = None
        self.metrics: list[_metrics.Metric] = []

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, *, metrics: Iterable[Any] | None = None
    ) -> None:
        """Say how to learn.

        Parameters
        ----------
        optimizer : str or Optimizer
            Such as "adam" or ``Adam(learning_rate=1e-3, clipnorm=1.0)``.
        loss : str or Loss
            Such as "categorical_crossentropy".
        metrics : list of str or Metric, optional
            Such as ["accuracy"].
        """
        if isinstance(metrics, str):
            raise ValueError(f"compile: metrics must be a list, as in [{metrics!r}].")
        self.optimizer = optimizers.get(optimizer)
        self.loss = None if loss is None else losses.get(loss)
        self.metrics = [_metrics.get(metric) for metric in metrics or ()]

    def astype(self, dtype: str) -> Self:
        """Convert all weights, and what the optimizer remembers of them, in place."""
        super().astype(dtype)
        for slot in {} if self.optimizer is None else self.optimizer.slots.values():
            slot.update({name: array.astype(dtype) for name, array in slot.items()})
        return self

    def _loss(self, batch: Batch, y_pred: np.ndarray) -> tuple[float, losses.Loss]:
        """Return the loss with the penalties, and the loss object that can go backward.

        Where the model ends in a softmax the loss is computed from its logits: nothing
        overflows and no digit is lost (numerically it is what Keras does as well).
        """
        assert self.loss is not None
        loss, logits = self.loss, self.layers[-1].logits
        if logits is not None and hasattr(loss, "on_logits"):
            loss, y_pred = loss.on_logits(), logits
        value = loss(batch.y, y_pred, batch.sample_weight)
        return value + sum(layer.penalty() for layer in self.layers), loss

    def train_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Do one optimizer step on a batch; return the loss before it and the predictions."""
        assert self.optimizer is not None
        with one_at_a_time():
            x = self._inputs(batch)
            key = Key(self.seed, self.optimizer.iterations, batch.indices)
            y_pred = self.forward(x, training=True, key=key)
            value, loss = self._loss(batch, y_pred)
            last = self.layers[-1]
            backward = last.backward if loss is self.loss else last.backward_from_logits
            dy = backward(loss.backward())
            for layer in reversed(self.layers[:-1]):
                dy = layer.backward(dy)
                layer.forget()  # its memory serves the layers below
            self.optimizer.step(self.trainable_params(), trainable_grads(self.layers))
        return value, y_pred

    def test_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Return the loss and the predictions of a batch without learning."""
        with one_at_a_time():
            y_pred = infer(self.layers, self._inputs(batch))
            value, _ = self._loss(batch, y_pred)
            self.layers[-1].forget()
        return value, y_pred

    def finish_training(self) -> None:
        """Do what comes after the last step: averaged weights, where there are any, go in."""
        assert self.optimizer is not None
        self.optimizer.finalize_variable_values(self.trainable_params())

    def predict_step(self, x: np.ndarray) -> np.ndarray:
        """Return the predictions for some inputs; no layer remembers them afterwards."""
        with one_at_a_time():
            y_pred = infer(self.layers, x)
            self.layers[-1].forget()
        return y_pred

    def _inputs(self, batch: Batch) -> np.ndarray:
        """Return a batch's inputs after a look at them: a batch source can yield anything."""
        if not isinstance(batch, Batch):
            raise ValueError(f"a batch source must yield a Batch, got {type(batch).__name__}.")
        if batch.x.dtype != self.dtype:
            raise ValueError(
                f"a batch source must yield x in the model's {self.dtype}, got {batch.x.dtype}."
            )
        return batch.x

    def _require_compiled(self, verb: str) -> None:
        if self.optimizer is None or self.loss is None:
            raise ValueError(
                f"{verb}: {self.name!r} is not compiled; call compile(optimizer, loss) first."
            )
