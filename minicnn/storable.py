"""A model into a file and out of it: what of it is kept, and how it becomes whole again.

The files themselves are :mod:`minicnn.saving`'s, which knows no model.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from minicnn.layers import Layer
from minicnn.learning import Learner

if TYPE_CHECKING:
    from minicnn.saving import SavedModel

__all__ = ["Storable"]


class Storable(Learner):
    """A learner that can be saved.

    Parameters
    ----------
    layers, name, seed
        See :class:`~minicnn.learning.Learner`.

    Attributes
    ----------
    extra : dict
        What else belongs into the model's file: ``class_names`` for a classifier.
    """

    def __init__(
        self, layers: Iterable[Layer] | None = None, name: str | None = None, *, seed: int = 0
    ) -> None:
        super().__init__(layers, name, seed=seed)
        self.extra: dict[str, Any] = {}

    def save(self, filepath: str | Path, *, half: bool = False) -> None:
        """Write a ``.keras`` file that real Keras opens, too.

        The file appears whole or not at all: it is written under a temporary name, synced, and
        renamed.

        Parameters
        ----------
        filepath : str or Path
            Ends in ".keras".
        half : bool
            Whether kernels are written in half precision, which halves the file and leaves three
            digits of each number.

        Raises
        ------
        ValueError
            If the model is not built, `filepath` does not end in ".keras", or a number is NaN or
            too large for `half`.
        OSError
            If the place cannot be written.
        """
        from minicnn.saving import SavedModel, save_model  # loads h5py

        self._require_built("save")
        assert self._input is not None
        saved = SavedModel(
            name=self.name,
            layers=[self._input, *self.layers],
            optimizer=self.optimizer,
            loss=self.loss,
            metrics=self.metrics,
            extra=self.extra | {"seed": self.seed},
            half=half,
        )
        save_model(filepath, saved)

    def save_weights(self, filepath: str | Path) -> None:
        """Write weights and optimizer state alone, as Keras's ``.weights.h5``; see `save`."""
        from minicnn.saving import save_weights  # loads h5py

        self._require_built("save_weights")
        save_weights(filepath, self.name, self.layers, self.optimizer)

    def load_weights(self, filepath: str | Path) -> None:
        """Read what :meth:`save_weights` or Keras has written for an equal network.

        Raises
        ------
        OSError, ValueError
            If it cannot be read, is damaged or of another network. Then nothing has been changed.

        Warns
        -----
        UserWarning
            If its optimizer state is for other parameters; the optimizer starts anew.
        """
        from minicnn.saving import load_weights  # loads h5py

        self._require_built("load_weights")
        problem = load_weights(filepath, self.layers, self.optimizer)
        if problem is not None:
            warnings.warn(f"{filepath}: {problem}", UserWarning, stacklevel=2)

    @classmethod
    def from_saved(cls, saved: SavedModel) -> Self:
        """Make the model that a file describes; it takes over the layers."""
        extra = dict(saved.extra)
        model = cls(name=saved.name, seed=extra.pop("seed", 0))
        model.extra = extra
        model._input, *layers = saved.layers  # type: ignore[assignment]
        for layer in layers:
            layer.named = True
        model.layers = layers
        model.optimizer, model.loss = saved.optimizer, saved.loss
        model.metrics = list(saved.metrics)
        return model
