"""Wiring: the calls of a network as a flat list, for saving, copying, or taking a part.

Tensors refer to the calls that made them, which refer to tensors, and so on through the network.
Here, a call refers to its inputs by number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minicnn.layers import InputLayer
from minicnn.layers.tensor import Tensor, all_tensors
from minicnn.outputs import listed
from minicnn.registry import described
from minicnn.tracing import calls_between

__all__ = ["NumberedCall", "Source", "Wiring", "connect", "ends_of", "wiring"]


class Source(NamedTuple):
    """Where a tensor comes from.

    Attributes
    ----------
    number : int
        Number of the call; the inputs are counted first.
    index : int
        Which of the call's outputs it is.
    """

    number: int
    index: int = 0  # type: ignore[assignment]  # hides tuple.index


class NumberedCall(NamedTuple):
    """A call whose inputs are numbers; see :class:`~minicnn.layers.tensor.Call`."""

    layer: Any
    inputs: tuple[Source, ...]
    joins: bool
    training: bool | None


class Wiring(NamedTuple):
    """Everything about a network except its arrays.

    Attributes
    ----------
    starts : tuple of InputLayer
    calls : tuple of NumberedCall
        In topological order.
    outputs : tuple of Source
    """

    starts: tuple[InputLayer, ...]
    calls: tuple[NumberedCall, ...]
    outputs: tuple[Source, ...]


def wiring(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Wiring:
    """Number the calls between some tensors.

    Inputs that come from a layer inside another network get their own input layers.
    """
    sources: dict[tuple[int, int], Source] = {}
    starts = []
    for number, tensor in enumerate(inputs):
        layer = tensor.call.layer
        if not isinstance(layer, InputLayer):
            layer = InputLayer(tensor.sample_shape, dtype=tensor.dtype)
        starts.append(layer)
        sources[id(tensor.call), tensor.index] = Source(number)
    calls = []
    for number, call in enumerate(calls_between(inputs, outputs), start=len(starts)):
        given = tuple(sources[id(t.call), t.index] for t in call.inputs)
        calls.append(NumberedCall(call.layer, given, call.joins, call.training))
        for index in range(len(getattr(call.layer, "outputs", [None]))):
            sources.setdefault((id(call), index), Source(number, index))
    ends = tuple(sources[id(t.call), t.index] for t in outputs)
    return Wiring(tuple(starts), tuple(calls), ends)


def connect(wires: Wiring) -> tuple[list[Tensor], list[Tensor]]:
    """Call the layers again, and return the inputs and outputs.

    Raises
    ------
    ValueError
        If a layer does not fit its inputs.
    """
    results: list[list[Tensor]] = []
    for layer in wires.starts:
        results.append([layer.tensor()])
    inputs = [tensors[0] for tensors in results]
    for layer, sources, joins, training in wires.calls:
        given = [results[number][index] for number, index in sources]
        result = layer(given if joins else given[0], training=training)
        results.append(listed(result))
    return inputs, [results[number][index] for number, index in wires.outputs]


def ends_of(what: str, given: Any) -> list[Tensor]:
    """Return a network's inputs or outputs as a list; the keys of a dict name unnamed inputs.

    Outputs in a dict are sorted by their keys, as in Keras.

    Raises
    ------
    ValueError
        If they are not Tensors, or an input is listed twice.
    """
    tensors = list(given) if isinstance(given, (list, tuple)) else [given]
    if what == "inputs" and len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = list(tensors[0])  # ``Model([model.inputs], ...)``
    if isinstance(given, Mapping):
        keys = sorted(given) if what == "outputs" else list(given)
        tensors = [given[key] for key in keys]
        for key, tensor in zip(keys, tensors, strict=True) if what == "inputs" else ():
            layer = tensor.call.layer if isinstance(tensor, Tensor) else None
            if isinstance(layer, InputLayer) and not layer.named:
                layer.name = key
    if not all_tensors(tensors):
        raise ValueError(
            f"Model: {what} must be Tensors, from Input(...) and calls of layers, as in "
            f"Dense(3)(x); got {described(tensors[0]) if tensors else 'nothing'}."
        )
    if what == "inputs" and len({(id(t.call), t.index) for t in tensors}) < len(tensors):
        raise ValueError("Model: an input is listed twice.")
    return tensors
