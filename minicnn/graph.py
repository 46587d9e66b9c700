r"""Backpropagation over a graph: the two passes of every network.

A network is a list of steps in topological order: each step takes earlier values and computes a new
one. Forward goes down the list. Backward goes up the list, with the derivative of the loss L for
every value. A value v may be used in several places, each of which sends a derivative back. The
chain rule adds them:

.. math:: \frac{dL}{dv} = \sum_{\text{uses } u} \frac{\partial L}{\partial v_u} \tag{graph.1}

A layer that is called twice uses its parameters twice, so its gradients add as well:

.. math:: \frac{dL}{d\theta} = \sum_{\text{calls } c} \frac{\partial L}{\partial \theta_c}
          \tag{graph.2}

Everything else is up to the layers: forward returns (y, cache); backward takes (dy, cache) and
returns (dx, grads). This is the only place in the library where backward walks over layers.
Training, the gradient check, Grad-CAM and figures all use it.

Derivation: docs/math/graph.md. Source: Linnainmaa 1970 (reverse accumulation); Rumelhart, Hinton,
Williams 1986, "Learning representations by back-propagating errors".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minicnn.random import Key

__all__ = ["Graph", "Step", "backward", "forward"]


class Step(NamedTuple):
    """One call of a layer. Values are identified by numbers.

    Attributes
    ----------
    layer : Layer
    inputs : tuple of int
        Numbers of the values it takes.
    output : int
        Number of the value it computes.
    joins : bool
        Whether the layer takes a tuple of arrays.
    path : str
        Prefix of its parameters' names: "conv2d/", or "encoder/conv2d/" in a nested model.
        Empty for a layer that returns full names of its gradients.
    stream : int
        The call's own stream of random numbers.
    done : tuple of int
        Values that no later step needs.
    training : bool or None
        The mode of this call, whatever that of the pass is; None: that of the pass.
    """

    layer: Any
    inputs: tuple[int, ...]
    output: int
    joins: bool
    path: str
    stream: int
    done: tuple[int, ...] = ()
    training: bool | None = None


class Graph(NamedTuple):
    """The steps of a network in topological order.

    Attributes
    ----------
    inputs, outputs : tuple of int
        Numbers of the values that the graph takes and returns.
    steps : tuple of Step
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation: that of the first layer."""
        return np.dtype(self.steps[0].layer.dtype if self.steps else "float32")

    def layers(self) -> dict[str, Any]:
        """Return every layer once, by the prefix of its parameters' names: "conv2d/"."""
        return {step.path: step.layer for step in self.steps}

    def owners(self) -> dict[str, object]:
        """Return whose every parameter is: "conv2d/kernel" -> `identity` of the layer."""
        return {
            path + name: layer.identity
            for path, layer in self.layers().items()
            for name in layer.params
        }

    def trainable_params(self) -> dict[str, np.ndarray]:
        """Return the arrays that an optimizer changes, not copies: "conv2d/kernel" -> array.

        The order is that of Keras's optimizer variables.
        """
        return {
            path + name: array
            for path, layer in self.layers().items()
            if layer.trainable
            for name, array in layer.params.items()
        }


def forward(
    graph: Graph,
    xs: Sequence[np.ndarray],
    *,
    training: bool,
    key: Key | None = None,
    keep: bool = True,
) -> tuple[list[np.ndarray], list[Any]]:
    """Run the steps forward.

    Parameters
    ----------
    graph : Graph
    xs : sequence of ndarray, shape (n, ...)
        One for each input.
    training : bool
        See :meth:`minicnn.layers.Layer.forward`.
    key : Key, optional
        Determines the random numbers; every step gets its own stream.
    keep : bool
        Whether to keep the caches; without them, memory is freed earlier.

    Returns
    -------
    ys : list of ndarray
        One for each output.
    caches : list
        One for each step, for :func:`backward`; empty unless `keep`.
    """
    values = dict(zip(graph.inputs, xs, strict=True))
    caches = []
    for layer, inputs, output, joins, _, stream, done, fixed in graph.steps:
        x = tuple(values[i] for i in inputs) if joins else values[inputs[0]]
        own_key = None if key is None else key._replace(stream=stream)
        mode = training if fixed is None else fixed
        values[output], cache = layer.forward(x, training=mode, key=own_key)
        if keep:
            caches.append(cache)
        del cache
        for i in done:
            del values[i]
    return [values[i] for i in graph.outputs], caches


def backward(
    graph: Graph, dys: Iterable[np.ndarray], caches: list[Any]
) -> tuple[list[np.ndarray | None], dict[str, np.ndarray]]:
    """Run the steps backward, from the last to the first.

    Parameters
    ----------
    graph : Graph
    dys : iterable of ndarray
        Derivatives of the loss with respect to the outputs.
    caches : list
        From :func:`forward`. Emptied: each cache is dropped after use.

    Returns
    -------
    dxs : list of ndarray
        Derivatives with respect to the inputs; None for an input that no output depends on, or
        whose derivative a plan leaves out.
    grads : dict of str to ndarray
        Derivatives with respect to the parameters, by path and name: "conv2d/kernel".
    """
    dvs: dict[int, Any] = {}
    grads: dict[str, np.ndarray] = {}
    for i, dy in zip(graph.outputs, dys, strict=True):
        _add(dvs, i, dy)
    for layer, inputs, output, joins, path, *_ in reversed(graph.steps):
        dx, own = layer.backward(dvs.pop(output), caches.pop())
        for i, one in zip(inputs, dx if joins else (dx,), strict=True):
            _add(dvs, i, one)  # (graph.1)
        for name, gradient in own.items():
            _add(grads, path + name, gradient)  # (graph.2)
    return [dvs.get(i) for i in graph.inputs], grads


def _add(sums: dict[Any, np.ndarray], where: Any, term: np.ndarray) -> None:
    # Not in place: the first term may be an array that a layer still uses.
    sums[where] = sums[where] + term if where in sums else term
