"""A model as a ``.keras`` file: what is in it, written whole and read with care.

The three members and why reading them is safe: docs/file-format.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn.configurable import plain
from minicnn.files import atomic_write
from minicnn.layers import Layer
from minicnn.saving.archive import CONFIG, METADATA, WEIGHTS, open_archive, write_archive
from minicnn.saving.compilation import Compilation, compilation_from_config, compile_config
from minicnn.saving.legacy.compilation import modern_compile_config
from minicnn.saving.legacy.networks import modern_network
from minicnn.saving.network_config import file_config
from minicnn.saving.network_reading import Makers, network_from_config
from minicnn.saving.opening import ModelFileError
from minicnn.saving.saved_model import KERAS_VERSION, SavedModel

__all__ = ["read_model", "write_model"]


def write_model(path: Path, saved: SavedModel) -> None:
    """Write a ``.keras`` file that Keras 3 reads, too.

    Raises
    ------
    ValueError
        If a number is NaN.
    OSError
        If the place cannot be written.
    """
    from minicnn.saving.weights import check_weights, write_weights  # loads h5py

    check_weights(saved.network, saved.optimizer)
    weights = write_weights(saved.network, saved.optimizer, half=saved.half)
    compilation = Compilation(saved.optimizer, saved.loss, saved.metrics)
    config = file_config(saved.network) | {
        "compile_config": compile_config(compilation, len(saved.network.outputs))
    }
    metadata = {
        "keras_version": KERAS_VERSION,
        "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
        "minicnn": saved.extra,
    }
    members: dict[str, bytes] = {
        METADATA: _json("its extra", metadata),
        CONFIG: _json("the arguments of a layer", config),
        WEIGHTS: weights,
    }
    with atomic_write(path) as out:
        write_archive(out, members)


def _json(what: str, content: Any) -> bytes:
    """Return the text of a member, which :meth:`Archive.read_json` reads."""
    try:
        return json.dumps(plain(content), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} cannot be JSON ({error}).") from None


def read_model(
    path: Path,
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None = None,
    *,
    compiled: bool = True,
) -> tuple[SavedModel, str | None]:
    """Read a ``.keras`` file of this library, of Keras 3, or of Keras 2.

    Parameters
    ----------
    path : Path
    makers : Makers
        How networks are made.
    custom_objects : mapping of str to class, optional
        Classes of layers of the caller's own, by name.
    compiled : bool
        Whether to read optimizer, loss and metrics.

    Returns
    -------
    saved : SavedModel
    problem : str or None
        What of the training could not be read, if anything.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ModelFileError
        If it is damaged, hostile, or holds a layer that is unknown here.
    """
    from minicnn.saving.hdf5 import damage_named, open_hdf5  # loads h5py
    from minicnn.saving.weights import read_weights

    with open_archive(path) as archive:
        metadata = archive.read_json(METADATA) if METADATA in archive.names else {}
        extra = metadata.get("minicnn", {})
        if not isinstance(extra, dict):
            raise ModelFileError(f"'minicnn' in its member {METADATA} must be an object.")
        config = archive.read_json(CONFIG)
        if str(metadata.get("keras_version", "3")).startswith("2."):
            training = modern_compile_config(config.pop("compile_config", None))
            config = modern_network(config) | {"compile_config": training}
        network = network_from_config(config, archive.unpacked_limit, makers, custom_objects)
        compilation, problem = Compilation(), None
        if compiled:
            try:
                compilation = compilation_from_config(
                    config.get("compile_config"), network.target_names, custom_objects
                )
            except ValueError as error:
                problem = f"the model was read but not compiled: {error}"
        content = archive.read(WEIGHTS, archive.unpacked_limit)
    with damage_named("its weights are"), open_hdf5(content) as file:
        stale = read_weights(file, network, compilation.optimizer)
    return SavedModel(network, *compilation, extra=extra), problem or stale
