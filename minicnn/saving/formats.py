"""The formats of model files: which one is written, and which one a file is in.

``.keras`` is the format; HDF5 is Keras's older one, read and written for what exists in it. The
name decides what is written. The first bytes decide what is read: files are often misnamed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from minicnn.files import one_line, shortened
from minicnn.intervals import NotFiniteError
from minicnn.layers import Layer
from minicnn.saving import model_file
from minicnn.saving.network_reading import Makers
from minicnn.saving.opening import HDF5_START, ModelFileError, open_model_file
from minicnn.saving.saved_model import SavedModel
from minicnn.streams import warn

__all__ = ["HDF5_ENDINGS", "is_hdf5", "load_saved_model", "unwritten_named", "write_model"]

#: How the names of HDF5 files end.
HDF5_ENDINGS = (".h5", ".hdf5")


def is_hdf5(path: Path, expected: str = "a .keras file") -> bool:
    """Return whether a file is an HDF5 file, by its first bytes.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be opened.
    ModelFileError
        If it is a folder, a device, a pipe, or empty.
    """
    with open_model_file(path, expected) as file:
        return file.read(len(HDF5_START)) == HDF5_START


@contextmanager
def unwritten_named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name the file in a ValueError about what should be written to it."""
    try:
        yield
    except ValueError as error:
        kind = NotFiniteError if isinstance(error, NotFiniteError) else ValueError
        raise kind(f"{path} was not written: {error}") from None


def write_model(path: str | os.PathLike[str], saved: SavedModel) -> None:
    """Write a model file that Keras 3 reads, too.

    Parameters
    ----------
    path : str or path
        Ends in ".keras", or in ".h5" or ".hdf5" for Keras's older format. What was there stays
        until the new file is whole.
    saved : SavedModel

    Raises
    ------
    ValueError
        If a number is NaN.
    OSError
        If the place cannot be written.
    """
    path = Path(path)
    with unwritten_named(path):
        if path.suffix == ".keras":
            model_file.write_model(path, saved)
        else:
            from minicnn.saving.legacy_h5 import model_file as legacy  # loads h5py

            legacy.write_model(path, saved)


def load_saved_model(
    path: str | os.PathLike[str],
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None = None,
    *,
    compiled: bool = True,
) -> SavedModel:
    """Read a model file of this library or of Keras, in any of its formats.

    If the optimizer, the loss or a metric is unknown here, the model comes back uncompiled, with a
    warning; predictions do not depend on them. If the optimizer's variables are for other
    parameters, it starts afresh, with a warning.

    Parameters
    ----------
    path : str or path
    makers : Makers
        How networks are made.
    custom_objects : mapping of str to class, optional
        Classes of layers of the caller's own, by name.
    compiled : bool
        Whether to read optimizer, loss and metrics.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is damaged, hostile, of another kind, or holds a layer that is unknown here. A
        subclass of ValueError.

    Warns
    -----
    UserWarning
        As said above.
    """
    path = Path(path)
    try:
        if is_hdf5(path):
            from minicnn.saving.legacy_h5 import model_file as legacy  # loads h5py

            saved, problem = legacy.read_model(path, makers, custom_objects, compiled=compiled)
        else:
            saved, problem = model_file.read_model(path, makers, custom_objects, compiled=compiled)
    except ModelFileError as error:
        raise ModelFileError(f"{path} cannot be read as a model: {shortened(error)}") from error
    if problem is not None:
        warn(f"{path}: {one_line(problem)}")
    return saved
