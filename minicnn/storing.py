"""A model into a file and out of it: what of it is kept, and how it becomes whole again.

The files themselves are :mod:`minicnn.saving`'s, which knows no model.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from minicnn.files import path_text
from minicnn.learnable import Learnable
from minicnn.optimizers import Optimizer

__all__ = ["get_config", "load_weights", "save_model", "save_weights", "to_json"]


def save_model(
    model: Learnable, filepath: str | Path, overwrite: bool = True, *, half: bool = False
) -> None:
    """Write a model file that real Keras opens, too.

    The file appears whole or not at all: it is written under a temporary name, synced, and
    renamed.

    Parameters
    ----------
    model : Learnable
        Built.
    filepath : str or Path
        Ends in ".keras"; or in ".h5" or ".hdf5", for Keras's older format.
    overwrite : bool
        Whether an existing file is replaced.
    half : bool
        Whether kernels are written in half precision, which halves the file and leaves three
        digits of each number.

    Raises
    ------
    ValueError
        If the model is not built, or a number is NaN or too large for `half`. If `filepath` has
        another ending; then the file is beside it, under the name that the message gives.
    FileExistsError
        If there is such a file and `overwrite` is False.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving import SavedModel, write_model  # loads h5py

    model.require_built("save")
    if not overwrite and Path(path_text(filepath)).exists():
        raise FileExistsError(f"save: {filepath} exists already.")
    saved = SavedModel(
        network=model,
        optimizer=_own_optimizer(model),
        loss=model.loss,
        metrics=model.metrics,
        extra=model.extra | _seeds_of(model),
        half=half,
    )
    _write_whatever_the_name(lambda path: write_model(path, saved), filepath, ".keras")


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
    from minicnn.saving import write_weights  # loads h5py

    model.require_built("save_weights")
    optimizer = _own_optimizer(model)
    _write_whatever_the_name(
        lambda path: write_weights(path, model, optimizer), filepath, ".weights.h5"
    )


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
    from minicnn.saving import read_weights  # loads h5py

    model.require_built("load_weights")
    path_text(filepath)
    sentences = read_weights(
        filepath, model, model.optimizer, skip_mismatch=skip_mismatch, by_name=by_name
    )
    for sentence in sentences:
        warnings.warn(f"{filepath}: {sentence}", UserWarning, stacklevel=2)
    if model.optimizer is not None and not sentences:
        model.optimizer.owners = model.graph.owners()


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


def get_config(model: Learnable) -> dict[str, Any]:
    """Return the name and the layers, as Keras's ``get_config`` does; ``from_config`` reads it.

    Raises
    ------
    ValueError
        If the model is not built.
    """
    from minicnn.saving import network_config

    model.require_built("get_config")
    return network_config(model)["config"]


def _write_whatever_the_name(
    write: Callable[[Path], None], filepath: str | Path, ending: str
) -> None:
    """Write a file; under a name beside it if the given one has another ending.

    A name is refused after a training: what has been learned must not be lost with it.

    Parameters
    ----------
    ending : str
        How the name should end; the endings of Keras's older formats are valid, too.

    Raises
    ------
    ValueError
        If the ending is another one; the message says where the file is.
    """
    path = Path(path_text(filepath))
    valid = (ending, ".h5", ".hdf5")
    if path.name.endswith(valid) and path.name not in valid:
        write(path)
        return
    stem = path.name
    for known in (".weights.h5", ".h5", ".hdf5", ".keras", ".tf"):
        stem = stem.removesuffix(known)
    target, number = path.parent / f"{stem or 'model'}{ending}", 0
    while target.exists():
        number += 1
        target = path.parent / f"{stem or 'model'}_{number}{ending}"
    write(target)
    kind = "weights" if ending == ".weights.h5" else "model"
    raise ValueError(
        f"{filepath}: a {kind} file's name must end in {ending}, or in .h5 or .hdf5 for Keras's "
        f"older format; it was written to {target}."
    )


def _seeds_of(model: Learnable) -> dict[str, int]:
    """Return what the order of the next samples depends on."""
    return {"seed": model.seed} | ({"next_epoch": model.next_epoch} if model.next_epoch else {})


def _own_optimizer(model: Learnable) -> Optimizer | None:
    """Return the optimizer with its state; without it if it is that of another model."""
    if model.optimizer is None:
        return None
    try:
        model.optimizer.require_owner(model.graph.owners())
    except ValueError:
        return type(model.optimizer).from_config(model.optimizer.get_config())
    return model.optimizer
