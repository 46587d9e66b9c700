"""Weights and optimizer state alone, as a ``.weights.h5`` file of Keras's layout."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from minicnn.files import atomic_write
from minicnn.intervals import NotFiniteError
from minicnn.optimizers import Optimizer
from minicnn.saving.archive import ModelFileError

__all__ = ["load_weights", "save_weights"]

_ENDING = ".weights.h5"


def save_weights(path: str | os.PathLike[str], network: Any, optimizer: Optimizer | None) -> None:
    """Write the weights of a built network, and the optimizer's state where there is one.

    Raises
    ------
    ValueError
        If the path has another ending or a number is NaN.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving.weights import check_weights, write_weights  # loads h5py

    _check_ending(path)
    try:
        check_weights(network, optimizer)
    except ValueError as error:
        kind = NotFiniteError if isinstance(error, NotFiniteError) else ValueError
        raise kind(f"{path} was not written: {error}") from None
    with atomic_write(path) as out:
        out.write(write_weights(network, optimizer))


def load_weights(
    path: str | os.PathLike[str], network: Any, optimizer: Optimizer | None
) -> str | None:
    """Put a file's weights into a built network, and its state into the optimizer.

    Returns
    -------
    str or None
        Why the optimizer's state could not be used, if it is for other parameters.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is damaged or holds the weights of another network. Then nothing has been changed.
    """
    from minicnn.saving.weights import read_weights  # loads h5py

    _check_ending(path)
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist, expected a {_ENDING} file.") from None
    read, state = copy.deepcopy(network), copy.deepcopy(optimizer)
    try:
        problem = read_weights(content, read, state)
    except ModelFileError as error:
        raise ModelFileError(f"{path} cannot be read as weights: {error}") from error
    layers, others = network.weighted_layers(), read.weighted_layers()
    for where, layer in layers.items():
        layer.params, layer.state = others[where].params, others[where].state
    if optimizer is not None and state is not None and problem is None:
        vars(optimizer).update(vars(state))
    return problem


def _check_ending(path: str | os.PathLike[str]) -> None:
    if not str(path).endswith(_ENDING):
        raise ValueError(f"{path}: a weights file's name must end in {_ENDING}.")
