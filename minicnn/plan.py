"""The execution plan: what a model really computes, made once from its graph.

Neighbouring steps that can be computed in one pass over memory are fused. Layers know nothing about
it, and the model's graph does not change: a plan is another graph, with the same inputs and
outputs, for the same two passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from minicnn.graph import Graph, Step
from minicnn.kernels.normalize_rectify_pool import normalize_rectify_pool
from minicnn.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Layer,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.layers.activation import FUNCTIONS
from minicnn.layers.checks import check_weights
from minicnn.losses import Loss
from minicnn.random import Key
from minicnn.tracing import with_ends

__all__ = ["LossPlan", "plan_inference", "plan_loss"]


class NormalizeRectifyPool(Layer):
    """Batch normalisation, ReLU and max pooling in one pass, for inference, bit-identical."""

    def __init__(self, normal: BatchNormalization, rectify: ReLU, pool: MaxPooling2D) -> None:
        super().__init__(name=f"{normal.name}+{rectify.name}+{pool.name}")
        self.normal, self.rectify, self.pool = normal, rectify, pool
        self.build(normal.input_shape, np.random.default_rng(0))

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        """Set the output's shape to that of the pooling."""
        self.output_shape = self.pool.output_shape

    def forward(self, x: np.ndarray, *, training: bool, key: Key | None) -> tuple[np.ndarray, None]:
        """Compute the three layers."""
        if not self.rectify.is_plain:  # somebody has changed it since
            for layer in (self.normal, self.rectify, self.pool):
                x, _ = layer.forward(x, training=training, key=key)
            return x, None
        check_weights(self.normal)
        return normalize_rectify_pool(x, *self.normal.moving_map(), self.pool.geometry(x)), None


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
        The graph whose output the loss takes, for training.
    inference : Graph
        The same for evaluation.
    loss : Loss
        The loss of that output.
    of : Loss
        The loss that was planned for.
    activation : callable or None
        Turns that output into the model's predictions, ``x -> (y, cache)``.
    """

    graph: Graph
    inference: Graph
    loss: Loss
    of: Loss
    activation: Callable[[np.ndarray], tuple[np.ndarray, tuple]] | None = None


def plan_loss(graph: Graph, loss: Loss) -> LossPlan:
    """Fuse a final softmax or sigmoid with a loss that can do with its input.

    Computed from that input, the logits, the loss neither overflows nor loses digits. Keras does
    numerically the same. The derivative, such as (softmax_crossentropy.3), is also shorter.
    """
    on_logits, name = loss.on_logits(), loss.logits_of
    bare = None if on_logits is None else _up_to_logits(graph, name)
    if bare is None or on_logits is None:
        return LossPlan(graph, plan_inference(graph), loss, loss)
    return LossPlan(bare, plan_inference(bare), on_logits, loss, FUNCTIONS[name].forward)


def plan_inference(graph: Graph) -> Graph:
    """Fuse batch normalisation, ReLU and max pooling where they follow each other."""
    uses = Counter(i for step in graph.steps for i in step.inputs) + Counter(graph.outputs)
    takers = {i: step for step in graph.steps for i in step.inputs}
    joined: dict[int, Step] = {}  # output of a pooling -> the fused step
    inside: set[int] = set()  # values that no longer exist
    for first in graph.steps:
        second = takers.get(first.output)
        third = None if second is None else takers.get(second.output)
        if second is None or third is None or uses[first.output] + uses[second.output] > 2:
            continue
        match (first.layer, second.layer, third.layer):
            case (BatchNormalization() as normal, ReLU() as relu, MaxPooling2D() as pool) if (
                relu.is_plain and all(map(_is_of_this_library, (normal, relu, pool)))
            ):
                layer = NormalizeRectifyPool(normal, relu, pool)
                joined[third.output] = first._replace(layer=layer, output=third.output)
                inside |= {first.output, second.output}
    steps = [joined.get(s.output, s) for s in graph.steps if s.output not in inside]
    return with_ends(graph._replace(steps=tuple(steps)))


def _up_to_logits(graph: Graph, activation: str) -> Graph | None:
    """Return the graph without its final activation; None if it does not end in that one."""
    if not graph.steps:
        return None
    *before, last = graph.steps
    layer = last.layer
    if graph.outputs != (last.output,) or not _is_of_this_library(layer):
        return None
    softmax = isinstance(layer, Softmax) and layer.axis in (-1, len(layer.output_shape or ()))
    named = isinstance(layer, Activation) and layer.activation.name == activation
    if (softmax and activation == "softmax") or named:
        return with_ends(graph._replace(steps=tuple(before), outputs=last.inputs))
    if isinstance(layer, (Dense, Conv2D)) and layer.activation.name == activation:
        bare = last._replace(layer=WithoutActivation(layer))
        return graph._replace(steps=(*before, bare))
    return None


def _is_of_this_library(layer: Layer) -> bool:
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
