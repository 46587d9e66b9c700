"""RandomFlip: in training, mirror every other image by chance.

Derivation: docs/math/random_images.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.layers.checks import check_dy
from minicnn.layers.random_images import RandomImages, draw
from minicnn.random import Key

__all__ = ["RandomFlip", "flip", "flip_backward"]

#: Axes of a batch that each mode turns round.
_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (1, 2)}


def flip(x: np.ndarray, flipped: np.ndarray, *, mode: str) -> tuple[np.ndarray, tuple]:
    r"""Mirror some of the images.

    .. math:: y_{nrsc} = x_{n,\,r,\,w - 1 - s,\,c} \text{ where image } n \text{ is flipped}, \quad
              y_{nrsc} = x_{nrsc} \text{ elsewhere} \tag{random_images.3}

    for left and right; the same with rows for top and bottom.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    flipped : ndarray of bool, shape (n,)
    mode : {"horizontal", "vertical", "horizontal_and_vertical"}
        Left to right, top to bottom, or both, which is a half turn.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`flip_backward`.
    """
    return np.where(flipped[:, None, None, None], np.flip(x, _AXES[mode]), x), (flipped, mode)


def flip_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`flip`: a flip undoes itself.

    .. math:: dx_{nrsc} = dy_{n,\,r,\,w - 1 - s,\,c} \text{ where image } n \text{ is flipped},
              \quad dx_{nrsc} = dy_{nrsc} \text{ elsewhere} \tag{random_images.4}
    """
    flipped, mode = cache
    check_dy("flip_backward", dy, (len(flipped), *dy.shape[1:]))
    return flip(dy, flipped, mode=mode)[0]


class RandomFlip(RandomImages):
    """Mirror images in training with probability 1/2, with Keras's arguments.

    Parameters
    ----------
    mode : {"horizontal_and_vertical", "horizontal", "vertical"}
        Left to right, top to bottom, or both at once, as Keras 3 does: half a turn.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if mode not in _AXES:
            raise self._error(f"mode must be one of {', '.join(_AXES)}, got {mode!r}")
        self.mode = mode

    def _change(self, x: np.ndarray, key: Key) -> tuple[np.ndarray, tuple]:
        (chance,) = draw(key, (0, 1))
        return flip(x, chance < 0.5, mode=self.mode)

    def _change_backward(self, dy: np.ndarray, cache: tuple) -> np.ndarray:
        return flip_backward(dy, cache)
