"""Model: a network that learns, with Keras's methods.

The two passes are in :mod:`minicnn.graph`, one step in :mod:`minicnn.learning`, the loop over
epochs in :mod:`minicnn.training`; :mod:`minicnn.storing` writes a model to a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from minicnn import compiling, learning, storing
from minicnn.feeding import require_compiled
from minicnn.intervals import whole_number_in
from minicnn.layers.tensor import Tensor
from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.network import Network
from minicnn.optimizers import Optimizer
from minicnn.plan import LossPlan, plan_inference, plan_loss, plan_training
from minicnn.random import check_seed, following_seed, next_seed
from minicnn.sources import batch_source, checked_steps
from minicnn.training import Callback, History, run_training
from minicnn.training.loop import evaluation_callbacks, run_evaluation
from minicnn.training_data import training_sources

__all__ = ["Model"]


class Model(Network):
    """A network that learns.

    A class that inherits from it may define ``call``, which connects layers, in place of inputs and
    outputs; docs/own-layer.md has an example.

    Parameters
    ----------
    inputs, outputs, name
        See :class:`~minicnn.network.Network`.
    seed : int, optional
        Determines the order of samples, dropout and noise. Drawn if not given.

    Attributes
    ----------
    optimizer, loss, metrics
        Set by ``compile``.
    stop_training : bool
        Callbacks set it to end the training.
    history : History or None
        What the last ``fit`` returned.
    extra : dict
        Further content of the model's file: ``class_names`` for a classifier, ``scale`` for images.

    Examples
    --------
    >>> from minicnn.layers import Add, Conv2D, Dense, GlobalAveragePooling2D, Input
    >>> inputs = Input((8, 8, 3))
    >>> x = Conv2D(4, 3, padding="same", activation="relu")(inputs)
    >>> y = Conv2D(4, 3, padding="same")(x)
    >>> y = GlobalAveragePooling2D()(Add()([x, y]))
    >>> model = Model(inputs, Dense(2, activation="softmax")(y))
    >>> model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    """

    transient = (*Network.transient, "inference_plan", "loss_plan", "history")
    history: History | None = None

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
        outputs: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
        name: str | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        self._set_up(seed)
        super().__init__(inputs, outputs, name)

    def _set_up(self, seed: int | None) -> None:
        self.seed_given = seed is not None
        self.seed = check_seed(next_seed() if seed is None else seed)
        self.next_epoch = 0  # which would continue the last training
        self.optimizer: Optimizer | None = None
        self.loss: Loss | None = None
        self.loss_plan: LossPlan | None = None
        self.metrics: list[Metric] = []
        self.stop_training = False
        self.extra: dict[str, Any] = {}

    def _set_ends(self, inputs: list[Tensor], outputs: list[Tensor]) -> None:
        super()._set_ends(inputs, outputs)
        self.make_plans()

    @property
    def output_names(self) -> list[str]:
        """Names of the layers that give the outputs, as in Keras."""
        return [tensor.call.layer.name for tensor in self.outputs]

    @property
    def target_names(self) -> list[str]:
        """Names by which losses, metrics and targets of the outputs go, as in Keras."""
        if not self.built:
            return [layer.name for layer in self.layers[-1:]] or [self.name]
        return self.output_keys or self.output_names

    def make_plans(self) -> None:
        """Decide what is computed in one pass, from the graph and the loss."""
        self.inference_plan = plan_inference(self.graph)
        if self.loss is not None:
            plan = plan_loss(self.graph, self.loss)
            self.loss_plan = plan._replace(graph=plan_training(plan.graph))

    # -- one step, and predictions; these are plain functions that take a model --

    predict = learning.predict
    train_step = learning.train_step
    test_step = learning.test_step
    train_on_batch = learning.train_on_batch
    test_on_batch = learning.test_on_batch
    predict_on_batch = learning.predict_on_batch
    finish_training = learning.finish_training

    # -- Keras's methods --

    compile = compiling.compile_model
    set_compilation = compiling.set_compilation
    metrics_names = property(compiling.metrics_names)
    reset_metrics = compiling.reset_metrics

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
        steps_per_epoch: float | None = None,
        validation_steps: float | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
    ) -> History:
        """Train for some epochs, like Keras's ``fit``.

        Parameters
        ----------
        x : ndarray, list or dict of these, iterable, or BatchSource
            Inputs, float32 or float64 (n, ...), or complete batches (x, y) or
            (x, y, sample_weight): a generator, a data loader, a sequence with ``len()`` and
            ``[number]``. They are read ahead in a thread.
        y : ndarray; for several outputs, a list or dict of these
            Targets, in the form that the loss takes.
        batch_size : int, optional
            32 if not given.
        epochs, initial_epoch : int
            Runs the epochs `initial_epoch` to `epochs` - 1, counted from 0. Epochs that have been
            run before are run in a new order, with a seed that follows from the old one.
        verbose : {"auto", 0, 1, 2}
            See :func:`minicnn.training.verbose.progress_callback`.
        callbacks : list of Callback, optional
            Called in this order.
        validation_split : float
            Share of the samples to hold out for validation, taken from the end.
        validation_data : (x, y), (x, y, sample_weight) or BatchSource, optional
            Held-out data; overrides `validation_split`.
        shuffle : bool
            Whether to permute the samples in every epoch.
        class_weight : mapping of int to float, optional
            Weight of every class in the loss.
        sample_weight : ndarray, shape (n,), or a list or dict of these by output, optional
            Weight of every sample in the loss.
        steps_per_epoch, validation_steps : int, optional
            Number of batches in an epoch, and in a validation; the next epoch goes on where the
            last one ended. A generator without end needs them.
        validation_batch_size : int, optional
            `batch_size` if not given.
        validation_freq : int
            Validate after every so many epochs.

        Returns
        -------
        History
            The loss and metrics of every epoch.

        Raises
        ------
        ValueError
            If the model is not compiled, or data or arguments do not fit.
        """
        require_compiled("fit", self)
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
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
        )
        if initial_epoch < self.next_epoch:
            self.seed = following_seed(self.seed)
        self.history = run_training(
            self,
            source,
            epochs=epochs,
            initial_epoch=initial_epoch,
            validation=validation,
            validation_freq=whole_number_in("[1, inf)", validation_freq, "fit: validation_freq"),
            callbacks=callbacks,
            verbose=verbose,
        )
        return self.history

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: float | None = None,
        callbacks: Iterable[Callback] | Callback | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Return the loss and the metrics on some data, like Keras's ``evaluate``.

        The parameters are those of :meth:`fit`; `steps` is the number of batches.

        Returns
        -------
        float, list of float or dict
            The loss; a list if there are losses of several outputs, or metrics, in the order of
            ``metrics_names``; a dict if `return_dict`.
        """
        require_compiled("evaluate", self)
        steps = checked_steps("evaluate: steps", steps)
        source = batch_source(
            "evaluate", self, x, y, sample_weight, batch_size=batch_size, steps=steps
        )
        with evaluation_callbacks(self, source, callbacks, verbose) as everyone:
            figures = run_evaluation(self, source, everyone)
        if not figures:
            raise ValueError("evaluate: x holds no batches.")
        return figures if return_dict else learning.unwrapped(list(figures.values()))

    save = storing.save_model
    save_weights = storing.save_weights
    load_weights = storing.load_weights
    to_json = storing.to_json
    get_config = storing.get_config

    def astype(self, dtype: str) -> Self:
        """Convert all weights and the optimizer's slots, in place."""
        super().astype(dtype)
        for slot in {} if self.optimizer is None else self.optimizer.slots.values():
            slot.update({name: array.astype(dtype) for name, array in slot.items()})
        return self
