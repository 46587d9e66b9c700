"""Run a ``call`` once, and make sure that the result holds in both modes.

``call`` gets a stand-in for `training`, which layers take for the mode of the model. What it
connects must be what it would connect for True, as far as training is concerned, and for False
outside training. So ``call`` runs twice more, and the graphs are compared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from minicnn.compat.input_forms import called
from minicnn.graph import Graph
from minicnn.layers import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout2D,
)
from minicnn.layers.random_images import RandomImages
from minicnn.layers.tensor import ModeOfThePass, Tensor
from minicnn.outputs import listed
from minicnn.registry import described
from minicnn.tracing import trace
from minicnn.wiring import ends_of

__all__ = ["connected", "takes_training", "tensors_of"]

#: Layers that hand on what they are given outside training.
_ONLY_IN_TRAINING = (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    RandomImages,
    SpatialDropout2D,
)


def takes_training(call: Callable[..., Any]) -> inspect.Parameter | None:
    """Return the parameter `training` of a ``call``, if it has one."""
    return inspect.signature(call).parameters.get("training")


def connected(
    title: str, call: Callable[..., Any], inputs: Any, apart: tuple[str, ...] | None
) -> Any:
    """Return what ``call`` gives for inputs, in its form.

    Parameters
    ----------
    title : str
        Of the model, for messages.
    call : callable
    inputs : Tensor, or list or dict of Tensor
    apart : tuple of str, or None
        See :func:`~minicnn.compat.input_forms.one_input`.

    Raises
    ------
    ValueError
        If it returns anything but what layers give, or depends on `training` in a way that one
        graph cannot express.
    """
    if takes_training(call) is None:
        return called(call, inputs, apart)
    outputs = called(call, inputs, apart, training=ModeOfThePass())
    starts = ends_of("inputs", inputs)
    graph = trace(starts, tensors_of(title, outputs))
    for mode in (True, False):
        other = called(call, inputs, apart, training=mode)
        known: dict[Any, int] = {}
        if _computed(graph, mode, known) != _computed(
            trace(starts, tensors_of(title, other)), mode, known
        ):
            raise ValueError(
                f"{title}: with training={mode}, call connects other layers than for both modes at "
                "once. Only layers that do nothing outside training may depend on it, such as "
                "Dropout and RandomFlip; hand them training itself, or nothing; make layers in "
                "__init__; and ask 'if training:', not 'is True'."
            )
    return outputs


def tensors_of(title: str, outputs: Any) -> list[Tensor]:
    """Return what a ``call`` gave as a list; the message of an error begins with `title`."""
    for one in listed(outputs):
        if not isinstance(one, Tensor):
            raise ValueError(f"{title}: call must return what layers give, got {described(one)}.")
    return ends_of("outputs", outputs)


def _computed(graph: Graph, mode: bool, known: dict[Any, int]) -> list[int]:
    """Return numbers of what the outputs are in a mode; equal numbers are equal computations.

    Parameters
    ----------
    graph : Graph
    mode : bool
        Whether this is a training.
    known : dict
        The numbers given so far, by what is computed from which numbers; new ones are added.
    """
    numbers = {value: -1 - place for place, value in enumerate(graph.inputs)}
    for step in graph.steps:
        given = tuple(numbers[value] for value in step.inputs)
        training = mode if step.training is None else step.training
        if isinstance(step.layer, _ONLY_IN_TRAINING) and not training:
            numbers[step.output] = given[0]
            continue
        layer = step.layer
        # Two additions in two runs are two layers, and the same computation.
        own = repr(sorted((layer.get_config() | {"name": ""}).items()))
        who = id(layer) if layer.params or layer.state else (type(layer), own)
        numbers[step.output] = known.setdefault((who, given, training), len(known))
    return [numbers[value] for value in graph.outputs]
