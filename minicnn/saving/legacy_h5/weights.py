"""Weights in the HDF5 layout that Keras had before ``.weights.h5``.

Each layer is a group with its own name. The attributes ``layer_names`` of the file and
``weight_names`` of a group say what comes in which order. A nested model is one layer; its weights
are those of all its layers, what is learned first.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

import h5py
import numpy as np

from minicnn.layers import Layer
from minicnn.saving.hdf5 import child, read_array
from minicnn.saving.legacy_h5.attributes import Attributes, has_names, write_names
from minicnn.saving.opening import ModelFileError
from minicnn.saving.saved_model import KERAS_VERSION
from minicnn.saving.weights import check_sharing, halved

__all__ = [
    "MODEL_WEIGHTS",
    "WEIGHT_NAMES",
    "layers_group",
    "layers_to_hdf5",
    "read_layers",
    "read_named_array",
    "write_layers",
]

#: The group of a whole model's weights.
MODEL_WEIGHTS = "model_weights"
WEIGHT_NAMES, _LAYER_NAMES = "weight_names", "layer_names"
# The random generators of dropout and augmentation, which some versions count among the weights.
_RANDOM_STATES = ("StateVar", "seed_generator_state")
# Theano turned filters upside down: it computed convolutions, all others cross-correlations.
_FILTERS = ("kernel", "depthwise_kernel")


class _Place(NamedTuple):
    """Where a weight belongs."""

    layer: Layer
    key: str
    path: str

    @property
    def store(self) -> dict[str, np.ndarray]:
        return self.layer.params if self.key in self.layer.params else self.layer.state


def layers_to_hdf5(network: Any) -> bytes:
    """Return a file of weights alone.

    Raises
    ------
    ValueError
        If two networks share a layer.
    """
    check_sharing(network)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_layers(file, network)
    return buffer.getvalue()


def layers_group(file: h5py.File) -> h5py.Group | None:
    """Return where a file of this layout, or a whole model, keeps its layers; None in others."""
    for group in (file, child(file, MODEL_WEIGHTS)):
        if isinstance(group, h5py.Group) and has_names(group, _LAYER_NAMES):
            return group
    return None


def write_layers(group: h5py.Group, network: Any, *, half: bool = False) -> None:
    """Write the weights of a built network into an empty group, or an empty file."""
    write_names(group, _LAYER_NAMES, [layer.name for layer in network.all_layers])
    group.attrs["backend"] = "tensorflow"
    group.attrs["keras_version"] = KERAS_VERSION
    for layer in network.all_layers:
        stored = group.create_group(layer.name)
        places = _places(layer)
        write_names(stored, WEIGHT_NAMES, [place.path for place in places])
        for place in places:
            array = place.store[place.key]
            stored.create_dataset(place.path, data=halved(place.path, array) if half else array)
    write_names(group.create_group("top_level_model_weights"), WEIGHT_NAMES, [])


def read_layers(
    group: h5py.Group,
    network: Any,
    attributes: Attributes,
    skipped: list[str] | None = None,
    *,
    by_name: bool = False,
    names_agree: bool = False,
) -> None:
    """Put stored weights into the layers of a network.

    The first layer that has weights in the file is the first one that takes any, and so on.

    Parameters
    ----------
    group : Group
        What :func:`write_layers` or Keras has written.
    network : Network
        Built; changed here.
    attributes : Attributes
        Of the file.
    skipped : list of str, optional
        If given, weights of another shape are left out, and sentences that name them appended.
    by_name : bool
        Whether layers are found by their names instead; the others keep their weights.
    names_agree : bool
        Whether names decide instead of the order if the file has those of the network's layers.

    Raises
    ------
    ModelFileError
        If the layers or their weights differ in number, or a weight in shape.
    """
    layers = {layer.name: places for layer in network.all_layers if (places := _places(layer))}
    stored = {name: names for name, names in _stored_weights(group, attributes).items() if names}
    if by_name:
        pairs = {name: name for name in stored if name in layers}
    elif len(stored) != len(layers):
        raise ModelFileError(
            f"it holds weights of {len(stored):,} layers ({_some(stored)}), expected those of "
            f"{len(layers):,} ({_some(layers)})."
        )
    elif names_agree and set(stored) == set(layers):
        pairs = {name: name for name in stored}
    else:
        pairs = dict(zip(stored, layers, strict=True))
    flipped = attributes.text(group, "backend") == "theano"
    for name, own_name in pairs.items():
        weight_names, places = stored[name], layers[own_name]
        if len(weight_names) == len(places):
            _read_layer(group[name], weight_names, places, skipped, flipped=flipped)
            continue
        error = ModelFileError(
            f"layer {own_name!r} has {len(weight_names):,} weights in it, expected {len(places):,} "
            f"({', '.join(place.path for place in places)})."
        )
        if skipped is None or not by_name:
            raise error
        skipped.append(f"skipped: {error}")


def read_named_array(
    group: h5py.Group, name: str, shape: tuple[int, ...], *, integers: bool = False
) -> np.ndarray:
    """Return the array under a name such as "conv2d/kernel:0"; see :func:`read_array`."""
    group, last = _holder(group, name)
    return read_array(group, last, shape, integers=integers)


def _stored_weights(group: h5py.Group, attributes: Attributes) -> dict[str, list[str]]:
    """Return the names of each layer's weights, without the states of random generators."""
    found: dict[str, list[str]] = {}
    for name in attributes.names(group, _LAYER_NAMES):
        layer = child(group, name) if _is_plain(name) else None
        if not isinstance(layer, h5py.Group):
            raise ModelFileError(f"its weights lack the group of the layer {name[:80]!r}.")
        if name in found:
            raise ModelFileError(f"its weights name the layer {name[:80]!r} twice.")
        names = attributes.names(layer, WEIGHT_NAMES)
        found[name] = [n for n in names if not n.rpartition("/")[2].startswith(_RANDOM_STATES)]
    return found


def _read_layer(
    stored: h5py.Group,
    weight_names: Iterable[str],
    places: Iterable[_Place],
    skipped: list[str] | None,
    *,
    flipped: bool,
) -> None:
    for weight_name, place in zip(weight_names, places, strict=True):
        expected = place.store[place.key]
        holder, last = _holder(stored, weight_name)
        found = child(holder, last)
        shape = found.shape if isinstance(found, h5py.Dataset) else None
        if skipped is not None and shape not in (None, expected.shape):
            skipped.append(
                f"{place.path} was skipped: it has shape {shape} in the file, expected "
                f"{expected.shape}."
            )
            continue
        integers = expected.dtype.kind != "f"  # a count
        array = read_array(holder, last, expected.shape, integers=integers)
        if flipped and place.key in _FILTERS and array.ndim == 4:
            array = np.ascontiguousarray(array[::-1, ::-1])
        with np.errstate(over="ignore"):  # becomes infinite, which is an error with a name
            place.store[place.key] = array.astype(expected.dtype, copy=False)


def _holder(group: h5py.Group, name: str) -> tuple[h5py.Group, str]:
    """Return the group that a path of names leads to, and the last name."""
    *way, last = name.split("/")
    for part in way:
        inner = child(group, part) if _is_plain(part) else None
        if not isinstance(inner, h5py.Group):
            raise ModelFileError(f"its weights lack {name[:80]!r} in {group.name[:80]}.")
        group = inner
    if not _is_plain(last):
        raise ModelFileError(f"its weights name {name[:80]!r}, which is no array.")
    return group, last


def _is_plain(name: str) -> bool:
    """Whether a name stands for something in its group: HDF5 reads paths, and "." as a step."""
    return bool(name) and "/" not in name and name not in (".", "..") and "\0" not in name


def _places(layer: Any) -> list[_Place]:
    """Return the weights of a layer or nested model in this layout's order: learned ones first."""
    nested = hasattr(layer, "layers")
    leaves = layer.weighted_layers() if nested else {"": layer}
    learned: list[_Place] = []
    others: list[_Place] = []
    for path, leaf in leaves.items():
        places = [_Place(leaf, key, f"{layer.name}/{path}{key}") for key in leaf.params]
        (learned if leaf.trainable else others).extend(places)
        others += [_Place(leaf, key, f"{layer.name}/{path}{key}") for key in leaf.state]
    return learned + others


def _some(names: Iterable[str]) -> str:
    listed = [name[:40] for name in names]
    return ", ".join(listed[:5]) + (", ..." if len(listed) > 5 else "") or "none"
