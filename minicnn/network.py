"""Network: a graph of layers, their names and their weights.

A network can be called, differentiated, and used as a layer of another one. Learning is in
:mod:`minicnn.model`; the two passes are in :mod:`minicnn.graph`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from minicnn import graph as passes
from minicnn.configurable import check_call, refuse_methods
from minicnn.graph import Graph
from minicnn.input_scale import bytes_as_floats
from minicnn.layers import InputLayer, Layer
from minicnn.layers.naming import Named, check_name, class_title, get_layer, join
from minicnn.layers.output_shapes import of_network
from minicnn.layers.tensor import Call, Tensor, all_tensors, fixed_mode
from minicnn.layers.weighted import Weighted
from minicnn.outputs import listed
from minicnn.random import Key, KeyLike
from minicnn.registry import snake_case
from minicnn.streams import say
from minicnn.tracing import calls_between, give_names, trace
from minicnn.wiring import connect, ends_of, wiring

__all__ = ["Network"]


class Network(Weighted, Named):
    """A directed acyclic graph of calls of layers.

    Parameters
    ----------
    inputs, outputs : Tensor, or sequence or dict of Tensor
        From ``Input(...)``, and from calls of layers that start there. The keys of a dict name
        unnamed inputs; a model whose outputs are a dict returns one.
    name : str, optional
        Name of the model in summaries and files.

    Attributes
    ----------
    inputs, outputs : list of Tensor
    layers : list of Layer and Network
        In topological order, the input layers included, as in Keras.
    graph : Graph
        The steps of the two passes, including those of nested models.
    built : bool
        Whether the weights exist.

    Raises
    ------
    ValueError
        If the outputs do not depend on the inputs alone, or two layers have the same name.
    """

    #: Keras's name of the class, for files.
    keras_class: ClassVar[str] = "Functional"
    #: The keys of the outputs, sorted as in Keras, if they were given as a dict.
    output_keys: list[str] | None = None
    #: Where Keras's files may have each layer of a class: "head", "blocks/block_1", "layers/dense".
    attribute_groups: Mapping[Any, list[str]] = MappingProxyType({})
    #: Attributes that a copy or a pickle leaves out: they are made again, or belong to one run.
    transient: ClassVar[tuple[str, ...]] = ("inputs", "outputs", "graph")
    #: Keras's methods that nothing here would call.
    ignored_methods: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            *("call", "compute_output_shape", "compute_output_spec", "compute_loss"),
            *("compute_metrics", "predict_step", "make_train_function", "make_test_function"),
            "make_predict_function",
        ),
        "layers of your own with forward and backward, losses and metrics, and connect them by "
        "Model(inputs, outputs)",
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_methods(cls, Network, cls.ignored_methods)
        for name in {"train_step", "test_step"} & vars(cls).keys():
            check_call(cls, name, f"{name}(self, batch) -> (loss, y_pred)", 1, {"batch": None})

    def __init__(
        self,
        inputs: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
        outputs: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
        name: str | None = None,
    ) -> None:
        self._set_name(name)
        self.output_keys = sorted(outputs) if isinstance(outputs, Mapping) else None
        ends = ends_of("inputs", inputs), ends_of("outputs", outputs)
        if not all(isinstance(tensor.call.layer, InputLayer) for tensor in ends[0]):
            # It starts inside another network; the layers before that point do not belong to it.
            ends = connect(wiring(*ends))
        self._set_ends(*ends)

    def _set_name(self, name: str | None) -> None:
        self.rename(check_name(self.keras_class, name) or snake_case(class_title(self)))
        self.named, self.numbered = name is not None, False
        #: Whether it has been called as a layer of another network.
        self.called = False

    def _set_ends(self, inputs: list[Tensor], outputs: list[Tensor]) -> None:
        self.inputs, self.outputs = inputs, outputs
        sources = [tensor.call.layer for tensor in inputs]
        called = [call.layer for call in calls_between(inputs, outputs)]
        layers = list(dict.fromkeys([*sources, *called]))
        self.layers: list[Any] = layers
        give_names(self.name, layers)
        join(layers, self)
        self.graph: Graph = trace(inputs, outputs)
        self.built = True

    def __getstate__(self) -> dict[str, Any]:
        # As a flat list: tensors refer to each other recursively, through the whole network.
        state = self._lasting_state()
        del state["layers"]  # which are in the wires
        return state | {"wires": wiring(self.inputs, self.outputs)}

    def _lasting_state(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in self.transient}

    def __setstate__(self, state: dict[str, Any]) -> None:
        wires = state.pop("wires")
        vars(self).update(state)
        self._set_ends(*connect(wires))

    # -- structure --

    @property
    def all_layers(self) -> list[Any]:
        """The layers as files hold them, in order; only a model written as a class lists others."""
        return self.layers

    compute_output_shape = of_network
    get_layer = get_layer

    @property
    def input(self) -> Any:
        """The input, a Tensor; a list of them if there are several."""
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    @property
    def output(self) -> Any:
        """The output, a Tensor; a list or dict of them if there are several."""
        return self.packed(self.outputs)

    @property
    def input_shape(self) -> Any:
        """Shape of the input, None being the batch axis; a list of them if there are several."""
        shapes = [tensor.shape for tensor in self.inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shape(self) -> Any:
        """Shape of the output, None being the batch axis; a list of them if there are several."""
        shapes = [tensor.shape for tensor in self.outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    def weighted_layers(self) -> dict[str, Layer]:
        """Return the layers of this network and of nested ones, each once, by path: "conv2d/".

        Those of a nested model's outputs that are not used here are among them.
        """
        found: dict[str, Layer] = {}
        for layer in self.all_layers:
            inner = layer.weighted_layers() if isinstance(layer, Network) else {"": layer}
            for path, one in inner.items():
                if not isinstance(one, InputLayer) and one not in found.values():
                    found[f"{layer.name}/{path}"] = one
        return found

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation: that of the first layer."""
        return self.graph.dtype

    @property
    def trainable(self) -> bool:
        """Whether any layer is trainable; setting it sets every layer, as in Keras."""
        return any(e.trainable for e in self.layers if not isinstance(e, InputLayer))

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self.layers:
            layer.trainable = bool(value)

    def astype(self, dtype: str) -> Self:
        """Convert all weights, in place, to "float32" or "float64"; returns the network."""
        for layer in self.all_layers:
            layer.astype(dtype)
        return self

    # -- weights --

    def trainable_params(self) -> dict[str, np.ndarray]:
        """Return the arrays that an optimizer changes; see :meth:`Graph.trainable_params`."""
        self.require_built("trainable_params")
        return self.graph.trainable_params()

    def _own_layers(self, verb: str) -> Iterable[Layer]:
        self.require_built(verb)
        return dict.fromkeys(one for layer in self.layers for one in layer._own_layers(verb))

    # -- the methods of a layer --

    def forward(self, x: Any, *, training: bool, key: KeyLike = None) -> tuple[Any, list]:
        """Return the outputs and the cache for :meth:`backward`; see ``Layer.forward``.

        Several inputs are a list or tuple of arrays; so are several outputs.
        """
        self.require_built("forward")
        whole_key = Key(*key) if isinstance(key, tuple) else None if key is None else Key(int(key))
        if isinstance(x, dict):
            x = [x.get(tensor.call.layer.name) for tensor in self.inputs]
        xs = [np.asarray(one) for one in (x if isinstance(x, (list, tuple)) else (x,))]
        xs = bytes_as_floats(self.graph, xs)
        if len(xs) != len(self.inputs):
            raise ValueError(f"{self.name!r} has {len(self.inputs)} inputs, got {len(xs)}.")
        ys, caches = passes.forward(self.graph, xs, training=training, key=whole_key)
        return (ys[0] if len(ys) == 1 else ys), caches

    def backward(self, dy: Any, cache: list) -> tuple[Any, dict[str, np.ndarray]]:
        """Return the derivatives of the inputs, and of the parameters by path and name."""
        dys = list(dy) if isinstance(dy, (list, tuple)) else [dy]
        dxs, grads = passes.backward(self.graph, dys, list(cache))
        return (dxs[0] if len(dxs) == 1 else tuple(dxs)), grads

    def branches(self, cache: list) -> list[np.ndarray | None]:
        """Return the smooth pieces of every step's output; see ``Layer.branches``."""
        return [step.layer.branches(one) for step, one in zip(self.graph.steps, cache, strict=True)]

    def __call__(self, x: Any, training: bool | None = None, key: KeyLike = None) -> Any:
        """Return the outputs for arrays, or Tensors for Tensors, as ``Layer.__call__`` does."""
        if not all_tensors(x):
            mode = bool(fixed_mode(training))
            return self.packed(listed(self.forward(x, training=mode, key=key)[0]))
        joined = isinstance(x, (list, tuple))
        inputs = tuple(x) if joined else (x,)
        shapes = [tensor.sample_shape for tensor in inputs]
        expected = [tensor.sample_shape for tensor in self.inputs]
        if shapes != expected:
            raise ValueError(f"{self.name!r} takes inputs of shapes {expected}, got {shapes}.")
        self.called = True
        call = Call(self, inputs, joined, fixed_mode(training))
        return self.packed(
            [
                Tensor(tensor.sample_shape, tensor.dtype, call, index)
                for index, tensor in enumerate(self.outputs)
            ]
        )

    def packed(self, values: list[Any]) -> Any:
        """Return what each output has as a call returns it: by itself, as a list or as a dict."""
        if self.output_keys is not None:
            return dict(zip(self.output_keys, values, strict=True))
        return values[0] if len(values) == 1 else values

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], object] | None = None,
        **form: Any,
    ) -> None:
        """Print a table of the layers: name, output shape, parameters.

        Keras's arguments on the form of its table change nothing.
        """
        from minicnn.summary import summary_table  # only people at a terminal need it

        self.require_built("summary")
        (print_fn or say)(summary_table(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}, layers={len(self.layers)}>"

    def require_built(self, verb: str) -> None:
        """Raise a ValueError if there are no weights yet."""
        if not self.built:
            raise ValueError(
                f"{verb}: {self.name!r} has no weights yet; give it an Input or call build(shape)."
            )
