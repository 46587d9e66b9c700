"""Weights alone into files, and out of files of any of Keras's formats."""

from __future__ import annotations

import contextlib
import copy
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from minicnn.files import atomic_write, shortened
from minicnn.optimizers import Optimizer
from minicnn.saving.archive import WEIGHTS, open_archive
from minicnn.saving.formats import is_hdf5, unwritten_named
from minicnn.saving.opening import ModelFileError, open_model_file

__all__ = ["read_weights", "write_weights"]

_ENDING = ".weights.h5"


def write_weights(path: str | os.PathLike[str], network: Any, optimizer: Optimizer | None) -> None:
    """Write the weights of a built network.

    Parameters
    ----------
    path : str or path
        If it ends in ".weights.h5", the file has today's layout, with the optimizer's state if
        there is one. If it ends in another ".h5", or in ".hdf5", the layout is Keras's older one,
        weights alone.
    network : Network
    optimizer : Optimizer or None

    Raises
    ------
    ValueError
        If a number is NaN.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving.legacy_h5.weights import layers_to_hdf5  # loads h5py
    from minicnn.saving.weights import check_weights, write_weights

    with unwritten_named(path):
        check_weights(network, optimizer)
        current = str(path).endswith(_ENDING)
        content = write_weights(network, optimizer) if current else layers_to_hdf5(network)
    with atomic_write(path) as out:
        out.write(content)


def read_weights(
    path: str | os.PathLike[str],
    network: Any,
    optimizer: Optimizer | None,
    *,
    skip_mismatch: bool = False,
    by_name: bool = False,
) -> list[str]:
    """Put a file's weights into a built network, and its state into the optimizer.

    Parameters
    ----------
    path : str or path
        Weights alone or a whole model, in any of Keras's formats; the content decides.
    network : Network
    optimizer : Optimizer or None
    skip_mismatch : bool
        Whether to leave out what has another shape instead of raising.
    by_name : bool
        Whether layers are found by their names; only in files of Keras's older layout.

    Returns
    -------
    list of str
        What was left out; and why the optimizer's state could not be used, if it could not.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is damaged or holds the weights of another network. Then nothing has been changed.
    """
    path = Path(path)
    read, state = copy.deepcopy(network), copy.deepcopy(optimizer)
    skipped: list[str] | None = [] if skip_mismatch else None
    try:
        with _opened(path) as source:
            problem = _read(source, read, state, skipped, by_name=by_name)
    except ModelFileError as error:
        raise ModelFileError(f"{path} cannot be read as weights: {shortened(error)}") from error
    layers, others = network.weighted_layers(), read.weighted_layers()
    for where, layer in layers.items():
        layer.params, layer.state = others[where].params, others[where].state
    if optimizer is not None and state is not None and problem is None:
        vars(optimizer).update(vars(state))
    return (skipped or []) + ([] if problem is None else [problem])


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[bytes | BinaryIO]:
    """Open an HDF5 file, or the one inside a ``.keras`` file."""
    if is_hdf5(path, f"a {_ENDING} file"):
        with open_model_file(path) as file:
            yield file
    else:
        with open_archive(path) as archive:
            content = archive.read(WEIGHTS, archive.unpacked_limit)
        yield content


def _read(
    source: bytes | BinaryIO,
    network: Any,
    optimizer: Optimizer | None,
    skipped: list[str] | None,
    *,
    by_name: bool,
) -> str | None:
    """Read weights of either layout; return why the optimizer's state could not be used."""
    from minicnn.saving.hdf5 import damage_named, open_hdf5  # loads h5py
    from minicnn.saving.legacy_h5.attributes import Attributes
    from minicnn.saving.legacy_h5.weights import layers_group, read_layers
    from minicnn.saving.weights import check_weights, read_weights

    with damage_named("its weights are"), open_hdf5(source) as file:
        older = layers_group(file)
        if older is None and by_name:
            raise ModelFileError("by_name is for Keras's older HDF5 files; this file is newer.")
        if older is None:
            return read_weights(file, network, optimizer, skipped)
        attributes = Attributes(io.BytesIO(source) if isinstance(source, bytes) else source)
        read_layers(older, network, attributes, skipped, by_name=by_name)
        check_weights(network, None)
        return None
