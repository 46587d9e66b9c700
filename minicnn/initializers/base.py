"""The rule for first values that all initializers share: call one with a shape."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.registry import construct, serialize

__all__ = ["Initializer"]


class Initializer:
    """A rule for first values: call it with a shape."""

    #: Keras writes the axes of the fans; ours are the last two, its default.
    fixed_arguments: ClassVar[dict[str, tuple]] = {"input_axes": (None,), "output_axes": (None,)}

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
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Make an initializer from :meth:`get_config`'s dict or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown, or has a value that only Keras implements.
        """
        return construct(cls, config, cls.fixed_arguments)

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form."""
        return serialize("keras.initializers", self)
