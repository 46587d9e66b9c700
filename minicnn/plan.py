"""The execution plan: what a model really computes, made once from its graph.

Neighbouring steps that can be computed in one pass over memory are fused. Layers know nothing about
it, and the model's graph does not change: a plan is another graph, with the same inputs and
outputs, for the same two passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minicnn.fused import ConvolutionOfData, NormalizeRectifyPool
from minicnn.graph import Graph, Step
from minicnn.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.layers.activation import FUNCTIONS
from minicnn.losses import Loss
from minicnn.random import Key
from minicnn.tracing import with_ends

__all__ = ["LossPlan", "plan_inference", "plan_loss", "plan_training"]

#: From so many filters on, the derivative of the images takes longer than a small step's overhead.
FILTERS = 16


class WithoutActivation(Layer):
    """A Dense or Conv2D without its activation; it shares the layer's arrays."""

    def __init__(self, layer: Dense | Conv2D) -> None:
        super().__init__(name=layer.name)
        self.layer = layer
        self.build(layer.input_shape, np.random.default_rng(0))

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        """Set the output's shape to that of the layer."""
        self.output_shape = self.layer.output_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        """Compute the affine map."""
        return self.layer.without_activation().forward(x, training=training, key=key)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return the derivatives of the affine map."""
        return self.layer.without_activation().backward(dy, cache)


class LossPlan(NamedTuple):
    """How a model's loss is computed.

    Attributes
    ----------
    graph : Graph
        The graph whose outputs the loss takes, for training.
    inference : Graph
        The same for evaluation.
    loss : Loss
        The loss of these outputs.
    of : Loss
        The loss that was planned for.
    activations : tuple of (callable or None)
        Each turns an output of the graph into the model's prediction, ``x -> (y, cache)``; None
        where it is that already.
    """

    graph: Graph
    inference: Graph
    loss: Loss
    of: Loss
    activations: tuple[Callable[[np.ndarray], tuple[np.ndarray, tuple]] | None, ...]


def plan_loss(graph: Graph, loss: Loss) -> LossPlan:
    """Fuse a softmax or sigmoid that ends the graph with a loss that can do with its input.

    Computed from that input, the logits, the loss neither overflows nor loses digits. Keras does
    numerically the same. The derivative, such as (softmax_crossentropy.3), is also shorter.
    """
    losses = list(loss.each())
    activations: list[Any] = [None] * len(graph.outputs)
    for place, one in enumerate(losses):
        on_logits = None if one is None else one.on_logits()
        if one is None or on_logits is None:
            continue
        bare = _up_to_logits(graph, place, one.logits_of)
        if bare is not None:
            graph, losses[place] = bare, on_logits
            activations[place] = FUNCTIONS[one.logits_of].forward
    planned = loss.with_each(losses) if any(activations) else loss
    return LossPlan(graph, plan_inference(graph), planned, loss, tuple(activations))


def plan_inference(graph: Graph) -> Graph:
    """Fuse batch normalisation, ReLU and max pooling where they follow each other."""
    return _fuse(graph, training=False)


def plan_training(graph: Graph) -> Graph:
    """Fuse the same three layers, and a dropout behind them; leave out unused derivatives."""
    uses = Counter(i for step in graph.steps for i in step.inputs) + Counter(graph.outputs)
    steps = [
        step._replace(layer=ConvolutionOfData(step.layer))
        if type(step.layer) is Conv2D
        and step.layer.filters >= FILTERS
        and step.inputs[0] in graph.inputs
        and uses[step.inputs[0]] == 1
        else step
        for step in graph.steps
    ]
    return _fuse(graph._replace(steps=tuple(steps)), training=True)


def _fuse(graph: Graph, *, training: bool) -> Graph:
    uses = Counter(i for step in graph.steps for i in step.inputs) + Counter(graph.outputs)
    takers = {i: step for step in graph.steps for i in step.inputs}

    def only_taker(step: Step | None) -> Step | None:
        return takers.get(step.output) if step and uses[step.output] == 1 else None

    joined: dict[int, Step] = {}  # output of the last of some steps -> the fused step
    inside: set[int] = set()  # values that no longer exist
    for first in graph.steps:
        steps = [first, second := only_taker(first), third := only_taker(second)]
        layers = [step.layer if step else None for step in steps]
        if not all(map(_is_of_this_library, layers)):
            continue
        match layers:
            case (BatchNormalization(), ReLU() as relu, MaxPooling2D()) if relu.is_plain:
                fourth = only_taker(third)
                if training and fourth and type(fourth.layer) is Dropout:
                    steps.append(fourth)
                *before, last = filter(None, steps)
                modes = {step.training for step in (*before, last)}
                if len(modes) > 1 or (training and modes == {False}):
                    continue  # in inference, the fused step keeps nothing for backward
                layer = NormalizeRectifyPool(*(step.layer for step in (*before, last)))
                # The path is that of the parameters, the stream that of the dropout.
                joined[last.output] = last._replace(
                    layer=layer, inputs=first.inputs, path=first.path
                )
                inside |= {step.output for step in before}
    steps_left = [joined.get(s.output, s) for s in graph.steps if s.output not in inside]
    return with_ends(graph._replace(steps=tuple(steps_left)))


def _up_to_logits(graph: Graph, place: int, activation: str) -> Graph | None:
    """Return the graph without the activation of an output; None if that does not end in it."""
    value = graph.outputs[place]
    uses = Counter(i for step in graph.steps for i in step.inputs) + Counter(graph.outputs)
    index = next((i for i, step in enumerate(graph.steps) if step.output == value), None)
    if index is None or uses[value] > 1:
        return None
    last = graph.steps[index]
    layer = last.layer
    if not _is_of_this_library(layer):
        return None
    before, after = graph.steps[:index], graph.steps[index + 1 :]
    softmax = isinstance(layer, Softmax) and layer.axis in (-1, len(layer.output_shape or ()))
    named = isinstance(layer, Activation) and layer.activation.name == activation
    if (softmax and activation == "softmax") or named:
        outputs = (*graph.outputs[:place], *last.inputs, *graph.outputs[place + 1 :])
        return with_ends(graph._replace(steps=(*before, *after), outputs=outputs))
    if isinstance(layer, (Dense, Conv2D)) and layer.activation.name == activation:
        bare = last._replace(layer=WithoutActivation(layer))
        return graph._replace(steps=(*before, bare, *after))
    return None


def _is_of_this_library(layer: Layer | None) -> bool:
    # A subclass of one of these may compute something else.
    return type(layer) in (
        Activation,
        BatchNormalization,
        Conv2D,
        Dense,
        MaxPooling2D,
        ReLU,
        Softmax,
    )
