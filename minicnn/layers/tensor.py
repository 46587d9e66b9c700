"""Tensor: what a layer gives before there are numbers, so that calls can be put together.

``x = Input((48, 48, 1))`` and ``y = Conv2D(64, 3)(x)`` compute nothing. They note down who gives
what to whom, and the shape; :mod:`minicnn.tracing` makes a graph of the notes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minicnn.registry import described

__all__ = ["Call", "ModeOfThePass", "Tensor", "all_tensors", "fixed_mode"]


class ModeOfThePass:
    """Stands for `training` while layers are connected: who is given it follows the model.

    Asked whether it is true, it says yes, as in training.
    """

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return bool(self) == other

    __hash__ = None  # type: ignore[assignment]


def fixed_mode(training: Any) -> bool | None:
    """Return the mode that a call fixes, or None if it follows that of the model.

    Raises
    ------
    ValueError
        If it is anything else, such as a second input.
    """
    if training is None or isinstance(training, ModeOfThePass):
        return None
    if not isinstance(training, bool | int | np.bool_):
        raise ValueError(
            f"training must be True, False or None, got {described(training)}; several inputs are "
            "given in a list: layer([x, y])."
        )
    return bool(training)


class Call(NamedTuple):
    """One call of a layer or of a model.

    Attributes
    ----------
    layer : Layer or Network
        Who is called.
    inputs : tuple of Tensor
        What it is given; empty for an input layer.
    joins : bool
        Whether it is given them in a tuple.
    training : bool or None
        The mode of this call, whatever the model does; None: that of the model.
    """

    layer: Any
    inputs: tuple[Tensor, ...]
    joins: bool = False
    training: bool | None = None


class Tensor:
    """One output of a call, as Keras's ``KerasTensor``.

    Attributes
    ----------
    shape : tuple
        The batch axis first, which is None: (None, 48, 48, 1).
    sample_shape : tuple of int
        The shape without the batch axis.
    dtype : str
        "float32" or "float64".
    call : Call
        Where it comes from.
    index : int
        Which of the call's outputs it is.
    """

    def __init__(self, sample_shape: tuple[int, ...], dtype: str, call: Call, index: int = 0):
        self.sample_shape = sample_shape
        self.shape: tuple[int | None, ...] = (None, *sample_shape)
        self.dtype, self.call, self.index = dtype, call, index

    @property
    def name(self) -> str:
        """Name of the layer it comes from."""
        return self.call.layer.name

    def with_channel(self, samples: np.ndarray) -> np.ndarray:
        """Return samples for this input: as in Keras, (n, h, w) may stand for (n, h, w, 1)."""
        lacks_it = (*samples.shape[1:], 1) == self.sample_shape
        return samples[..., np.newaxis] if lacks_it else samples

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"a Tensor has no {name!r}: it holds no numbers yet; layers and functions of "
            "minicnn.ops take it."
        )

    #: ``array * tensor`` is an operation of the tensor, or an error.
    __array_ufunc__ = None

    def __bool__(self) -> bool:
        raise ValueError(
            f"{self!r} holds no numbers, so nothing can be decided by it; layers are connected "
            "once, for all samples."
        )

    def __repr__(self) -> str:
        return f"<Tensor of {self.call.layer.name!r}, shape={self.shape}>"

    def __array__(self, *_: object, **__: object) -> None:
        raise ValueError(
            f"{self!r} holds no numbers; build a model with Model(inputs, outputs), and call "
            "that with an array. Layers take it, and other functions do not: ReLU()(x), not "
            "tf.nn.relu(x)."
        )


def all_tensors(values: object) -> bool:
    """Return whether a value is a Tensor, or a list or tuple of nothing else."""
    if isinstance(values, (list, tuple)):
        return bool(values) and all(isinstance(value, Tensor) for value in values)
    return isinstance(values, Tensor)
