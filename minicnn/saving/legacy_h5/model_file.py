"""A whole model as one HDF5 file, Keras's format before ``.keras``.

The configuration is the attribute ``model_config``, what ``compile`` was given ``training_config``;
``model_weights`` is a group, and so is the optimizer's state.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py

from minicnn.files import atomic_write
from minicnn.layers import Layer
from minicnn.optimizers import Optimizer
from minicnn.saving.compilation import Compilation, compilation_from_config, compile_config
from minicnn.saving.hdf5 import child, damage_named, open_hdf5
from minicnn.saving.json_objects import json_object
from minicnn.saving.legacy.compilation import compile_config_of_training
from minicnn.saving.legacy.networks import modern_network
from minicnn.saving.legacy_h5.attributes import Attributes, write_names
from minicnn.saving.legacy_h5.weights import (
    MODEL_WEIGHTS,
    WEIGHT_NAMES,
    read_layers,
    read_named_array,
    write_layers,
)
from minicnn.saving.network_config import file_config
from minicnn.saving.network_reading import Makers, network_from_config
from minicnn.saving.opening import ModelFileError, open_model_file, unpacked_limit
from minicnn.saving.optimizer_variables import take_variables, variables
from minicnn.saving.saved_model import KERAS_VERSION, SavedModel
from minicnn.saving.weights import check_sharing, check_weights

__all__ = ["read_model", "write_model"]

_NETWORK, _TRAINING, _EXTRA = "model_config", "training_config", "minicnn"
# The optimizer's state has another name in our files. Keras builds an optimizer that finds its own
# for no parameters at all, and cannot train the model further; one that finds none starts afresh.
_VARIABLES, _OWN_VARIABLES = "optimizer_weights", "minicnn_optimizer_weights"


def write_model(path: Path, saved: SavedModel) -> None:
    """Write an HDF5 file that Keras 3 reads, too.

    Raises
    ------
    ValueError
        If a number is NaN.
    OSError
        If the place cannot be written.
    """
    check_sharing(saved.network)
    check_weights(saved.network, saved.optimizer)
    compilation = Compilation(saved.optimizer, saved.loss, saved.metrics)
    compiled = compile_config(compilation, len(saved.network.outputs))
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["keras_version"] = KERAS_VERSION
        file.attrs["backend"] = "tensorflow"
        file.attrs[_NETWORK] = json.dumps(file_config(saved.network))
        file.attrs[_EXTRA] = json.dumps(saved.extra)
        write_layers(file.create_group(MODEL_WEIGHTS), saved.network, half=saved.half)
        if saved.optimizer is not None:
            training = {key: value for key, value in compiled.items() if key != "optimizer"}
            training["optimizer_config"] = compiled["optimizer"]
            file.attrs[_TRAINING] = json.dumps(training)
            _write_variables(file, saved.optimizer, saved.network)
    with atomic_write(path) as out:
        out.write(buffer.getvalue())


def _write_variables(file: h5py.File, optimizer: Optimizer, network: Any) -> None:
    named = [
        (f"{optimizer.name}/{key}", array)
        for key, array in variables(optimizer, network.trainable_params())
    ]
    group = file.create_group(_OWN_VARIABLES)
    write_names(group, WEIGHT_NAMES, [name for name, _ in named])
    for name, array in named:
        group.create_dataset(name, data=array)


def read_model(
    path: Path,
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None = None,
    *,
    compiled: bool = True,
) -> tuple[SavedModel, str | None]:
    """Read an HDF5 file of this library or of Keras 1 to 3.

    Parameters, result and errors are those of :func:`minicnn.saving.model_file.read_model`.
    """
    limit = unpacked_limit(path.stat().st_size)
    with (
        open_model_file(path) as opened,
        damage_named("it is"),
        open_hdf5(opened, "it is") as file,
    ):
        attributes = Attributes(opened)
        return _read(file, attributes, limit, makers, custom_objects, compiled=compiled)


def _read(
    file: h5py.File,
    attributes: Attributes,
    most_bytes: int,
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None,
    *,
    compiled: bool,
) -> tuple[SavedModel, str | None]:
    config = _object(file, attributes, _NETWORK)
    if config is None:
        raise ModelFileError(
            "it holds weights alone; make the model, or read it from its JSON with "
            "model_from_json, and call its load_weights."
        )
    network = network_from_config(modern_network(config), most_bytes, makers, custom_objects)
    weights = child(file, MODEL_WEIGHTS)
    if not isinstance(weights, h5py.Group):
        raise ModelFileError(f"it lacks the group {MODEL_WEIGHTS}.")
    read_layers(weights, network, attributes, names_agree=True)
    compilation, problem = Compilation(), None
    training = _object(file, attributes, _TRAINING) if compiled else None
    if training is not None:
        try:
            compilation = compilation_from_config(
                compile_config_of_training(training), network.target_names, custom_objects
            )
        except ValueError as error:
            problem = f"the model was read but not compiled: {error}"
    if compilation.optimizer is not None:
        problem = _read_variables(file, attributes, network, compilation.optimizer)
    check_weights(network, compilation.optimizer)
    return SavedModel(network, *compilation, extra=_object(file, attributes, _EXTRA) or {}), problem


def _read_variables(
    file: h5py.File, attributes: Attributes, network: Any, optimizer: Optimizer
) -> str | None:
    """Put the optimizer's state into it, if it is of Keras 3's form; else say what was left out."""
    own = child(file, _OWN_VARIABLES)
    group = child(file, _VARIABLES) if own is None else own
    if group is None:
        return None
    if not isinstance(group, h5py.Group):
        raise ModelFileError(f"its {_VARIABLES} are not a group.")
    version = attributes.text(file, "keras_version") or "1"
    if not version.startswith("3."):
        return (
            f"its optimizer's state is in the form of Keras {version[:20]} and is not read; the "
            "optimizer starts afresh."
        )
    names = attributes.names(group, WEIGHT_NAMES)

    def read(index: int, shape: tuple[int, ...], integers: bool) -> Any:
        return read_named_array(group, names[index], shape, integers=integers)

    return take_variables(optimizer, network, len(names), read)


def _object(file: h5py.File, attributes: Attributes, name: str) -> dict[str, Any] | None:
    text = attributes.text(file, name)
    return None if text is None else json_object(f"its attribute {name!r}", text)
