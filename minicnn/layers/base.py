"""What all layers share: names, parameters, checks.

A layer has up to four methods: ``build`` and ``get_config`` if it has parameters or arguments,
``forward``, which returns the output and a cache, and ``backward``, which takes that cache. The
layer keeps nothing between the two calls: the caller holds the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from minicnn.configurable import Configurable, arguments_of
from minicnn.constraints import Constraint
from minicnn.layers.called import Called
from minicnn.layers.checks import (
    check_signature,
    checked_backward,
    checked_build,
    checked_forward,
    require_made,
    sample_shape,
)
from minicnn.layers.dtypes import dtype_name
from minicnn.layers.naming import Named, check_name
from minicnn.layers.output_shapes import of_layer
from minicnn.layers.weighted import Weighted
from minicnn.random import KeyLike
from minicnn.registry import snake_case
from minicnn.regularizers import Regularizer

__all__ = ["Layer"]

_CHECKS = {"build": checked_build, "forward": checked_forward, "backward": checked_backward}


class Layer(Called, Weighted, Named, Configurable):
    """A step of a network: y = f(x; params), and its derivatives.

    A complete layer of your own::

        class Scale(Layer):
            def build(self, input_shape, rng):
                self.params["factor"] = np.ones(input_shape[-1:], self.dtype)

            def forward(self, x, *, training, key):
                return x * self.params["factor"], x

            def backward(self, dy, cache):
                axes = tuple(range(dy.ndim - 1))
                return dy * self.params["factor"], {"factor": (dy * cache).sum(axes)}

    Parameters
    ----------
    name : str, optional
        Unique within a model; by default the model numbers layers, as Keras does: "conv2d_1".
    trainable : bool
        Whether an optimizer changes the parameters.
    dtype : {"float32", "float64"}
        Dtype of the parameters. The dtype of the output is that of the input.
    **fixed
        `fixed_arguments`, with one of their accepted values.

    Attributes
    ----------
    params : dict of str to ndarray
        Learned arrays, with Keras's names: kernel, bias, gamma, beta.
    state : dict of str to ndarray
        Arrays that are saved but not learned: moving_mean, moving_variance.
    regularizers, constraints : dict of str to Regularizer, and to Constraint
        Penalties on parameters, added to the loss, and what parameters become after a step.
    input_shape, output_shape : tuple of int
        Without the batch axis; None before :meth:`build`. If a layer joins several inputs,
        `input_shape` is a tuple of shapes.
    """

    keras_module = "keras.layers"
    #: What Keras writes for a layer of somebody's own.
    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "activity_regularizer": (None,),
        "autocast": (True,),
    }
    #: Shape of one sample, if the layer was told it; a Sequential then begins with an Input.
    given_input_shape: tuple[int, ...] | None = None
    #: What ``training=None`` means when the layer is called with an array.
    trains_when_called: ClassVar[bool] = False
    ignored_methods: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            *("_build", "_forward", "_backward", "_config", "call", "compute_output_shape"),
            *("compute_output_spec", "compute_mask"),
        ),
        "build(input_shape, rng), forward(x, *, training, key) -> (y, cache) and "
        "backward(dy, cache) -> (dx, grads)",
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, check in _CHECKS.items():
            method = getattr(cls, name)  # it may come from a class that is not a layer
            if not hasattr(method, "checks_layer"):
                check_signature(cls, name)
                setattr(cls, name, check(method))

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: str | np.dtype | dict | None = "float32",
        **fixed: Any,
    ) -> None:
        self.rename(check_name(type(self).__name__, name) or snake_case(type(self).__name__))
        #: Whether the name was given; a model numbers the other names to make them unique.
        self.named, self.numbered = name is not None, False
        self.accept_others(self._title(), fixed)
        self.trainable = bool(trainable)
        self.dtype = dtype_name(type(self).__name__, dtype)
        self.params: dict[str, np.ndarray] = {}
        self.state: dict[str, np.ndarray] = {}
        self.regularizers: dict[str, Regularizer] = {}
        self.constraints: dict[str, Constraint] = {}
        self.weight_shapes: dict[str, tuple[int, ...]] = {}
        self.forget_calls()
        #: Stands for the weights of this build, whatever the layer's name; copies get their own.
        self.identity: object = None
        self.input_shape: Any = None
        self.output_shape: tuple[int, ...] | None = None

    # -- subclasses define these; layers/checks.py adds the checks --

    @checked_build
    def build(self, input_shape: Any, rng: np.random.Generator | int | None = None) -> None:
        """Create parameters and state for inputs of a given shape; by default there are none.

        Parameters
        ----------
        input_shape : tuple of int
            Without the batch axis: (h, w, c) or (features,). A layer that joins several inputs
            gets a tuple of shapes.
        rng : numpy Generator, int or None
            Source of the initial values. A subclass always gets a Generator.

        Raises
        ------
        ValueError
            If the shape does not fit the layer.

        Notes
        -----
        It may set ``output_shape``. Otherwise, ``forward`` is tried on a sample of zeros.
        """

    @checked_forward
    def forward(self, x: Any, *, training: bool, key: KeyLike = None) -> tuple[np.ndarray, Any]:
        """Compute the layer's output.

        Parameters
        ----------
        x : ndarray of float32 or float64, shape (n, ...), or a tuple of these
            Left untouched.
        training : bool
            Whether this is a training step, with batch statistics, dropout and noise. Only then may
            a layer replace entries of `state`.
        key : Key, tuple, int or None
            Determines the random numbers of this call (:class:`minicnn.random.Key`). Layers without
            randomness ignore it.

        Returns
        -------
        y : ndarray of x's dtype, shape (n, *output_shape)
        cache : object
            What :meth:`backward` needs.

        Raises
        ------
        ValueError
            If the layer is not built, or shape or dtype do not fit.
        """
        raise NotImplementedError(f"{self._title()} does not define forward.")

    @checked_backward
    def backward(self, dy: np.ndarray, cache: Any) -> tuple[Any, dict[str, np.ndarray]]:
        """Compute the derivatives of the loss. It changes nothing.

        Parameters
        ----------
        dy : ndarray, shape of the output
            Derivative of the loss with respect to the output. Left untouched.
        cache : object
            From the :meth:`forward` that computed the output.

        Returns
        -------
        dx : ndarray, shape of the input, or a tuple of these
            Derivative with respect to the input.
        grads : dict of str to ndarray
            Derivatives with respect to the parameters, under the keys of `params`.

        Raises
        ------
        ValueError
            If the shape does not fit.
        """
        raise NotImplementedError(f"{self._title()} does not define backward.")

    def branches(self, cache: Any) -> np.ndarray | None:
        """Return which smooth piece each output of a forward lies on; None if there is only one.

        With it the gradient check tells a kink (a ReLU at zero, a new maximum of a window)
        from a wrong gradient.
        """
        return None

    # -- use --

    compute_output_shape = of_layer

    def _own_layers(self, verb: str) -> list[Layer]:
        return [self]

    def build_once(self, input_shape: Any, rng: np.random.Generator | int | None = None) -> None:
        """Build the layer, or check the shape if it is already built.

        Raises
        ------
        ValueError
            If the shape does not fit.
        """
        if not self.built:
            self.build(input_shape, rng)
        elif self.input_shape != sample_shape(self._title(), input_shape):
            raise self._error(
                f"the layer was built for inputs of shape {self.input_shape}, got {input_shape}"
            )

    @property
    def built(self) -> bool:
        """Whether :meth:`build` has been called."""
        require_made(self)
        return self.input_shape is not None

    def unbuild(self) -> None:
        """Discard what :meth:`build` created."""
        self.input_shape = self.output_shape = None
        self.params, self.state = {}, {}

    def astype(self, dtype: str) -> None:
        """Convert parameters and state to "float32" or "float64"; integers in the state stay."""
        self.dtype = dtype_name(self._title(), dtype)
        for store in (self.params, self.state):
            for name, array in store.items():
                if array.dtype.kind == "f":
                    store[name] = array.astype(self.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal layer, with Keras's names.

        Name, trainable and dtype are among them, whether or not ``__init__`` takes them.
        """
        policy = {
            "module": "keras",
            "class_name": "DTypePolicy",
            "config": {"name": self.dtype},
            "registered_name": None,
        }
        base = {"name": self.name, "trainable": self.trainable}
        return base | super().get_config() | {"dtype": policy}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a layer from the dict of :meth:`get_config`, or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown or missing, or has a value that only Keras implements.
        """
        taken = {*arguments_of(cls), *cls.fixed_arguments}  # type: ignore[arg-type]
        common = {"name", "trainable", "dtype"} - taken
        layer = super().from_config({k: v for k, v in config.items() if k not in common})
        # A layer of somebody's own need not hand these on.
        if "name" in common and config.get("name"):
            layer.name = config["name"]
        if "trainable" in common:
            layer.trainable = bool(config.get("trainable", True))
        if "dtype" in common:
            layer.dtype = dtype_name(cls.__name__, config.get("dtype"))
        return layer

    def _title(self) -> str:
        return f"{type(self).__name__} {self.name!r}"

    def _error(self, message: str) -> ValueError:
        return ValueError(f"{self._title()}: {message}.")

    def __repr__(self) -> str:
        return f"<{self._title()}, output_shape={self.output_shape}>"
