"""The rule for first values that all initializers share: call one with a shape."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.configurable import Configurable, check_call

__all__ = ["Initializer"]


class Initializer(Configurable):
    """A rule for first values: call it with a shape."""

    keras_module = "keras.initializers"
    #: Keras writes the axes of the fans; ours are the last two, its default.
    fixed_arguments: ClassVar[dict[str, tuple]] = {"input_axes": (None,), "output_axes": (None,)}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        check_call(cls, "__call__", "__call__(self, shape, dtype, rng)", 4, {})

    def __call__(
        self,
        shape: tuple[int, ...],
        dtype: str | np.dtype = "float32",
        rng: np.random.Generator | int | None = None,
    ) -> np.ndarray:
        """Return an array of first values.

        Parameters
        ----------
        shape : tuple of int
            Kernels end in (inputs, outputs); what stands before is the receptive field.
        dtype : dtype
            "float32" or "float64".
        rng : numpy Generator, int or None
            Where random values come from; an initializer with a `seed` of its own ignores it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")
