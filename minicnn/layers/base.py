"""What all layers share: names, parameters, checks, and the order of the calls.

A layer is built once, then called in pairs: ``forward`` remembers what ``backward`` needs.
A subclass states its mathematics in two pure functions and fills in ``_build``, ``_forward``
and ``_backward``; the checks around them stand here, once.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.layers.dtypes import dtype_name
from minicnn.layers.shapes import input_problem, weights_problem
from minicnn.random import Key
from minicnn.registry import accept_fixed, construct, snake_case
from minicnn.regularizers import L2

__all__ = ["BackwardError", "Layer"]


class BackwardError(ValueError, RuntimeError):
    """``backward`` was called without a ``forward`` before it."""


class Layer:
    """A step of a network: y = f(x; params), and its derivatives.

    Parameters
    ----------
    name : str, optional
        Unique within a model; without one the model counts, as Keras does: "conv2d_1".
    trainable : bool
        Whether an optimizer changes the parameters.
    dtype : {"float32", "float64"}
        Dtype of the parameters. What a call computes follows its input.
    **fixed
        `fixed_arguments`, at one of their values.

    Attributes
    ----------
    params : dict of str to ndarray
        What is learned, under Keras's names: kernel, bias, gamma, beta.
    grads : dict of str to ndarray
        Derivatives of the loss, the same keys, assigned by :meth:`backward`.
    state : dict of str to ndarray
        Saved but not learned: moving_mean, moving_variance.
    input_shape, output_shape : tuple of int
        Without the batch axis; None before :meth:`build`.
    index : int
        The layer's place in the model that runs it: part of its random stream.
    """

    #: Keras's arguments that this library has no choice for, and the values it stands for.
    fixed_arguments: ClassVar[dict[str, tuple]] = {}

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = "float32",
        **fixed: Any,
    ) -> None:
        if name is not None and (not isinstance(name, str) or "/" in name):
            # The slash separates the names of layer and parameter, in files as well.
            raise ValueError(
                f"{type(self).__name__}: name must be a text without '/', got {name!r}."
            )
        self.name = name or snake_case(type(self).__name__)
        #: Whether the name was given; a model renames the others to make names unique.
        self.named = name is not None
        accept_fixed(self._title(), fixed, self.fixed_arguments)
        self.trainable = bool(trainable)
        self.dtype = dtype_name(type(self).__name__, dtype)
        self.params: dict[str, np.ndarray] = {}
        self.grads: dict[str, np.ndarray] = {}
        self.state: dict[str, np.ndarray] = {}
        #: Penalties on parameters, which the model adds to its loss.
        self.regularizers: dict[str, L2] = {}
        self.input_shape: tuple[int, ...] | None = None
        self.output_shape: tuple[int, ...] | None = None
        self.index = 0
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._cache: Any = None
        self._y_shape: tuple[int, ...] | None = None

    # -- to be filled in by a subclass --

    def _build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
        """Make parameters and state; return the output shape."""
        return input_shape

    def _forward(self, x: np.ndarray, training: bool, key: Any) -> tuple[np.ndarray, Any]:
        """Return the output and what :meth:`_backward` needs."""
        raise NotImplementedError

    def _backward(self, dy: np.ndarray, cache: Any) -> np.ndarray:
        """Assign ``grads`` and return the derivative for the input."""
        raise NotImplementedError

    def _config(self) -> dict[str, Any]:
        """Return the arguments of this class alone."""
        return {}

    @property
    def branches(self) -> np.ndarray | None:
        """Which smooth piece each output of the last forward lies on; None if there is one only.

        The gradient check asks this to tell a kink (a ReLU at zero, another maximum of a
        window) from a wrong gradient.
        """
        return None

    @property
    def logits(self) -> np.ndarray | None:
        """What the last forward gave to a closing softmax; None for a layer without one.

        A loss computed from these neither overflows nor loses digits, so the model prefers
        them (Keras does the same).
        """
        return None

    def _backward_from_logits(self, dz: np.ndarray, cache: Any) -> np.ndarray:
        """Do what :meth:`_backward` does, from the derivative for :attr:`logits`."""
        return dz  # of a layer that is nothing but a softmax they are the input

    # -- the calls --

    @property
    def built(self) -> bool:
        """Whether :meth:`build` has been called."""
        return self.input_shape is not None

    def build(
        self, input_shape: tuple[int, ...], rng: np.random.Generator | int | None = None
    ) -> None:
        """Make parameters and state for inputs of a shape.

        Parameters
        ----------
        input_shape : tuple of int
            Without the batch axis: (h, w, c) or (features,).
        rng : numpy Generator, int or None
            Where first values come from.

        Raises
        ------
        ValueError
            If the shape does not fit the layer.
        """
        shape = tuple(input_shape)
        if not shape or any(int(size) != size or size < 1 for size in shape):
            raise self._error(f"build: input_shape must hold positive sizes, got {shape}")
        shape = tuple(int(size) for size in shape)
        self.output_shape = self._build(shape, np.random.default_rng(rng))
        self.input_shape = shape
        self._shapes = {name: array.shape for name, array in (self.params | self.state).items()}

    def unbuild(self) -> None:
        """Forget what :meth:`build` has made."""
        self.input_shape = self.output_shape = None
        self.params, self.state = {}, {}

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | tuple | int | None = None
    ) -> np.ndarray:
        """Compute the layer's output.

        Parameters
        ----------
        x : ndarray of float32 or float64, shape (n, *input_shape)
            Left untouched.
        training : bool
            Whether this is a training step: batch statistics, dropout, noise.
        key : Key, tuple, int or None
            Names the random numbers of this call (:class:`minicnn.random.Key`). Layers
            without randomness ignore it.

        Returns
        -------
        ndarray of x's dtype, shape (n, *output_shape)

        Raises
        ------
        ValueError
            If the layer is not built, or shape or dtype do not fit.
        """
        self.check_input(x)
        y, self._cache = self._forward(x, bool(training), key)
        self._y_shape = y.shape
        return y

    def check_input(self, x: np.ndarray) -> None:
        """Raise a ValueError for what :meth:`forward` cannot compute."""
        if not self.built:
            raise self._error("forward: the layer is not built; call build(input_shape, rng) first")
        problem = input_problem(x, self.input_shape) or weights_problem(
            self.params | self.state, self._shapes
        )
        if problem:
            raise self._error(f"forward: {problem}")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Compute the derivatives of the loss at the last :meth:`forward`.

        Parameters
        ----------
        dy : ndarray, shape of the last output
            Derivative of the loss with respect to it. Left untouched.

        Returns
        -------
        ndarray, shape of the last input
            Derivative with respect to the input. Those for the parameters are in ``grads``.

        Raises
        ------
        BackwardError
            If there was no forward before.
        ValueError
            If the shape does not fit.
        """
        if self._cache is None:
            raise BackwardError(
                f"{self._title()}: backward before forward; call forward(x, training=...) first."
            )
        if np.shape(dy) != self._y_shape:
            raise self._error(f"backward: expected dy of shape {self._y_shape}, got {np.shape(dy)}")
        return self._backward(dy, self._cache)

    def backward_from_logits(self, dz: np.ndarray) -> np.ndarray:
        """Do what :meth:`backward` does, from the derivative for :attr:`logits`.

        Raises
        ------
        ValueError
            If the last forward did not end in a softmax, or the shape does not fit.
        """
        if self.logits is None:
            raise self._error("backward_from_logits: there was no forward that ends in a softmax")
        if np.shape(dz) != self.logits.shape:
            raise self._error(
                f"backward_from_logits: expected dz of shape {self.logits.shape}, "
                f"got {np.shape(dz)}"
            )
        return self._backward_from_logits(dz, self._cache)

    def forget(self) -> None:
        """Drop what the last forward remembered, and its memory."""
        self._cache = None

    def weight(self, name: str, dtype: np.dtype) -> np.ndarray:
        """Return the parameter or state `name` in the dtype of a computation."""
        array = self.params[name] if name in self.params else self.state[name]
        return array.astype(dtype, copy=False)

    def astype(self, dtype: str) -> None:
        """Convert parameters and state to "float32" or "float64"."""
        self.dtype = dtype_name(self._title(), dtype)
        for store in (self.params, self.state):
            for name, array in store.items():
                store[name] = array.astype(self.dtype)

    def penalty(self) -> float:
        """Return the sum of the penalties on the parameters, 0 if they are not learned."""
        penalties = (rule(self.params[name]) for name, rule in self.regularizers.items())
        return sum(penalties) if self.trainable else 0.0

    def penalized_grads(self) -> dict[str, np.ndarray]:
        """Return ``grads`` with the gradients of the penalties added."""
        return self.grads | {
            name: self.grads[name] + rule.gradient(self.params[name])
            for name, rule in self.regularizers.items()
        }

    def count_params(self) -> int:
        """Count all weights, learned or not."""
        return sum(array.size for array in (self.params | self.state).values())

    # -- description --

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal layer, under Keras's names."""
        policy = {
            "module": "keras",
            "class_name": "DTypePolicy",
            "config": {"name": self.dtype},
            "registered_name": None,
        }
        base = {"name": self.name, "trainable": self.trainable, "dtype": policy}
        return base | self._config()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """Make a layer from :meth:`get_config`'s dict or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown, or has a value that only Keras implements.
        """
        return construct(cls, config, cls.fixed_arguments)

    def _title(self) -> str:
        return f"{type(self).__name__} {self.name!r}"

    def _error(self, message: str) -> ValueError:
        return ValueError(f"{self._title()}: {message}.")

    def __repr__(self) -> str:
        return f"<{self._title()}, output_shape={self.output_shape}>"
