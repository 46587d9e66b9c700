"""What a graph computes outside training, to compare two graphs that differ inside training."""

from __future__ import annotations

from typing import Any

from minicnn.graph import Graph
from minicnn.layers import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout2D,
)
from minicnn.layers.random_images import RandomImages

__all__ = ["require_same_outside_training"]

#: Layers that hand on what they are given outside training.
_ONLY_IN_TRAINING = (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    RandomImages,
    SpatialDropout2D,
)


def require_same_outside_training(title: str, first: Graph, second: Graph) -> None:
    """Require that two graphs compute the same outside training.

    Raises
    ------
    ValueError
        If they do not; the message begins with `title`.
    """
    if _outside_training(first) != _outside_training(second):
        raise ValueError(
            f"{title}: outside training, call connects other layers; only layers that do nothing "
            "there by themselves may depend on training, such as Dropout and RandomFlip, and they "
            "are handed training itself, or nothing, not True."
        )


def _outside_training(graph: Graph) -> list[Any]:
    """Return what a graph computes outside training, in a form that can be compared."""
    numbers = {value: number for number, value in enumerate(graph.inputs)}
    computed: list[Any] = []
    for step in graph.steps:
        given = [numbers[value] for value in step.inputs]
        if isinstance(step.layer, _ONLY_IN_TRAINING) and not step.training:
            numbers[step.output] = given[0]
            continue
        numbers[step.output] = len(graph.inputs) + len(computed)
        layer = step.layer
        # Two additions in two runs are two layers, and the same computation.
        named = {**layer.get_config(), "name": None}
        who = layer.identity if layer.params else (type(layer), named)
        computed.append((who, given, step.training))
    return [*computed, [numbers[value] for value in graph.outputs]]
