"""Reading a model from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn.files import path_text
from minicnn.intervals import whole_number_in
from minicnn.layers import InputLayer, Layer
from minicnn.layers.tensor import Tensor
from minicnn.model import Model
from minicnn.random import check_seed
from minicnn.sequential import Sequential

__all__ = ["load_model"]


def load_model(
    filepath: str | Path, custom_objects: Mapping[str, type[Layer]] | None = None
) -> Model:
    """Read a ``.keras`` file, of this library or of Keras 3, and go on where it was.

    Parameters
    ----------
    filepath : str or Path
        The file.
    custom_objects : mapping of str to class, optional
        Layers of your own that the file names, as in ``{"Scale": Scale}``.

    Returns
    -------
    Model
        A :class:`~minicnn.Sequential` if it was one when it was saved. With weights and, where the
        file has them, optimizer state, loss and metrics.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, hostile, or holds what this library does not know.
    """
    from minicnn.saving import Makers, load_saved_model  # loads h5py

    if custom_objects is not None and not isinstance(custom_objects, Mapping):
        raise ValueError(
            "load_model: custom_objects must be a dict of names and classes, as in "
            f"{{'Scale': Scale}}, got {type(custom_objects).__name__}."
        )
    path_text(filepath)
    saved = load_saved_model(filepath, Makers(_row, _graph), custom_objects)
    model, extra = saved.network, dict(saved.extra)
    try:
        model.seed = check_seed(extra.pop("seed", model.seed))
        model.next_epoch = whole_number_in("[0, inf)", extra.pop("next_epoch", 0), "next_epoch")
    except ValueError as error:
        raise ValueError(f"{filepath} cannot be read as a model: {error}") from None
    model.seed_given = "seed" in saved.extra
    model.extra = extra
    model.set_compilation(saved.optimizer, saved.loss, saved.metrics)
    if model.optimizer is not None:
        model.optimizer.owners = model.graph.owners()
    return model


def _row(first: InputLayer, layers: list[Any], name: str) -> Sequential:
    return Sequential([first, *layers], name=name)


def _graph(inputs: list[Tensor], outputs: list[Tensor], name: str) -> Model:
    return Model(inputs, outputs, name)
