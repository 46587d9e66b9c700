"""Which layers a model's config names, and in which order data passes them.

A Sequential model lists them in order. A Functional model is a graph; where the graph is a plain
chain it is the same model in other words.
"""

from __future__ import annotations

from typing import Any

from minicnn.saving.archive import ModelFileError

__all__ = ["written_layers"]

# Reading a hostile million of them would take minutes.
_MAX_LAYERS = 1000


def written_layers(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the layers' written forms in the order data flows.

    Parameters
    ----------
    config : dict
        What ``config.json`` holds.

    Raises
    ------
    ModelFileError
        If the model is neither a Sequential nor a plain chain, or too long.
    """
    kind, inner = config.get("class_name"), config.get("config")
    if kind not in ("Sequential", "Functional") or not isinstance(inner, dict):
        raise ModelFileError(
            f"it holds a model of class {kind!r}, expected 'Sequential' or a 'Functional' model "
            "that is a chain."
        )
    layers = inner.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ModelFileError("its config lists no layers.")
    if len(layers) > _MAX_LAYERS:
        raise ModelFileError(
            f"its config lists {len(layers):,} layers, expected at most {_MAX_LAYERS:,}."
        )
    for index, layer in enumerate(layers):
        if not isinstance(layer, dict) or not isinstance(layer.get("config"), dict):
            raise ModelFileError(f"layer {index} of its config has no config of its own.")
    if kind == "Functional":
        _check_chain(inner, layers)
    return layers


def _check_chain(inner: dict[str, Any], layers: list[dict[str, Any]]) -> None:
    """Require that every layer is called once, with the output of the one listed before it."""
    names = [layer["config"].get("name") for layer in layers]
    ends = [inner.get("input_layers"), inner.get("output_layers")]
    if [_ends(end) for end in ends] != [[names[0]], [names[-1]]]:
        raise ModelFileError(
            "its Functional model has other inputs and outputs than one of each, expected a chain."
        )
    for name, previous, layer in zip(names[1:], names, layers[1:], strict=False):
        nodes = layer.get("inbound_nodes")
        sources = _sources(nodes[0]) if isinstance(nodes, list) and len(nodes) == 1 else None
        if sources != [previous]:
            raise ModelFileError(
                f"its Functional model branches or joins at layer {name!r}, expected a chain "
                f"in which {previous!r} alone leads to it."
            )


def _ends(end: Any) -> list[Any]:
    """Names in ["name", 0, 0] or, as other versions write it, [["name", 0, 0], ...]."""
    if not isinstance(end, list):
        return []
    if len(end) == 3 and isinstance(end[0], str):
        return [end[0]]
    return [one[0] if isinstance(one, list) and one else None for one in end]


def _sources(node: Any) -> list[Any] | None:
    """Names of the layers whose outputs a call takes; None if the call is of another kind."""
    if not isinstance(node, dict) or not isinstance(node.get("args"), list):
        return None
    # Keras writes arguments down that it fills in itself, such as Dropout's training=False.
    extras = node.get("kwargs") or {}
    if not isinstance(extras, dict) or any(value not in (None, False) for value in extras.values()):
        return None
    names = []
    for tensor in node["args"]:
        inner = tensor.get("config") if isinstance(tensor, dict) else None
        history = inner.get("keras_history") if isinstance(inner, dict) else None
        if not isinstance(history, list) or history[1:] != [0, 0]:
            return None
        names.append(history[0])
    return names
