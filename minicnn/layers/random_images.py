"""What layers share that change images at random in training, and not at all in inference."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key, bits

__all__ = ["RandomImages", "draw", "interval"]


def interval(title: str, name: str, value: Any, low: float, high: float) -> tuple[float, float]:
    """Return the interval to draw from: a pair in order, or -v to v, cut to the bounds.

    Raises
    ------
    ValueError
        If it is neither a number nor two, or a number is out of bounds.
    """
    pair = isinstance(value, (tuple, list))
    try:
        numbers = [float(one) for one in (value if pair else [value])]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != (2 if pair else 1) or not all(low <= one <= high for one in numbers):
        raise ValueError(
            f"{title}: {name} must be one or two numbers from {low:g} to {high:g}, got {value!r}."
        )
    if pair:
        return min(numbers), max(numbers)
    return max(-abs(numbers[0]), low), abs(numbers[0])


class RandomImages(Elementwise):
    """A random change of every image: in training only, or if an array is given to the layer.

    What happens to an image is a function of the key of the call and the image's number, as for
    :class:`~minicnn.layers.Dropout`. Subclasses define `_change` and `_change_backward`.

    Parameters
    ----------
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}
    trains_when_called = True

    def __init__(self, *, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple | None]:
        return self._change(x, as_key(key, len(x))) if training else (x, None)

    def backward(self, dy: np.ndarray, cache: tuple | None) -> tuple[np.ndarray, dict]:
        return (dy if cache is None else self._change_backward(dy, cache)), {}

    def _change(self, x: np.ndarray, key: Key) -> tuple[np.ndarray, tuple]:
        """Return the changed images, and what `_change_backward` needs."""
        raise NotImplementedError(f"{type(self).__name__} does not define _change.")

    def _change_backward(self, dy: np.ndarray, cache: tuple) -> np.ndarray:
        """Return the derivative with respect to the images."""
        raise NotImplementedError(f"{type(self).__name__} does not define _change_backward.")


def draw(key: Key, *intervals: tuple[float, float]) -> np.ndarray:
    """Draw a number from each interval for every sample: shape (len(intervals), n)."""
    u = bits(key, "transform", len(intervals)).T * 2.0**-32
    low, high = np.array(intervals).T[:, :, None]
    return low + (high - low) * u
