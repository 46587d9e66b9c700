"""A network's configuration, from the form that older versions of Keras gave it to today's.

Three things differ. A Sequential states the shape of its input in its first layer, and may be a
bare list of layers. A call of a layer in a graph ("inbound_nodes") is a list of
[layer, number of its call, number of the output, arguments]. And the calls of nested models are
counted from 1: number 0 is the call in which they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from minicnn.saving.legacy.arguments import modern_arguments, modern_class, plain
from minicnn.saving.opening import ModelFileError

__all__ = ["modern_network"]

Config = dict[str, Any]

_NETWORKS = ("Sequential", "Functional", "Model")


def modern_network(config: Config) -> Config:
    """Return a network's configuration in today's form; what is not understood stays as it is.

    Raises
    ------
    ModelFileError
        If it is nested too deep.
    """
    try:
        return _network(plain(config))
    except RecursionError as error:
        raise ModelFileError("its config is nested too deep.") from error


def _network(config: Config) -> Config:
    inner = config.get("config")
    if isinstance(inner, list):
        inner = {"layers": inner} | ({"name": config["name"]} if "name" in config else {})
    if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
        return config
    written = [_layer(layer) for layer in inner["layers"]]
    if config.get("class_name") == "Sequential":
        changed: Config = {"layers": _with_input(inner["layers"], written)}
    else:
        first = _first_calls(inner, written)
        changed = {
            "layers": [_with_calls(layer, first) for layer in written],
            "output_layers": _with_ends(inner.get("output_layers"), first, written),
        }
    return {**config, "config": {**inner, **changed}}


def _layer(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    kind, arguments = written.get("class_name"), written.get("config")
    if kind in _NETWORKS:
        return _network(written)
    if not isinstance(arguments, dict):
        return written
    arguments = modern_arguments(kind, arguments)
    return {**written, "class_name": modern_class(kind), "config": arguments}


# -- rows --


def _with_input(old: list[Any], written: list[Any]) -> list[Any]:
    """Put the input first, if a layer states its shape."""
    if not written or not isinstance(written[0], dict):
        return written
    if written[0].get("class_name") == "InputLayer":
        return written
    shape = _stated_shape(old[0])
    if shape is None:
        return written
    config: Config = {"batch_shape": shape}
    if _name(written[0]):
        config["name"] = f"{_name(written[0])}_input"
    return [{"class_name": "InputLayer", "config": config}, *written]


def _stated_shape(layer: Any) -> Any:
    """Return the shape that a layer, or the first one of a nested model, states for its input."""
    while isinstance(layer, dict):
        inner = layer.get("config")
        if isinstance(inner, dict):
            for key in ("batch_input_shape", "batch_shape"):
                if isinstance(inner.get(key), list):
                    return inner[key]
        layers = inner.get("layers") if isinstance(inner, dict) else inner
        layer = layers[0] if isinstance(layers, list) and layers else None
    return None


# -- graphs --


def _is_network(layer: Any) -> bool:
    return isinstance(layer, dict) and layer.get("class_name") in _NETWORKS


def _name(layer: Config) -> str:
    inner = layer.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    return name if isinstance(name, str) else ""


def _first_calls(inner: Config, written: list[Any]) -> dict[str, int]:
    """Return which number the first call of each nested model has, where calls are lists.

    All calls are used. So if number 0 is not, they are counted from 1.
    """
    used: set[tuple[str, int]] = set()
    listed: set[str] = set()
    for layer in written:
        for node in _nodes(layer):
            if isinstance(node, list):
                listed.add(_name(layer))
                used.update((place[0], place[1]) for place in _places(node))
    used.update((place[0], place[1]) for place in _ends(inner.get("output_layers")))
    nested = (_name(layer) for layer in written if _is_network(layer))
    return {name: int((name, 0) not in used) for name in nested if name in listed}


def _nodes(layer: Any) -> list[Any]:
    nodes = layer.get("inbound_nodes") if isinstance(layer, dict) else None
    return nodes if isinstance(nodes, list) else []


def _places(node: list[Any]) -> list[list[Any]]:
    """Return what a call takes, if all of it has the form ["conv2d", 0, 0] or with arguments."""
    if node and isinstance(node[0], str):
        node = [node]
    whole = all(
        isinstance(place, list)
        and len(place) in (3, 4)
        and [type(part) for part in place[:3]] == [str, int, int]
        for place in node
    )
    return node if whole else []


def _ends(ends: Any) -> list[list[Any]]:
    if isinstance(ends, dict):
        ends = list(ends.values())
    return _places(ends) if isinstance(ends, list) else []


def _with_calls(layer: Any, first: dict[str, int]) -> Any:
    """Write the calls of a layer, given as lists, the way Keras 3 does."""
    if not isinstance(layer, dict) or "inbound_nodes" not in layer:
        return layer
    calls = [
        call
        for node in _nodes(layer)
        for call in ([node] if not isinstance(node, list) else _call(node, first))
    ]
    return {**layer, "inbound_nodes": calls}


def _call(node: list[Any], first: dict[str, int]) -> Iterator[Any]:
    places = _places(node)
    if not places:
        yield from [node] if node else []  # an input is not called
        return
    tensors = [
        {
            "class_name": "__keras_tensor__",
            "config": {"keras_history": [name, number - first.get(name, 0), index]},
        }
        for name, number, index, *_ in places
    ]
    kwargs: Config = {}
    for place in places:
        kwargs |= place[3] if len(place) == 4 and isinstance(place[3], dict) else {}
    yield {"args": [tensors] if len(tensors) > 1 else tensors, "kwargs": kwargs}


def _with_ends(ends: Any, first: dict[str, int], written: Iterable[Any]) -> Any:
    """Count calls where a graph ends as Keras 3 does: of nested graphs from 1, of rows from 0."""
    rows = {_name(e) for e in written if _is_network(e) and e.get("class_name") == "Sequential"}
    places = [
        [name, number - first[name] + (name not in rows) if name in first else number, index]
        for name, number, index, *_ in _ends(ends)
    ]
    if not places:
        return ends
    return dict(zip(ends, places, strict=True)) if isinstance(ends, dict) else places
