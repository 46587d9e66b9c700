"""Models and blocks written as classes: ``__init__`` makes layers, ``call`` connects them.

Keras runs ``call`` for every batch. Here it runs once, on Tensors, when the shape of the input is
known; what it connects is a graph like every other, with the derivatives of its layers::

    class Block(Layer):
        def __init__(self, filters):
            super().__init__()
            self.conv = Conv2D(filters, 3, padding="same", activation="relu")
            self.drop = Dropout(0.2)

        def call(self, x, training=None):
            return x + self.drop(self.conv(x), training=training)

Such a Layer has no derivatives of its own; it is a model inside of another one. So both kinds get
the base class :class:`SubclassedModel`, as Keras gives a Model with inputs and outputs the base
class Functional.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from minicnn.compat.outside_training import outside_training
from minicnn.configurable import check_values
from minicnn.feeding import as_floats
from minicnn.layers import Input, InputLayer, Layer
from minicnn.layers.tensor import ModeOfThePass, Tensor, all_tensors
from minicnn.model import Model
from minicnn.network import Network
from minicnn.random import KeyLike, generator, seeds_from
from minicnn.registry import described, snake_case
from minicnn.sequential import Sequential, unbuilt
from minicnn.tracing import trace
from minicnn.wiring import ends_of

__all__ = ["SubclassedModel", "lend_subclassing"]


class SubclassedModel(Model):
    """A model whose ``call`` connects its layers; the first data, or ``build``, runs it.

    Parameters
    ----------
    name : str, optional
        The name of the class in snake case, if not given.
    seed : int, optional
        See :class:`~minicnn.model.Model`.
    **others
        Arguments of layers: `input_shape`, and others with the values that change nothing.

    Attributes
    ----------
    layers : list of Layer and Network
        Before it is built, those that are attributes, also in lists, tuples and dicts.

    Notes
    -----
    Layers that ``call`` hands its ``training`` to follow ``fit`` and ``predict``. If it asks
    ``if training``, it runs a second time, and both graphs must compute the same outside training.
    """

    ignored_methods: ClassVar[dict[str, str]] = {
        name: instead
        for name, instead in Model.ignored_methods.items()
        # The graph knows its shapes; scripts say them once more.
        if name not in ("call", "compute_output_shape", "compute_output_spec")
    }
    call: Callable[..., Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _then_connected(vars(cls)["build"])  # type: ignore[method-assign]

    def __init__(self, name: str | None = None, *, seed: int | None = None, **others: Any) -> None:
        title = type(self).__name__
        if {"inputs", "outputs"} & others.keys():
            raise ValueError(
                f"{title}: a model has inputs and outputs, or a call that connects its layers; "
                "got both."
            )
        for argument in Layer.old_arguments.keys() & others.keys():
            Layer.old_arguments[argument](self, others.pop(argument))
        check_values(title, others, {"trainable": (True,), "dtype": ("float32", None)})
        self._set_up(seed)
        self._set_name(name)
        if name is None:
            self.rename(snake_case(title))

    @property
    def built(self) -> bool:
        """Whether ``call`` has run; scripts set it in their ``build``, which changes nothing."""
        if "seed" not in vars(self):
            raise ValueError(f"{type(self).__name__}: __init__ must call super().__init__() first.")
        return "graph" in vars(self)

    @built.setter
    def built(self, value: bool) -> None:
        pass

    @property
    def layers(self) -> list[Any]:
        """The layers in topological order; before ``call`` has run, those that are attributes."""
        return self._layers if self.built else list(dict.fromkeys(_kept(vars(self))))

    @layers.setter
    def layers(self, layers: list[Any]) -> None:
        self._layers = layers

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation: that of the first layer."""
        if self.built:
            return self.graph.dtype
        return np.dtype(next((layer.dtype for layer in self.layers), "float32"))

    def build(self, input_shape: Any, rng: np.random.Generator | None = None) -> None:
        """Run ``call`` for inputs of a shape, which makes all weights; do nothing if it has run.

        Parameters
        ----------
        input_shape : tuple of int, or a list or dict of these
            With the batch axis, as in Keras: (None, 48, 48, 1). It has the form in which ``call``
            gets its inputs.
        rng : numpy Generator, optional
            Where first values come from; the model's seed names them if it is not given.

        Raises
        ------
        ValueError
            If a layer does not fit, or ``call`` returns anything but what layers give.
        """
        if self.built:
            return
        inputs = _inputs_for(input_shape)
        new = unbuilt(self.layers)
        try:
            with seeds_from(rng or generator(self.seed, "initialize")):
                outputs = self._connected(inputs)
        except Exception:  # another shape may fit
            for layer in new:
                layer.unbuild()
            raise
        if isinstance(outputs, Mapping):
            self.output_keys = sorted(outputs)
        self._set_ends(ends_of("inputs", inputs), self._ends(outputs))

    def _connected(self, inputs: Any) -> Any:
        """Return what ``call`` gives for inputs; it may ask whether this is a training."""
        if "training" not in inspect.signature(self.call).parameters:
            return self.call(inputs)
        mode = ModeOfThePass(True)
        outputs = self.call(inputs, training=mode)
        if mode.asked:
            graphs = [
                trace(ends_of("inputs", inputs), self._ends(one))
                for one in (outputs, self.call(inputs, training=ModeOfThePass(False)))
            ]
            if outside_training(graphs[0]) != outside_training(graphs[1]):
                raise ValueError(
                    f"{type(self).__name__}: outside training, call connects other layers; only "
                    "layers that do nothing there by themselves may depend on training, such as "
                    "Dropout and RandomFlip."
                )
        return outputs

    def _ends(self, outputs: Any) -> list[Tensor]:
        """Return what ``call`` gave as a list of Tensors."""
        given = list(outputs.values()) if isinstance(outputs, Mapping) else outputs
        if not all_tensors(given):
            raise ValueError(
                f"{type(self).__name__}: call must return what layers give, got "
                f"{described(outputs)}."
            )
        return ends_of("outputs", outputs)

    def build_for(self, verb: str, x: Any) -> None:
        """Run ``call`` for some data; `verb` is the caller, for messages."""
        self.build(_shapes(x, lambda one: as_floats(verb, one, self.dtype, self)))

    def unbuild(self) -> None:
        """Forget the graph; the layers keep what they have."""
        for name in self.transient:
            vars(self).pop(name, None)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a new layer, such as another head, lets ``call`` connect anew."""
        if isinstance(value, Layer | Network) and "graph" in vars(self):
            if self.called:
                raise ValueError(
                    f"{self.name!r} is part of another model, which keeps the layers that it has; "
                    f"set {name} before."
                )
            self.unbuild()
        super().__setattr__(name, value)

    def _own_layers(self, verb: str) -> Iterable[Layer]:
        # Lists of weights follow the attributes, as in Keras; files follow the graph.
        self.require_built(verb)
        ordered = [*_kept(vars(self)), *self.layers]
        return dict.fromkeys(
            one for layer in ordered if layer in self.layers for one in layer._own_layers(verb)
        )

    def __call__(self, x: Any, training: bool | None = None, key: KeyLike = None) -> Any:
        """Return the outputs for arrays, or Tensors for Tensors; builds the model if needed."""
        if not self.built:
            self.build(_shapes(x, np.asarray))
        return super().__call__(x, training, key)

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() if self.built else self._lasting_state()

    def _lasting_state(self) -> dict[str, Any]:
        state = super()._lasting_state()
        return state | {"layers": state.pop("_layers", None)}  # as in other models

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "wires" in state:
            super().__setstate__(state)
        else:
            del state["layers"]
            vars(self).update(state)


def _kept(values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the layers among attributes, and in lists, tuples and dicts of them."""
    for value in values.values():
        if isinstance(value, Mapping):
            yield from _kept(value)
        elif isinstance(value, list | tuple):
            yield from _kept({str(number): one for number, one in enumerate(value)})
        elif isinstance(value, Layer | Network) and not isinstance(value, InputLayer):
            yield value


def _inputs_for(shape: Any) -> Any:
    """Return inputs for a shape, in its form: a Tensor, or a list or dict of them."""
    if isinstance(shape, Mapping):
        return {key: Input(tuple(one)[1:], name=key) for key, one in shape.items()}
    if shape and isinstance(shape[0], list | tuple):
        return [Input(tuple(one)[1:]) for one in shape]
    return Input(tuple(shape)[1:])


def _shapes(x: Any, as_array: Callable[[Any], np.ndarray]) -> Any:
    """Return the shape of an input, in the form in which it is given."""
    if isinstance(x, Mapping):
        return {key: _shapes(one, as_array) for key, one in x.items()}
    if isinstance(x, list | tuple) and all(isinstance(one, np.ndarray | Tensor) for one in x):
        return [_shapes(one, as_array) for one in x]
    return x.shape if isinstance(x, Tensor) else (None, *as_array(x).shape[1:])


def _then_connected(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return somebody's ``build``, which may make layers, with ``call`` after it."""

    def complete(self: SubclassedModel, input_shape: Any, rng: Any = None) -> None:
        if not self.built:
            build(self, input_shape)
            SubclassedModel.build(self, input_shape, rng)

    complete.__doc__ = build.__doc__
    return complete


def lend_subclassing() -> None:
    """Let classes with ``call`` inherit from Model, and from Layer if they have no ``forward``."""
    _watch(Model)
    _watch(Layer)


def _watch(base: Any) -> None:
    """Let subclasses of `base` that can become a SubclassedModel become one."""
    usual = base.__init_subclass__.__func__

    def watched(cls: Any, **kwargs: Any) -> None:
        if hasattr(cls, "call") and _may_change(cls):
            others = [b for b in cls.__bases__ if b not in (Layer, *SubclassedModel.__mro__)]
            cls.__bases__ = (*others, SubclassedModel)
            cls.__init_subclass__(**kwargs)
        else:
            usual(cls, **kwargs)

    base.__init_subclass__ = classmethod(watched)


def _may_change(cls: type) -> bool:
    """Return whether a class has only ``call`` to say what it computes."""
    if issubclass(cls, Sequential | SubclassedModel) or {"forward", "backward"} & vars(cls).keys():
        return False
    return all(base in (cls, Layer) for base in cls.__mro__ if issubclass(base, Layer))
