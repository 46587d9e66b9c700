"""A model into a file and out of it: what of it is kept, and how it becomes whole again.

The files themselves are :mod:`minicnn.saving`'s, which knows no model.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from minicnn.learnable import Learnable

__all__ = ["load_weights", "save_model", "save_weights", "to_json"]


def save_model(model: Learnable, filepath: str | Path, *, half: bool = False) -> None:
    """Write a model file that real Keras opens, too.

    The file appears whole or not at all: it is written under a temporary name, synced, and
    renamed.

    Parameters
    ----------
    model : Learnable
        Built.
    filepath : str or Path
        Ends in ".keras"; or in ".h5" or ".hdf5", for Keras's older format.
    half : bool
        Whether kernels are written in half precision, which halves the file and leaves three
        digits of each number.

    Raises
    ------
    ValueError
        If the model is not built, `filepath` has another ending, or a number is NaN or too large
        for `half`.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving import SavedModel, save_model  # loads h5py

    model.require_built("save")
    saved = SavedModel(
        network=model,
        optimizer=model.optimizer,
        loss=model.loss,
        metrics=model.metrics,
        extra=model.extra | {"seed": model.seed},
        half=half,
    )
    save_model(filepath, saved)


def save_weights(model: Learnable, filepath: str | Path) -> None:
    """Write weights alone.

    Parameters
    ----------
    model : Learnable
        Built.
    filepath : str or Path
        Ends in ".weights.h5", and the file has the optimizer's state, too; or in another ".h5" or
        in ".hdf5", and it has the layout that Keras 2 gave such files.

    Raises
    ------
    ValueError
        If the model is not built, `filepath` has another ending, or a number is NaN.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving import save_weights  # loads h5py

    model.require_built("save_weights")
    save_weights(filepath, model, model.optimizer)


def load_weights(
    model: Learnable,
    filepath: str | Path,
    skip_mismatch: bool = False,
    *,
    by_name: bool = False,
) -> None:
    """Read the weights in a file of this library or of Keras, of an equal network.

    Parameters
    ----------
    model : Learnable
        Built.
    filepath : str or Path
        Weights alone, or a whole model; in any format of :func:`save_weights` and `save_model`.
    skip_mismatch : bool
        Whether to leave out what has another shape, with a warning, instead of raising.
    by_name : bool
        Whether layers are found by their names instead of their order, and the others keep their
        weights. Only for Keras's older HDF5 files.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, is damaged or of another network. Then nothing has been changed.

    Warns
    -----
    UserWarning
        If its optimizer state is for other parameters, and the optimizer starts anew; for
        everything that was left out.
    """
    from minicnn.saving import load_weights  # loads h5py

    model.require_built("load_weights")
    for sentence in load_weights(
        filepath, model, model.optimizer, skip_mismatch=skip_mismatch, by_name=by_name
    ):
        warnings.warn(f"{filepath}: {sentence}", UserWarning, stacklevel=2)


def to_json(model: Learnable, **kwargs: Any) -> str:
    """Return the network, and what ``compile`` was given, as Keras's JSON; without weights.

    Parameters
    ----------
    model : Learnable
        Built.
    **kwargs
        Of ``json.dumps``: ``indent=2``.

    Raises
    ------
    ValueError
        If the model is not built.
    """
    from minicnn.saving import network_to_json

    model.require_built("to_json")
    return network_to_json(model, model.optimizer, model.loss, model.metrics, **kwargs)
