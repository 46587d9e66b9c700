"""Networks to ``config.json``, the way Keras writes them: layers in a row, and graphs."""

from __future__ import annotations

from typing import Any

from minicnn.layers import InputLayer
from minicnn.wiring import wiring

__all__ = ["file_config", "network_config"]

Config = dict[str, Any]


def network_config(network: Any) -> Config:
    """Write a built network the way Keras writes it."""
    if network.keras_class == "Sequential":
        return _row_config(network)
    wires = wiring(network.inputs, network.outputs)
    names = [layer.name for layer in wires.starts] + [call.layer.name for call in wires.calls]
    counts: dict[str, int] = {}
    nodes: dict[str, list[Config]] = {name: [] for name in names}
    places: list[tuple[str, int]] = []  # of each call: its layer, and which of that layer's it is
    for name in names:
        places.append((name, counts.get(name, 0)))
        counts[name] = places[-1][1] + 1
    shapes: list[list[Any]] = [[layer.output_shape] for layer in wires.starts]
    for call in wires.calls:
        tensors = [
            _tensor_config(places[number], index, shapes[number][index])
            for number, index in call.inputs
        ]
        joined = [tensors] if call.joins else tensors
        fixed = {} if call.training is None else {"training": call.training}
        nodes[call.layer.name].append({"args": joined, "kwargs": fixed})
        outputs = getattr(call.layer, "outputs", None)
        shapes.append([t.sample_shape for t in outputs] if outputs else [call.layer.output_shape])
    written = [
        _written(layer) | {"name": layer.name, "inbound_nodes": nodes[layer.name]}
        for layer in network.all_layers
    ]
    inputs = [[layer.name, 0, 0] for layer in wires.starts]
    kinds = {call.layer.name: getattr(call.layer, "keras_class", "") for call in wires.calls}
    outputs = []
    for number, index in wires.outputs:
        name, which = places[number]
        # Here, and only here, Keras counts the calls of a nested graph from 1.
        outputs.append([name, which + (kinds.get(name) == "Functional"), index])
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": network.name,
            "trainable": True,
            "layers": written,
            "input_layers": inputs[0] if len(inputs) == 1 else inputs,
            "output_layers": network.packed(outputs),
        },
        "registered_name": "Functional",
        "build_config": {"input_shape": None},
    }


def file_config(network: Any) -> Config:
    """Write a built network so that every Keras 3 reads it: 3.0 knows dtypes by name only."""
    return _with_named_dtypes(network_config(network))


def _with_named_dtypes(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return value["config"]["name"]
        return {key: _with_named_dtypes(one) for key, one in value.items()}
    return [_with_named_dtypes(one) for one in value] if isinstance(value, list) else value


def _row_config(network: Any) -> Config:
    first = network.inputs[0].call.layer
    batch_shape = [None, *first.output_shape]
    dtypes = [_written(layer)["config"].get("dtype") for layer in network.all_layers]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": network.name,
            "trainable": True,
            "dtype": next((d for d in reversed(dtypes) if d), first.dtype),
            "layers": [first.serialize(), *map(_written, network.all_layers)],
            "build_input_shape": batch_shape,
        },
        "registered_name": None,
        "build_config": {"input_shape": batch_shape},
    }


def _written(layer: Any) -> Config:
    if hasattr(layer, "keras_class"):
        return network_config(layer)
    if isinstance(layer, InputLayer):
        return layer.serialize()
    shape = layer.input_shape
    joins = bool(shape) and isinstance(shape[0], tuple)
    written = [[None, *one] for one in shape] if joins else [None, *(shape or ())]
    return layer.serialize() | {"build_config": {"input_shape": written}}


def _tensor_config(place: tuple[str, int], index: int, shape: tuple[int, ...]) -> Config:
    return {
        "class_name": "__keras_tensor__",
        "config": {
            "shape": [None, *shape],
            "dtype": "float32",
            "keras_history": [*place, index],
        },
    }
