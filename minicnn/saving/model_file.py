"""A model as a ``.keras`` file: what is in it, written whole and read with care.

The three members and why reading them is safe: docs/file-format.md.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minicnn.files import atomic_write
from minicnn.layers import Layer
from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.optimizers import Optimizer
from minicnn.saving.archive import (
    CONFIG,
    METADATA,
    WEIGHTS,
    Archive,
    ModelFileError,
    open_archive,
    write_archive,
)
from minicnn.saving.compilation import Compilation, compilation_from_config, compile_config
from minicnn.saving.network_config import network_config
from minicnn.saving.network_reading import Makers, network_from_config

__all__ = ["SavedModel", "load_saved_model", "save_model"]

# The version whose files ours equal; the tests hold them against each other.
_KERAS_VERSION = "3.15.0"
# Four times what Keras writes for the longest model that is read.
_MOST_JSON = 4 << 20


@dataclass
class SavedModel:
    """What a file says about a model.

    Attributes
    ----------
    network : Network
        Built.
    optimizer : Optimizer or None
        With its state; None if the model is not compiled.
    loss : Loss or None
    metrics : sequence of Metric
    extra : dict
        What Keras does not keep, as JSON values: ``seed``, ``class_names``, ``scale``.
    half : bool
        Whether kernels are written in half precision.
    """

    network: Any
    optimizer: Optimizer | None = None
    loss: Loss | None = None
    metrics: Sequence[Metric] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    half: bool = False


def save_model(path: str | os.PathLike[str], saved: SavedModel) -> None:
    """Write a ``.keras`` file that Keras 3 reads, too.

    Parameters
    ----------
    path : str or path
        Ends in ".keras". What was there stays until the new file is whole.
    saved : SavedModel

    Raises
    ------
    ValueError
        If the path has another ending, or a number is NaN.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving.weights import check_weights, write_weights  # loads h5py

    path = Path(path)
    if path.suffix != ".keras":
        raise ValueError(f"{path}: a model file's name must end in .keras.")
    try:
        check_weights(saved.network, saved.optimizer)
        weights = write_weights(saved.network, saved.optimizer, half=saved.half)
    except ValueError as error:
        raise ValueError(f"{path} was not written: {error}") from None
    compilation = Compilation(saved.optimizer, saved.loss, saved.metrics)
    config = network_config(saved.network) | {"compile_config": compile_config(compilation)}
    metadata = {
        "keras_version": _KERAS_VERSION,
        "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
        "minicnn": saved.extra,
    }
    members: dict[str, bytes | memoryview] = {
        METADATA: json.dumps(metadata).encode(),
        CONFIG: json.dumps(config).encode(),
        WEIGHTS: weights,
    }
    with atomic_write(path) as out:
        write_archive(out, members)


def load_saved_model(
    path: str | os.PathLike[str],
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None = None,
) -> SavedModel:
    """Read a ``.keras`` file of this library or of Keras 3.

    Where the optimizer, the loss or a metric is unknown here the model comes back uncompiled,
    with a warning; predictions do not depend on them. The same holds for an optimizer whose
    variables are as many as other parameters need: it starts anew.

    Parameters
    ----------
    path : str or path
    makers : Makers
        How networks are made.
    custom_objects : mapping of str to class, optional
        Classes of layers of the caller's own, by name.

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
        with open_archive(path) as archive:
            saved, problem = _read(archive, makers, custom_objects)
    except ModelFileError as error:
        raise ModelFileError(f"{path} cannot be read as a model: {error}") from error
    if problem is not None:
        warnings.warn(f"{path}: {problem}", UserWarning, stacklevel=3)
    return saved


def _read(
    archive: Archive, makers: Makers, custom_objects: Mapping[str, type[Layer]] | None
) -> tuple[SavedModel, str | None]:
    """Return the model and what was left out, if anything."""
    from minicnn.saving.weights import read_weights  # loads h5py

    metadata = archive.read_json(METADATA, _MOST_JSON) if METADATA in archive.names else {}
    if str(metadata.get("keras_version", "3")).startswith("2."):
        raise ModelFileError("it was written by Keras 2; load it with Keras 3 and save it again.")
    extra = metadata.get("minicnn", {})
    if not isinstance(extra, dict):
        raise ModelFileError(f"'minicnn' in its member {METADATA} must be an object.")
    config = archive.read_json(CONFIG, _MOST_JSON)
    network = network_from_config(config, archive.unpacked_limit, makers, custom_objects)
    compilation, problem = Compilation(), None
    try:
        compilation = compilation_from_config(config.get("compile_config"))
    except ValueError as error:
        problem = f"the model was read but not compiled: {error}"
    content = archive.read(WEIGHTS, archive.unpacked_limit)
    stale = read_weights(content, network, compilation.optimizer)
    saved = SavedModel(network, *compilation, extra=extra)
    return saved, problem or stale
