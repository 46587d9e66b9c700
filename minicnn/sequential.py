"""Sequential: a row of layers, a special case of :class:`~minicnn.model.Model`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from minicnn.feeding import as_floats
from minicnn.layers import InputLayer, Layer
from minicnn.layers.checks import require_made
from minicnn.layers.naming import join
from minicnn.layers.tensor import Tensor
from minicnn.model import Model
from minicnn.network import Network
from minicnn.random import KeyLike, drawing, generator
from minicnn.registry import described
from minicnn.tracing import give_names

__all__ = ["Sequential", "unbuilt"]


class Sequential(Model):
    """A row of layers.

    Parameters
    ----------
    layers : iterable of Layer, optional
        In the order of the data flow. If the first is an ``Input``, the model is built at once;
        otherwise the first data builds it. A layer may be another model.
    name : str, optional
        Name of the model in summaries and files.
    seed : int, optional
        Determines every random number of the model: initial weights, order of samples, dropout.
        Drawn if not given; see :class:`~minicnn.model.Model`.

    Attributes
    ----------
    layers : list of Layer
        Without the input layer, as in Keras.
    """

    keras_class = "Sequential"
    transient = (*Model.transient, "_row")

    def __init__(
        self,
        layers: Iterable[Any] | None = None,
        name: str | None = None,
        *,
        seed: int | None = None,
    ) -> None:
        self._set_up(seed)
        self._set_name(name)
        self.layers: list[Any] = []
        self._input: InputLayer | None = None
        #: What the input and each layer give, as far as they are connected.
        self._row: list[Tensor] = []
        self.built = False
        alone = not isinstance(layers, Iterable)
        for layer in () if layers is None else [layers] if alone else layers:
            self._append(layer)
        self._connect()

    def add(self, layer: Any) -> None:
        """Append a layer; a layer of another model keeps its weights.

        Raises
        ------
        ValueError
            If it is not a layer, does not fit the layers before it, or repeats a name.
        """
        if self.called:
            raise ValueError(
                f"Sequential: {self.name!r} is part of another model and takes no more layers."
            )
        self._append(layer)
        try:
            self._connect()
        except ValueError:  # the model stays as it was
            self.layers.pop()
            raise

    def pop(self, rebuild: bool = True) -> Any:
        """Remove the last layer and return it, with its weights.

        Raises
        ------
        ValueError
            If there is none, or the model is part of another one.
        """
        if self.called or not self.layers:
            state = "is part of another model" if self.called else "has no layers"
            raise ValueError(f"pop: {self.name!r} {state}.")
        layer = self.layers.pop()
        del self._row[len(self.layers) + 1 :]
        if self.layers:
            self._connect()
        else:
            self.built = False
        return layer

    def _append(self, layer: Any) -> None:
        if isinstance(layer, Tensor) and isinstance(layer.call.layer, InputLayer):
            layer = layer.call.layer
        if not isinstance(layer, Layer | Network) or layer is self:
            raise ValueError(f"Sequential: expected a layer of minicnn, got {described(layer)}.")
        if isinstance(layer, Layer):
            require_made(layer)
        if isinstance(layer, InputLayer):
            if self._input is not None or self.layers:
                raise ValueError("Sequential: an Input must be the first layer, and the only one.")
            self._input = layer
            return
        if self._input is None and not self.layers and not layer.built:
            shape = getattr(layer, "given_input_shape", None)
            self._input = None if shape is None else InputLayer(shape)
        taken = {other.name for other in self.layers}
        if layer in self.layers or (layer.named and layer.name in taken):
            raise ValueError(f"Sequential: two layers are named {layer.name!r}.")
        give_names("Sequential", [*self.layers, layer])
        self.layers.append(layer)
        join([layer], self)

    def build(
        self, input_shape: tuple[int | None, ...], rng: np.random.Generator | None = None
    ) -> None:
        """Make all weights for inputs of a shape, with or without None for the batch axis.

        Parameters
        ----------
        input_shape : tuple of int
        rng : numpy Generator, optional
            Where first values come from; the model's seed names them if it is not given.

        Raises
        ------
        ValueError
            If the model is built already, or a layer does not fit.
        """
        if self.built:
            raise ValueError(f"{self.name}: the model is already built for {self.input_shape}.")
        given = tuple(input_shape)
        sizes = given[1:] if given and given[0] is None else given
        before, self._input = self._input, InputLayer(batch_shape=(None, *sizes))
        new = unbuilt(self.layers)
        try:
            self._connect(rng)
        except Exception:  # another shape may fit
            self._input, self._row = before, []
            for layer in new:
                layer.unbuild()
            raise

    def build_for(self, verb: str, x: Any) -> None:
        """Make all weights for some data; `verb` is the caller, for messages."""
        if not self.layers:
            raise ValueError(f"{verb}: {self.name!r} has no layers; add some first.")
        self.build((None, *as_floats(verb, x, self.dtype, self).shape[1:]))

    def _connect(self, rng: np.random.Generator | None = None) -> None:
        """Call the layers one after the other, if it is known what the first one is given."""
        if self._input is None and self.layers and self.layers[0].built:
            first = self.layers[0]
            shape = first.input_shape[1:] if isinstance(first, Network) else first.input_shape
            self._input = InputLayer(shape)
        if self._input is None or not self.layers:
            return
        assert self._input.output_shape is not None
        if not self._row:
            self._row = [self._input.tensor()]
        for index in range(len(self._row) - 1, len(self.layers)):
            layer, x = self.layers[index], self._row[-1]
            if not layer.built:
                layer.build(x.shape, rng or generator(self.seed, "initialize", index))
            y = layer(x)
            if not isinstance(y, Tensor):
                raise ValueError(
                    f"Sequential: {layer.name!r} has {len(y)} outputs; a row hands on one."
                )
            self.layers[index] = y.call.layer  # a twin, if it has been used with another shape
            self._row.append(y)
        self._set_ends(self._row[:1], self._row[-1:])

    def _set_ends(self, inputs: list[Tensor], outputs: list[Tensor]) -> None:
        layers = self.layers
        super()._set_ends(inputs, outputs)
        self.layers = layers

    def __getstate__(self) -> dict[str, Any]:
        return self._lasting_state()

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._row = []
        join(self.layers, self)
        self._connect()

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Shape of the input, None being the batch axis."""
        if self._input is None:
            raise ValueError(f"{self.name}: not built yet; give it an Input or call build(shape).")
        return (None, *(self._input.output_shape or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of the output, None being the batch axis."""
        return self.outputs[0].shape if self.built else self.input_shape

    @property
    def dtype(self) -> np.dtype:
        """Dtype of the computation: that of the first layer."""
        return np.dtype(self.layers[0].dtype if self.layers else "float32")

    def unbuild(self) -> None:
        """Forget the shape that :meth:`build` was given; the layers keep what they have."""
        self.built, self._input, self._row = False, None, []

    def __call__(self, x: Any, training: bool | None = None, key: KeyLike = None) -> Any:
        """Return the output for an array, or a Tensor for a Tensor; builds the model if needed."""
        if not self.built:
            shape = x.shape if isinstance(x, Tensor) else (None, *x.shape[1:])
            # Inside of a model that is being built, its seed names the first values.
            self.build(shape, None if self.seed_given else drawing())
        return super().__call__(x, training, key)


def unbuilt(layers: Iterable[Any]) -> list[Any]:
    """Return what a build would make: layers and models without weights, nested ones too."""
    found = []
    for layer in layers:
        if not layer.built:
            found.append(layer)
            found += unbuilt(getattr(layer, "layers", ()))
    return found
