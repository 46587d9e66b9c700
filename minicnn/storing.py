"""A model into a file and out of it: what of it is kept, and how it becomes whole again.

The files themselves are :mod:`minicnn.saving`'s, which knows no model.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from minicnn.files import path_text
from minicnn.learnable import Learnable
from minicnn.optimizers import Optimizer

__all__ = ["load_weights", "save_model", "save_weights"]


def save_model(model: Learnable, filepath: str | Path, *, half: bool = False) -> None:
    """Write a ``.keras`` file that real Keras opens, too.

    The file appears whole or not at all: it is written under a temporary name, synced, and
    renamed.

    Parameters
    ----------
    model : Learnable
        Built.
    filepath : str or Path
        Ends in ".keras".
    half : bool
        Whether kernels are written in half precision, which halves the file and leaves three
        digits of each number.

    Raises
    ------
    ValueError
        If the model is not built, or a number is NaN or too large for `half`. If `filepath` does
        not end in ".keras"; then the file is beside it, under the name that the message gives.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving import SavedModel, save_model  # loads h5py

    model.require_built("save")
    saved = SavedModel(
        network=model,
        optimizer=_own_optimizer(model),
        loss=model.loss,
        metrics=model.metrics,
        extra=model.extra | _seeds_of(model),
        half=half,
    )
    _write_whatever_the_name(lambda path: save_model(path, saved), filepath, ".keras")


def save_weights(model: Learnable, filepath: str | Path) -> None:
    """Write weights and optimizer state alone, as Keras's ``.weights.h5``; see `save_model`."""
    from minicnn.saving import save_weights  # loads h5py

    model.require_built("save_weights")
    optimizer = _own_optimizer(model)
    _write_whatever_the_name(
        lambda path: save_weights(path, model, optimizer), filepath, ".weights.h5"
    )


def load_weights(model: Learnable, filepath: str | Path) -> None:
    """Read what :func:`save_weights` or Keras has written for an equal network.

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

    model.require_built("load_weights")
    path_text(filepath)
    problem = load_weights(filepath, model, model.optimizer)
    if problem is not None:
        warnings.warn(f"{filepath}: {problem}", UserWarning, stacklevel=3)
    elif model.optimizer is not None:
        model.optimizer.owners = model.graph.owners()


def _write_whatever_the_name(
    write: Callable[[Path], None], filepath: str | Path, ending: str
) -> None:
    """Write a file; under a name beside it if the given one has another ending.

    A name is refused after a training: what has been learned must not be lost with it.

    Raises
    ------
    ValueError
        If the ending is another one; the message says where the file is.
    """
    path = Path(path_text(filepath))
    if str(path).endswith(ending) and path.name != ending:
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
        f"{filepath}: a {kind} file's name must end in {ending}; it was written to {target}."
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
