"""From calls of layers to a graph: its steps, in an order in which they can be computed.

The order is Keras's: by depth, which is the distance to the outputs, and then in the order in which
a walk from the outputs meets the layers. The list of layers, the numbers of the calls and the
groups in a file follow it, so a model that is saved and read again draws the same random numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from minicnn.graph import Graph, Step
from minicnn.layers import InputLayer
from minicnn.layers.tensor import Call, Tensor

__all__ = ["calls_between", "give_names", "part", "trace", "with_ends"]


def trace(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
    """Make the graph from some tensors to others, with the calls inside nested models.

    Raises
    ------
    ValueError
        If an output does not depend on the inputs alone.
    """
    places: dict[tuple[int, int], int] = {}  # (call, number of its output) -> value
    for tensor in inputs:
        places[_source(tensor)] = len(places)
    paths: dict[int, str] = {}  # a layer's first path; it may be called again elsewhere
    steps: list[Step] = []
    count = len(places)
    for call in calls_between(inputs, outputs):
        given = tuple(places[_source(tensor)] for tensor in call.inputs)
        inner = getattr(call.layer, "graph", None)
        if inner is None:
            path = paths.setdefault(id(call.layer), f"{call.layer.name}/")
            steps.append(
                Step(call.layer, given, count, call.joins, path, len(steps), training=call.training)
            )
            places[id(call), 0] = count
            count += 1
            continue
        values = dict(zip(inner.inputs, given, strict=True))
        for step in inner.steps:
            path = paths.setdefault(id(step.layer), f"{call.layer.name}/{step.path}")
            own = tuple(values[i] for i in step.inputs)
            # base(x, training=False) fixes the mode of the calls inside that do not fix it.
            training = call.training if step.training is None else step.training
            steps.append(
                step._replace(
                    inputs=own, output=count, path=path, stream=len(steps), training=training
                )
            )
            values[step.output] = count
            count += 1
        for index, i in enumerate(inner.outputs):
            places[id(call), index] = values[i]
    return with_ends(
        Graph(
            tuple(places[_source(tensor)] for tensor in inputs),
            tuple(places[_source(tensor)] for tensor in outputs),
            tuple(steps),
        )
    )


def part(graph: Graph, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> Graph:
    """Return the part of a graph that leads from some of its values to others.

    Raises
    ------
    ValueError
        If an output depends on anything other than these inputs.
    """
    return with_ends(graph._replace(inputs=inputs, outputs=outputs))


def with_ends(graph: Graph) -> Graph:
    """Remove steps that no output needs, and note after which step each value can be freed."""
    needed = set(graph.outputs)
    steps = []
    for step in reversed(graph.steps):
        if step.output not in needed or step.output in graph.inputs:
            continue
        done = set(step.inputs) - needed
        needed |= done
        steps.append(step._replace(done=tuple(sorted(done - set(graph.inputs)))))
    missing = needed - set(graph.inputs) - {step.output for step in steps}
    if missing:
        raise ValueError("the outputs depend on something other than the inputs.")
    return graph._replace(steps=tuple(reversed(steps)))


def calls_between(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> list[Call]:
    """Return the calls that lead from the inputs to the outputs, in Keras's order.

    Raises
    ------
    ValueError
        If an output depends on an input layer that is not among the inputs.
    """
    given = {_source(tensor) for tensor in inputs}
    met, finished = _walk(given, outputs)
    by_id = {id(call): call for call in finished}
    depths: dict[int, int] = {}
    layer_depths: dict[int, int] = {}
    for call in reversed(finished):
        depth = max(depths.get(id(call), 0), layer_depths.get(id(call.layer), 0))
        depths[id(call)] = layer_depths[id(call.layer)] = depth
        for tensor in call.inputs:
            if _source(tensor) not in given:
                before = id(tensor.call)
                depths[before] = max(depths.get(before, 0), depth + 1)
    order = {id(call): number for number, call in enumerate(finished)}
    ranked = sorted(depths, key=lambda i: (-depths[i], met[id(by_id[i].layer)], order[i]))
    return [by_id[i] for i in ranked]


def _walk(
    given: set[tuple[int, int]], outputs: Sequence[Tensor]
) -> tuple[dict[int, int], list[Call]]:
    """Walk from the outputs to the inputs, depth first.

    Returns
    -------
    met : dict of int to int
        id of a layer -> when the walk first met it.
    finished : list of Call
        Every call, after the calls it depends on.
    """
    met: dict[int, int] = {}
    finished: list[Call] = []
    seen: set[int] = set()
    # An explicit stack: a network may be deeper than Python's recursion limit.
    stack: list[tuple[Tensor, bool]] = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, left = stack.pop()
        call = tensor.call
        if left:
            finished.append(call)
            continue
        if _source(tensor) in given or id(call) in seen:
            continue
        if isinstance(call.layer, InputLayer):
            raise ValueError(
                f"Model: an output depends on the input {call.layer.name!r}, which is not among "
                "the model's inputs."
            )
        seen.add(id(call))
        met.setdefault(id(call.layer), len(met))
        stack.append((tensor, True))
        stack += [(one, False) for one in reversed(call.inputs)]
    return met, finished


def give_names(where: str, layers: Iterable[Any]) -> None:
    """Number the layers without a given name, so that all names differ: conv2d, conv2d_1.

    A layer that another network has numbered keeps its name unless it is taken here.

    Raises
    ------
    ValueError
        If two layers were given the same name.
    """
    layers = list(layers)
    taken: set[str] = set()
    for layer in layers:
        if layer.named and layer.name in taken:
            raise ValueError(f"{where}: two layers are named {layer.name!r}.")
        if layer.named:
            taken.add(layer.name)
    unnamed = [layer for layer in layers if not layer.named]
    for layer in sorted(unnamed, key=lambda layer: not layer.numbered):
        base, count = _parts(layer.name)
        if layer.name in taken:
            # A layer of two networks needs a number that is free in both.
            count = _highest[base] + 1 if layer.numbered else 1
            while f"{base}_{count}" in taken:
                count += 1
            layer.rename(f"{base}_{count}")
        _highest[base] = max(_highest[base], count)
        layer.numbered = True
        taken.add(layer.name)


def _parts(name: str) -> tuple[str, int]:
    """Return the name before its number, and the number: "conv2d_3" -> "conv2d", 3."""
    base, _, number = name.rpartition("_")
    return (base, int(number)) if base and number.isdecimal() else (name, 0)


#: The highest number that a layer has been given, by the name before it.
_highest: Counter[str] = Counter()


def _source(tensor: Tensor) -> tuple[int, int]:
    return id(tensor.call), tensor.index
