"""Where Keras puts the weights of a model written as a class: in groups named by attributes.

Keras walks over the attributes by name, and ``layers`` is one of them: it has what comes behind it.
Our files of such a model have the order of its graph in ``layers``, and say so.
"""

from __future__ import annotations

from typing import Any

import h5py

from minicnn.saving.hdf5 import child, subgroup
from minicnn.saving.opening import ModelFileError

__all__ = ["is_by_attribute", "mark_as_graph", "places_by_attribute"]

_MARK = "order"


def mark_as_graph(layers: h5py.Group) -> None:
    """Note that a class's group ``layers`` follows the graph."""
    layers.attrs[_MARK] = "graph"


def is_by_attribute(file: h5py.Group, network: Any, by_graph: dict[Any, str]) -> bool:
    """Return whether a group holds the attributes of a class, and not the layers of a graph.

    Parameters
    ----------
    file : Group
    network : Network
    by_graph : dict of Layer or Network to str
        The groups in ``layers``, if it is a graph's.

    Raises
    ------
    ModelFileError
        If it may be either, and that makes a difference.
    """
    layers = child(file, "layers")
    if layers is None or not network.attribute_groups:
        return bool(network.attribute_groups)
    if _MARK in layers.attrs or any(name.startswith("input_layer") for name in layers):
        return False
    if set(file) - {"layers", "optimizer", "vars"} or set(layers) != set(by_graph.values()):
        return True
    for layer, (_, name) in places_by_attribute(file, network).items():
        if by_graph[layer] != name:
            raise ModelFileError(
                f"its weights of {layer.name!r} may be those of another layer of the class; "
                "set_weights takes what get_weights gives."
            )
    return False


def places_by_attribute(file: h5py.Group, network: Any) -> dict[Any, tuple[h5py.Group, str]]:
    """Return the group around each layer's, and its name in there.

    Raises
    ------
    ModelFileError
        If a layer with weights has no group.
    """
    groups = network.attribute_groups
    return {
        layer: _place(file, layer, groups.get(layer, ()))
        for layer in network.layers
        if layer.built and layer.count_params()
    }


def _place(file: h5py.Group, layer: Any, groups: Any) -> tuple[h5py.Group, str]:
    for group in groups:
        *containers, name = group.split("/")
        parent = file
        for container in containers:
            if child(parent, container) is None:
                break
            parent = subgroup(parent, container)
        else:
            if child(parent, name) is not None:
                return parent, name
    raise ModelFileError(
        f"its weights lack those of {layer.name!r}, expected in {' or '.join(groups) or 'none'}."
    )
