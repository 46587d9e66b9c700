"""Networks from ``config.json``: layers in a row, and graphs.

A Sequential lists its layers. A Functional model lists them too, and with each its calls
("inbound_nodes"), whose inputs are named [layer, number of its call, number of the output].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from minicnn.layers import InputLayer, Layer
from minicnn.layers.naming import has_automatic_name
from minicnn.layers.tensor import Tensor
from minicnn.outputs import listed
from minicnn.saving.call_config import ends, fixed_mode, sources
from minicnn.saving.layer_config import (
    Placeholder,
    build_without_weights,
    layer_from_config,
    name_of,
    short,
)
from minicnn.saving.opening import ModelFileError
from minicnn.wiring import Source

__all__ = ["Makers", "network_from_config"]

# Reading a hostile million of them would take minutes.
_MAX_LAYERS, _MAX_CALLS, _MAX_DEPTH, _MAX_STEPS = 1000, 2000, 20, 20_000

Config = dict[str, Any]


class Makers(NamedTuple):
    """How networks are made, for :mod:`minicnn.saving` does not know their classes.

    Attributes
    ----------
    row : callable
        ``(input layer, layers, name) -> network``
    graph : callable
        ``(inputs, outputs, name) -> network``, of Tensors; the outputs may be a dict.
    """

    row: Callable[[InputLayer, list[Any], str], Any]
    graph: Callable[[list[Tensor], list[Tensor] | dict[str, Tensor], str], Any]


@dataclass
class _Reader:
    """What the reading of a file has in common."""

    makers: Makers
    placeholder: Placeholder
    custom_objects: Mapping[str, type[Layer]]
    layers: int = 0
    calls: int = 0
    steps: int = 0
    path: list[str] = field(default_factory=list)

    def count_steps(self, layer: Any) -> None:
        """Count what a call will compute: nested models multiply."""
        self.steps += len(layer.graph.steps) if hasattr(layer, "graph") else 1
        if self.steps > _MAX_STEPS:
            raise ModelFileError(f"its calls come to more than {_MAX_STEPS:,} steps.")


def network_from_config(
    config: Config,
    most_bytes: int,
    makers: Makers,
    custom_objects: Mapping[str, type[Layer]] | None = None,
) -> Any:
    """Make a network, built, with placeholders for weights.

    Parameters
    ----------
    config : dict
        What ``config.json`` holds.
    most_bytes : int
        How much memory the weights may take.
    makers : Makers
    custom_objects : mapping of str to class, optional
        Classes of layers of the caller's own, by name.

    Raises
    ------
    ModelFileError
        If a layer is unknown, does not fit, or takes too much, or the calls are no graph.
    """
    return _network(config, _Reader(makers, Placeholder(most_bytes), custom_objects or {}))


def _network(config: Config, reader: _Reader) -> Any:
    kind, inner = config.get("class_name"), config.get("config")
    if kind not in ("Sequential", "Functional", "Model") or not isinstance(inner, dict):
        raise ModelFileError(
            f"it holds a model of class {short(kind)}, expected 'Sequential' or 'Functional'."
        )
    written = inner.get("layers")
    if not isinstance(written, list) or not written:
        raise ModelFileError("its config lists no layers.")
    reader.layers += len(written)
    if reader.layers > _MAX_LAYERS:
        raise ModelFileError(
            f"its config lists {reader.layers:,} layers, expected at most {_MAX_LAYERS:,}."
        )
    for index, layer in enumerate(written):
        if not isinstance(layer, dict) or not isinstance(layer.get("config"), dict):
            raise ModelFileError(f"layer {index} of its config has no config of its own.")
    name = inner.get("name")
    title = name_of(config) if isinstance(name, str) else kind.lower()
    reader.path.append(title)
    if len(reader.path) > _MAX_DEPTH:
        raise ModelFileError(f"models are nested more than {_MAX_DEPTH} deep.")
    network = (_row if kind == "Sequential" else _graph)(config, written, title, reader)
    network.named = not has_automatic_name(network)
    reader.path.pop()
    return network


def _row(config: Config, written: list[Config], name: str, reader: _Reader) -> Any:
    if written[0].get("class_name") != "InputLayer":
        written = [_input_layer(config), *written]
    layers: list[Any] = []
    shape: Any = None
    for index, one in enumerate(written):
        layer = _made(index, one, reader)
        if index and isinstance(layer, InputLayer):
            raise ModelFileError("an InputLayer comes after other layers.")
        if index and not layer.built:
            _checked(index, one, build_without_weights, layer, shape, reader.placeholder)
        reader.count_steps(layer)
        shape = layer.output_shape
        layers.append(layer)
    _check_names(layers)
    if len(layers) < 2:
        raise ModelFileError("its config lists no layers after the input.")
    return _checked_model(reader.makers.row, layers[0], layers[1:], name)


def _input_layer(config: Config) -> Config:
    """Written form of the input of a model that states its shape elsewhere."""
    outer = config.get("build_config")
    shape = config["config"].get("build_input_shape") or (
        outer.get("input_shape") if isinstance(outer, dict) else None
    )
    if not isinstance(shape, list):
        raise ModelFileError(
            "its config has no input shape: the model was saved before it was built; give it an "
            "Input layer or call it once, and save it again."
        )
    return {"class_name": "InputLayer", "config": {"batch_shape": shape}}


def _graph(config: Config, written: list[Config], name: str, reader: _Reader) -> Any:
    results: dict[tuple[str, int], list[Tensor]] = {}
    waiting: list[tuple[int, Any, int, list[tuple[str, Source]], bool, bool | None]] = []
    layers = []
    for index, one in enumerate(written):
        layer = _made(index, one, reader)
        layers.append(layer)
        nodes = one.get("inbound_nodes")
        if not isinstance(nodes, list):
            raise ModelFileError(f"layer {index} of its config, {layer.name!r}, lists no calls.")
        reader.calls += len(nodes)
        if reader.calls > _MAX_CALLS:
            raise ModelFileError(f"its config lists more than {_MAX_CALLS:,} calls of layers.")
        if isinstance(layer, InputLayer):
            results[layer.name, 0] = [layer.tensor()]
        for number, node in enumerate(nodes):
            taken, joins = sources(layer.name, node)
            waiting.append((index, layer, number, taken, joins, fixed_mode(layer, node)))
    _check_names(layers)
    while waiting:
        ready = [w for w in waiting if all((n, s.number) in results for n, s in w[3])]
        if not ready:
            names = ", ".join(dict.fromkeys(layer.name for _, layer, *_ in waiting[:5]))
            raise ModelFileError(
                f"the inputs of {names} come from nowhere or from their own outputs."
            )
        for index, layer, number, taken, joins, training in ready:
            given = [_result(results, n, s) for n, s in taken]
            shapes = tuple(tensor.sample_shape for tensor in given)
            if not layer.built:
                shape = shapes if joins else shapes[0]
                _checked(
                    index, written[index], build_without_weights, layer, shape, reader.placeholder
                )
            reader.count_steps(layer)
            x = given if joins else given[0]
            result = _checked(index, written[index], layer, x, training)
            results[layer.name, number] = listed(result)
        done = {id(w) for w in ready}
        waiting = [w for w in waiting if id(w) not in done]
    inner = config["config"]
    # Keras counts the calls of a nested graph from 1 where it names a model's ends.
    graphs = {e.name for e in layers if getattr(e, "keras_class", "") == "Functional"}
    found = [
        [
            _result(results, n, s._replace(number=max(0, s.number - 1)) if n in graphs else s)
            for n, s in ends(key, inner)
        ]
        for key in ("input_layers", "output_layers")
    ]
    keys = inner.get("output_layers")
    outputs = dict(zip(keys, found[1], strict=True)) if isinstance(keys, dict) else found[1]
    return _checked_model(reader.makers.graph, found[0], outputs, name)


def _made(index: int, written: Config, reader: _Reader) -> Any:
    """Make a layer, or a network in its place."""
    if written.get("class_name") in ("Sequential", "Functional", "Model"):
        return _network(written, reader)
    layer = _checked(index, written, layer_from_config, written, reader.custom_objects)
    if isinstance(layer, Layer):
        return layer
    raise ModelFileError(
        f"layer {index} of its config is of the class {short(written.get('class_name'))}, whose "
        "call connects layers; make the model in Python, and load_weights reads a file of weights."
    )


def _checked(index: int, written: Config, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function on what a file says, and name the layer if that fails."""
    try:
        return function(*arguments)
    except ModelFileError as error:
        raise ModelFileError(f"layer {index} of its config: {error}") from error.__cause__
    except Exception as error:  # hostile values make constructors raise almost anything
        what = f"{short(written.get('class_name'))[1:-1]} cannot be made"
        raise ModelFileError(f"layer {index} of its config, {what}: {error}") from error


def _checked_model(make: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return make(*arguments)
    except ValueError as error:
        raise ModelFileError(f"its layers do not form a model: {error}") from error


def _check_names(layers: list[Any]) -> None:
    names: set[str] = set()
    for layer in layers:
        if layer.name in names:
            raise ModelFileError(f"its config names two layers {layer.name!r}.")
        names.add(layer.name)
        layer.named, layer.numbered = not has_automatic_name(layer), True


def _result(results: Mapping[tuple[str, int], list[Tensor]], name: str, source: Source) -> Tensor:
    tensors = results.get((name, source.number), [])
    if source.index >= len(tensors):
        raise ModelFileError(
            f"output {source.index} of call {source.number} of {short(name)} does not exist."
        )
    return tensors[source.index]
