"""Sequential: a chain of layers with Keras's verbs on top.

The two passes stand in :mod:`minicnn.chain`, a training step in :mod:`minicnn.learning`, the
loop over epochs in :mod:`minicnn.training`. Data is checked and made into batches in
:mod:`minicnn.feeding`; how a model goes into a file stands in :mod:`minicnn.storable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data.batches import Batch, class_weights_to_sample_weights
from minicnn.feeding import batch_source, checked_inputs, training_sources
from minicnn.intervals import whole_number_in
from minicnn.layers import Layer
from minicnn.storable import Storable
from minicnn.training import Callback, History, run_training
from minicnn.training.loop import evaluation_callbacks, run_evaluation

__all__ = ["Sequential", "load_model"]


class Sequential(Storable):
    """A chain of layers that learns.

    Parameters
    ----------
    layers : iterable of Layer, optional
        In the order data flows. With an ``Input`` first the model is built at once; otherwise
        the first data it sees build it.
    name : str, optional
        Name of the model in summaries and files.
    seed : int
        Names every random number of the model: first weights, order of samples, dropout.

    Attributes
    ----------
    layers : list of Layer
        Without the input layer, as in Keras.
    stop_training : bool
        Set by callbacks to end the training after the epoch.
    extra : dict
        See :class:`~minicnn.storable.Storable`.
    """

    def __init__(
        self, layers: Iterable[Layer] | None = None, name: str | None = None, *, seed: int = 0
    ) -> None:
        super().__init__(layers, name, seed=seed)
        self.stop_training = False

    # -- Keras's verbs --

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Iterable[Callback] | Callback | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
    ) -> History:
        """Train for some epochs, as Keras's ``fit``.

        Parameters
        ----------
        x : ndarray or BatchSource
            Inputs, float32 or float64 (n, ...), or what yields the batches itself.
        y : ndarray
            Targets: what the loss takes.
        batch_size : int, optional
            32 if not given.
        epochs, initial_epoch : int
            The epochs with numbers `initial_epoch` to `epochs` - 1 are done.
        verbose : {"auto", 0, 1, 2}
            See :func:`minicnn.training.verbose.progress_callback`.
        callbacks : list of Callback, optional
            Called in this order at the moments of the training.
        validation_split : float
            Share of the samples, the last ones, that is held out for validation.
        validation_data : (x, y), (x, y, sample_weight) or BatchSource, optional
            Held-out data; wins over `validation_split`.
        shuffle : bool
            Whether to permute the samples in every epoch.
        class_weight : mapping of int to float, optional
            Weight of every class in the loss.
        sample_weight : ndarray, shape (n,), optional
            Weight of every sample in the loss.

        Returns
        -------
        History
            The figures of every epoch.

        Raises
        ------
        ValueError
            If the model is not compiled, or data or arguments do not fit.
        """
        self._require_compiled("fit")
        epochs = whole_number_in("[0, inf)", epochs, "fit: epochs")
        initial_epoch = whole_number_in(f"[0, {epochs}]", initial_epoch, "fit: initial_epoch")
        source, validation = training_sources(
            self,
            x,
            y,
            sample_weight=sample_weight,
            class_weight=class_weight,
            validation_split=validation_split,
            validation_data=validation_data,
            batch_size=batch_size,
            shuffle=shuffle,
        )
        return run_training(
            self,
            source,
            epochs=epochs,
            initial_epoch=initial_epoch,
            validation=validation,
            callbacks=[callbacks] if isinstance(callbacks, Callback) else callbacks or (),
            verbose=verbose,
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        *,
        callbacks: Iterable[Callback] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Return the loss and the metrics on some data, as Keras's ``evaluate``.

        The parameters are those of :meth:`fit`.

        Returns
        -------
        float, list of float or dict
            The loss; [loss, metric, ...] if there are metrics; a dict if `return_dict`.
        """
        self._require_compiled("evaluate")
        source = batch_source("evaluate", self, x, y, sample_weight, batch_size=batch_size)
        with evaluation_callbacks(self, source, callbacks or (), verbose) as everyone:
            figures = run_evaluation(self, source, everyone)
        return figures if return_dict else _unwrap(list(figures.values()))

    def predict(self, x: np.ndarray, batch_size: int | None = None, verbose: int | str = 0) -> Any:
        """Return the outputs for some inputs, as Keras's ``predict``; silent by default.

        Parameters
        ----------
        x : ndarray of float32 or float64, shape (n, ...)
            Inputs.
        batch_size : int, optional
            How many samples are computed at once, 32 if not given: a matter of memory.
        verbose : int
            Accepted for Keras's sake; nothing is printed.

        Returns
        -------
        ndarray, shape (n, *output_shape)

        Raises
        ------
        ValueError
            If shape or dtype do not fit.
        """
        x = checked_inputs("predict", self, x)
        outputs = np.empty((len(x), *self.output_shape), self.dtype)
        step = 32 if batch_size is None else whole_number_in("[1, inf)", batch_size, "batch_size")
        for start in range(0, len(x), step):
            outputs[start : start + step] = self.predict_step(x[start : start + step])
        return outputs

    def predict_on_batch(self, x: np.ndarray) -> Any:
        """Return the outputs for some inputs, computed at once; see :meth:`predict`."""
        return self.predict_step(checked_inputs("predict_on_batch", self, x))

    def test_on_batch(
        self,
        x: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Return loss and metrics on one batch without learning, as ``evaluate`` does."""
        batch = self._one_batch("test_on_batch", x, y, sample_weight)
        return self._figures(batch, *self.test_step(batch), return_dict=return_dict)

    def train_on_batch(
        self,
        x: np.ndarray,
        y: np.ndarray | None = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Do one training step on one batch; return its loss and metrics as ``evaluate`` does."""
        if class_weight is not None and y is not None:
            sample_weight = class_weights_to_sample_weights(y, class_weight, sample_weight)
        batch = self._one_batch("train_on_batch", x, y, sample_weight)
        return self._figures(batch, *self.train_step(batch), return_dict=return_dict)

    def _one_batch(self, verb: str, x: Any, y: Any, sample_weight: Any) -> Batch:
        self._require_compiled(verb)
        x = np.atleast_1d(x)
        (batch,) = batch_source(verb, self, x, y, sample_weight, batch_size=len(x)).batches(0)
        return batch

    def _figures(self, batch: Batch, loss: float, y_pred: np.ndarray, *, return_dict: bool) -> Any:
        figures = {"loss": loss}
        for metric in self.metrics:
            metric.reset_state()
            metric.update_state(batch.y, y_pred)
            figures[metric.name] = metric.result()
        return figures if return_dict else _unwrap(list(figures.values()))


def load_model(filepath: str | Path) -> Sequential:
    """Read a ``.keras`` file, of this library or of Keras 3, and go on where it was.

    Parameters
    ----------
    filepath : str or Path
        The file.

    Returns
    -------
    Sequential
        With weights and, where the file has them, optimizer state, loss and metrics.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, hostile, or holds what this library does not know.
    """
    from minicnn.saving import load_saved_model  # loads h5py

    saved = load_saved_model(filepath)
    return Sequential.from_saved(saved)


def _unwrap(figures: list[float]) -> float | list[float]:
    return figures[0] if len(figures) == 1 else figures
