"""Weights and optimizer state to ``model.weights.h5`` and back.

The layout is Keras's: ``layers/<group>/vars/<i>`` with the layer's parameters first and its state
after them, and ``optimizer/vars/<i>``. A group is named after the layer's class and counted, not
after the layer. A nested model is a group with ``layers`` of its own.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import numpy as np

from minicnn.intervals import NotFiniteError
from minicnn.layers import InputLayer, Layer
from minicnn.layers.naming import class_title
from minicnn.optimizers import Optimizer
from minicnn.registry import snake_case
from minicnn.saving.attribute_groups import (
    is_by_attribute,
    mark_as_graph,
    places_by_attribute,
)
from minicnn.saving.hdf5 import child, read_array, subgroup
from minicnn.saving.legacy.early_groups import EARLY_GROUP, renumbered
from minicnn.saving.opening import ModelFileError
from minicnn.saving.optimizer_variables import take_variables, variables

# Optimizer variables: counts, rates, and running means of squares.
_VARIANCES = ("moving_variance", "variance")
_NEVER_NEGATIVE = ("iteration", "learning_rate", "_velocity", "_velocity_hat")

__all__ = [
    "check_sharing",
    "check_weights",
    "halved",
    "read_weights",
    "write_weights",
]


def write_weights(network: Any, optimizer: Optimizer | None, *, half: bool = False) -> bytes:
    """Return the content of ``model.weights.h5``.

    Raises
    ------
    ValueError
        If a number is too large for `half`, or two networks share a layer.
    """
    check_sharing(network)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        _write_layers(file, "", network, half=half)
        if optimizer is not None:
            arrays = [array for _, array in variables(optimizer, network.trainable_params())]
            _write(file, "optimizer", optimizer.name, arrays)
        _write(file, "", network.name, [])
    return buffer.getvalue()


def check_sharing(network: Any, owners: dict[int, str] | None = None) -> None:
    """Require that each layer belongs to one network: a file cannot say that two share it.

    Raises
    ------
    ValueError
        If two networks share a layer.
    """
    owners = {} if owners is None else owners
    for layer in network.all_layers:
        if isinstance(layer, InputLayer):
            continue
        if id(layer) in owners:
            raise ValueError(
                f"{layer.name!r} is a layer of {owners[id(layer)]!r} and of {network.name!r}; a "
                "file cannot hold a layer that two models share."
            )
        owners[id(layer)] = network.name
        if hasattr(layer, "layers"):
            check_sharing(layer, owners)


def _write_layers(file: h5py.File, path: str, network: Any, *, half: bool) -> None:
    stored = file.require_group(f"{path}/layers")
    if network.attribute_groups:
        mark_as_graph(stored)
    for layer, group in _groups(network):
        where = f"{path}/layers/{group}"
        if hasattr(layer, "layers"):
            _write_layers(file, where, layer, half=half)
            _write(file, where, layer.name, [])
            continue
        stored = [
            halved(f"{layer.name}/{key}", array) if half else array
            for key, array in _weights(layer).items()
        ]
        _write(file, where, layer.name, stored)


def check_weights(network: Any, optimizer: Optimizer | None) -> None:
    """Require numbers that a network can compute with.

    Raises
    ------
    ValueError
        If a weight or an optimizer variable is NaN or infinite, or a variance is negative.
    """
    for path, layer in network.weighted_layers().items():
        for key, array in _weights(layer).items():
            _check_values(path + key, array, signed=key not in _VARIANCES)
    if optimizer is not None:
        for key, array in variables(optimizer, network.trainable_params()):
            _check_values(key, array, signed=not key.endswith(_NEVER_NEGATIVE))


def read_weights(
    file: h5py.File,
    network: Any,
    optimizer: Optimizer | None,
    skipped: list[str] | None = None,
) -> str | None:
    """Put stored arrays in place of the layers' placeholders, and state into the optimizer.

    Parameters
    ----------
    file : File
        ``model.weights.h5``, or a ``.weights.h5`` file.
    network : Network
        Built. What its layers have for weights says what is expected.
    optimizer : Optimizer or None
        New, and changed here.
    skipped : list of str, optional
        If given, layers that do not fit are left out, and sentences that name them appended.

    Returns
    -------
    str or None
        Why the optimizer's state could not be used, if it is for other parameters.

    Raises
    ------
    ModelFileError
        If what is stored does not fit the layers.
    """
    _read_layers(file, network, set(), skipped)
    problem = None
    if skipped:
        problem = "the optimizer keeps its state, because layers were skipped."
    elif optimizer is not None:
        problem = _read_optimizer(file, network, optimizer)
    check_weights(network, optimizer)
    return problem


def _read_layers(file: h5py.Group, network: Any, read: set[int], skipped: list[str] | None) -> None:
    for layer, (parent, name) in _places(file, network, complete=skipped is None).items():
        if id(layer) in read:  # a layer that two models share
            continue
        read.add(id(layer))
        try:
            if hasattr(layer, "layers"):
                _read_layers(subgroup(parent, name), layer, read, skipped)
            else:
                _read_layer(parent, name, layer)
        except ModelFileError as error:
            if skipped is None:
                raise
            skipped.append(f"layer {layer.name!r} was skipped: {error}")


def _places(file: h5py.Group, network: Any, *, complete: bool) -> dict[Any, tuple[h5py.Group, str]]:
    """Return the group around each layer's, and its name in there."""
    early = child(file, EARLY_GROUP) is not None
    groups = dict(_groups(network))
    if not early and is_by_attribute(file, network, groups):
        return places_by_attribute(file, network)
    parent = subgroup(file, EARLY_GROUP if early else "layers")
    if early:
        names = renumbered(parent)
        groups = {layer: names.get(name, name) for layer, name in groups.items()}
    elif not parent.keys() >= set(groups.values()):
        groups = dict(_groups(network, by_class=True))  # as Keras counts somebody's own
    inputs = [name for name in parent if name.startswith("input_layer")]
    if complete and len(parent) not in (len(groups), len(groups) + len(inputs)):
        raise ModelFileError(
            f"its weights belong to {len(parent):,} layers, expected {len(groups):,} as in its "
            "config."
        )
    return {layer: (parent, name) for layer, name in groups.items()}


def _read_layer(parent: h5py.Group, name: str, layer: Layer) -> None:
    weights = _weights(layer)
    if not weights and child(parent, name) is None:
        return
    stored = subgroup(subgroup(parent, name), "vars")
    if len(stored) != len(weights):
        raise ModelFileError(
            f"layer {layer.name!r} has {len(stored):,} arrays in {stored.name}, "
            f"expected {len(weights)} ({', '.join(weights) or 'none'})."
        )
    arrays = {}
    for index, (key, expected) in enumerate(weights.items()):
        integers = expected.dtype.kind != "f"  # a count
        array = read_array(stored, str(index), expected.shape, integers=integers)
        arrays[key] = _as(array, expected.dtype)
    for key, array in arrays.items():
        (layer.params if key in layer.params else layer.state)[key] = array


def _read_optimizer(file: h5py.File, network: Any, optimizer: Optimizer) -> str | None:
    top = child(file, "optimizer")
    stored = None if top is None else subgroup(top, "vars")

    def read(index: int, shape: tuple[int, ...], integers: bool) -> np.ndarray:
        assert stored is not None
        return read_array(stored, str(index), shape, integers=integers)

    def is_number(index: int) -> bool:
        assert stored is not None
        found = child(stored, str(index))
        return isinstance(found, h5py.Dataset) and found.shape == ()

    count = 0 if stored is None else len(stored)
    return take_variables(optimizer, network, count, read, is_number=is_number)


def _groups(network: Any, *, by_class: bool = False) -> Iterator[tuple[Any, str]]:
    """Layers and nested networks, each with the name of its group: Keras counts their classes.

    A network's class counts as Functional or Sequential, unless `by_class`.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for layer in network.all_layers:
        if isinstance(layer, InputLayer):
            continue
        own = class_title(layer)
        base = snake_case(own if by_class else getattr(layer, "keras_class", own))
        while (group := f"{base}_{seen[base]}" if seen[base] else base) in taken:
            seen[base] += 1  # somebody's own class is called like this
        seen[base] += 1
        taken.add(group)
        yield layer, group


def _weights(layer: Layer) -> dict[str, np.ndarray]:
    return layer.params | layer.state


def _write(file: h5py.File, path: str, name: str, arrays: Sequence[np.ndarray]) -> None:
    stored = file.create_group(f"{path}/vars")
    stored.attrs["name"] = name
    for index, array in enumerate(arrays):
        stored.create_dataset(str(index), data=array)


def halved(where: str, array: np.ndarray) -> np.ndarray:
    """Return a kernel in float16; vectors are few, and variances may be smaller than it knows.

    Raises
    ------
    ValueError
        If a number is too large.
    """
    if array.ndim < 2:
        return array
    short = _as(array, np.dtype(np.float16))
    _check_values(f"{where} in half precision", short, signed=True)
    return short


def _as(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    with np.errstate(over="ignore"):  # becomes infinite, which is an error with a name
        return array.astype(dtype, copy=False)


def _check_values(where: str, array: np.ndarray, *, signed: bool) -> None:
    if not np.isfinite(array).all():
        raise NotFiniteError(f"{where} holds NaN or infinity, expected finite numbers.")
    if not signed and (array < 0).any():
        raise ValueError(f"{where} holds a negative number, expected 0 or more.")
