"""Input: states the shape of the data; computes nothing."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.configurable import plain
from minicnn.layers.base import Layer
from minicnn.layers.tensor import Call, Tensor
from minicnn.random import Key

__all__ = ["Input", "InputLayer"]


class InputLayer(Layer):
    """The first layer of a model that knows its shape, with Keras's arguments.

    Parameters
    ----------
    shape : tuple of int
        Shape of a sample: (48, 48, 1).
    batch_shape : tuple, in place of `shape`
        The same with the batch size in front, which may be None and has no effect.
    batch_size : int, optional
        Without effect, too.
    dtype : {"float32", "float64"}, optional
        Dtype of the data.
    name : str, optional
        See :class:`~minicnn.layers.base.Layer`.

    Raises
    ------
    ValueError
        If not exactly one of the two shapes is given, `batch_shape` comes with `batch_size`, or a
        size of a sample is not positive.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "sparse": (False, None),
        "ragged": (False, None),
        "optional": (False,),
    }

    def __init__(
        self,
        shape: tuple[int, ...] | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        *,
        batch_shape: tuple[int | None, ...] | None = None,
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **fixed)
        if (shape is None) == (batch_shape is None):
            raise self._error("expected either shape or batch_shape")
        if batch_size is not None and batch_shape is not None:
            raise self._error("expected either batch_size or batch_shape, which has it in front")
        given = plain(shape if batch_shape is None else batch_shape)
        if not isinstance(given, (tuple, list)):
            raise self._error(f"a shape must be a tuple, as in (48, 48, 1), got {given!r}")
        self.batch_shape = (None, *given) if shape is not None else tuple(given)
        # A shape with a size left open is refused here: weights need all of them.
        if len(self.batch_shape) < 2 or not all(
            isinstance(size, int) and size > 0 for size in self.batch_shape[1:]
        ):
            raise self._error(f"shape must hold positive sizes, got {self.batch_shape[1:]}")
        self.build(self.batch_shape[1:], np.random.default_rng(0))

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if input_shape != self.batch_shape[1:]:
            raise self._error(
                f"build: expected input_shape {self.batch_shape[1:]}, got {input_shape}"
            )
        self.output_shape = input_shape

    def forward(self, x: np.ndarray, *, training: bool, key: Key | None) -> tuple[np.ndarray, None]:
        return x, None

    def backward(self, dy: np.ndarray, cache: None) -> tuple[np.ndarray, dict]:
        return dy, {}

    def tensor(self) -> Tensor:
        """Return what the layer gives, as a Tensor; ``layer.output`` is the first of these."""
        tensor = Tensor(self.batch_shape[1:], self.dtype, Call(self, ()))
        self._tensors.append(tensor)
        return tensor

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal layer; Keras writes fewer here than for other layers."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "name": self.name}


def Input(  # noqa: N802  (Keras's name)
    shape: tuple[int, ...] | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    *,
    batch_shape: tuple[int | None, ...] | None = None,
    name: str | None = None,
    **fixed: Any,
) -> Tensor:
    """Return what a model is given: where calls of layers begin, and the first of a Sequential.

    The parameters are those of :class:`InputLayer`.

    >>> Input((48, 48, 1)).shape
    (None, 48, 48, 1)
    """
    layer = InputLayer(shape, batch_size, dtype, batch_shape=batch_shape, name=name, **fixed)
    return layer.tensor()
