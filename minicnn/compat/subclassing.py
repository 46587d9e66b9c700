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

Such a Layer has no derivatives of its own; it is a model inside another one. So both kinds get
the base class :class:`SubclassedModel`, as Keras gives a Model with inputs and outputs the base
class Functional.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from minicnn.compat.attributes import ModelOfAttributes
from minicnn.compat.class_notes import note_of
from minicnn.compat.connecting import connected, takes_training, tensors_of
from minicnn.compat.input_forms import as_own_floats, inputs_for, one_input, shapes_of
from minicnn.compat.written_classes import Written
from minicnn.configurable import check_values
from minicnn.feeding import as_floats
from minicnn.layers import Layer
from minicnn.layers.dtypes import dtype_name
from minicnn.layers.tensor import ModeOfThePass, all_tensors
from minicnn.model import Model
from minicnn.random import KeyLike, drawing, generator, next_seed, seeds_from
from minicnn.sequential import unbuilt
from minicnn.wiring import ends_of

__all__ = ["SubclassedModel"]

#: Threads that call a new model at once would connect it twice.
_ONE_BUILDS = threading.RLock()


class SubclassedModel(Written, ModelOfAttributes):
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
        As in Keras: those that are attributes, also in lists, tuples and dicts, in this order; and
        others with weights. `all_layers` has those that ``call`` connects, in topological order.

    Notes
    -----
    Layers that ``call`` hands its ``training`` to follow ``fit`` and ``predict``;
    :mod:`minicnn.compat.connecting` makes sure that nothing else depends on it.
    """

    ignored_methods: ClassVar[dict[str, str]] = {
        name: instead
        for name, instead in Model.ignored_methods.items()
        # The graph knows its shapes; scripts say them once more.
        if name not in ("call", "compute_output_shape", "compute_output_spec")
    }
    transient = (*Model.transient, "_place")
    call: Callable[..., Any]
    _building = False
    _built_for: Any = None
    #: What the first call on Tensors was given, and what it gave.
    _place: tuple[Any, Any] | None = None
    #: Of a call that is given several inputs one by one: the names of those that are given by name.
    _apart: tuple[str, ...] | None = None

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
        dtype_name(title, others.pop("dtype", None))
        trainable = others.pop("trainable", True)
        check_values(title, others, Layer.fixed_arguments)
        self._set_up(seed)
        self._set_name(name)
        self.trainable = trainable

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
    def input(self) -> Any:
        """What the first call on Tensors was given, as of a layer; before, the input."""
        return super().input if self._place is None else self._place[0]

    @property
    def output(self) -> Any:
        """What the first call on Tensors gave, as of a layer; before, the output."""
        return super().output if self._place is None else self._place[1]

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
        if self.built or self._building:
            return
        with _ONE_BUILDS, self._seeds(rng):
            if not self.built:
                self._build(input_shape)

    def _build(self, input_shape: Any) -> None:
        self._built_for = input_shape
        inputs = inputs_for(input_shape)
        title, new = type(self).__name__, unbuilt(self.layers)
        try:
            outputs = connected(title, self.call, inputs, self._apart)
        except Exception:  # another shape may fit
            for layer in new:
                layer.unbuild()
            raise
        if isinstance(outputs, Mapping):
            self.output_keys = sorted(outputs)
        self._set_ends(ends_of("inputs", inputs), tensors_of(title, outputs))
        if self._frozen:
            self.trainable = False

    def _seeds(self, rng: np.random.Generator | None = None) -> AbstractContextManager[None]:
        """Let first values come from `rng`, what is built around this model, or its own seed."""
        if rng is None and drawing() is not None and not self.seed_given:
            return nullcontext()
        if self.seed is None:  # somebody's own argument, for a layer inside
            self.seed = next_seed()
        return seeds_from(rng or generator(self.seed, "initialize"))

    def build_for(self, verb: str, x: Any) -> None:
        """Run ``call`` for some data; `verb` is the caller, for messages."""
        self.build(shapes_of(x, lambda one: as_floats(verb, one, self.dtype, self)))

    def unbuild(self) -> None:
        """Forget the graph; the layers keep what they have."""
        for name in self.transient:
            vars(self).pop(name, None)

    def __call__(
        self, *inputs: Any, training: Any = None, key: KeyLike = None, **named: Any
    ) -> Any:
        """Return what ``call`` of the inputs gives; `training` may also be the last by place."""
        if len(inputs) > 1 and isinstance(inputs[-1], bool | ModeOfThePass | None):
            *inputs, training = inputs  # type: ignore[assignment]
        x, apart = one_input(type(self).__name__, self.call, inputs, named)
        if not self.built:
            self._apart = apart
            self.build(shapes_of(x, np.asarray))
        if all_tensors(x):
            result = super().__call__(x, training, key)
            self._place = self._place or (x, result)
            return result
        if training is None and (default := takes_training(self.call)) is not None:
            training = default.default is True  # ``call(self, x, training=True)``
        return super().__call__(as_own_floats(x, self.dtype), training, key)

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, *rest: Any, **named: Any
    ) -> None:
        """Set optimizer, loss and metrics; see :meth:`minicnn.Model.compile`.

        Raises
        ------
        ValueError
            Also if there are losses of several outputs, before it is known which there are.
        """
        if isinstance(loss, list | tuple | Mapping) and len(loss) > 1 and not self.built:
            raise ValueError(
                f"compile: the outputs of {self.name!r} are not known until it is built; call "
                "build(input_shape) first, or give it data."
            )
        super().compile(optimizer, loss, *rest, **named)

    def save(self, filepath: str | Path, overwrite: bool = True, **options: Any) -> None:
        """Write a model file of the graph; see :meth:`minicnn.Model.save`.

        The file names the class, too: ``load_model`` makes an object of it, if it is registered or
        among the `custom_objects`.
        """
        self.extra |= note_of(self, self._built_for, self._apart)
        super().save(filepath, overwrite, **options)

    def __getattr__(self, name: str) -> Any:
        return self.__getattribute__(name)  # it has no weights of its own to be found by name

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


def _then_connected(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return somebody's ``build``, which may make layers, with ``call`` after it."""

    def complete(self: SubclassedModel, input_shape: Any, rng: Any = None) -> None:
        if self.built:
            return
        with _ONE_BUILDS, self._seeds(rng):
            outer, self._building = self._building, True  # super().build() must not run call yet
            try:
                build(self, input_shape)
            finally:
                self._building = outer
            SubclassedModel.build(self, input_shape)

    complete.__doc__ = build.__doc__
    return complete
