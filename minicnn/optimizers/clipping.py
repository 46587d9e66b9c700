"""Clipping: gradients that are too long are shortened. Derivation: docs/math/sgd.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from minicnn.configurable import Configurable
from minicnn.intervals import number_in

__all__ = ["Clipped", "clip_by_global_norm", "clip_by_norm", "clip_by_value"]


def clip_by_norm(g: np.ndarray, clipnorm: float) -> np.ndarray:
    """Shorten a gradient to a Euclidean norm, if it is longer.

        g' = g clipnorm / max(||g||, clipnorm)                (sgd.4)

    The norm is summed in float64.
    """
    return _shortened(g, _norm([g]), clipnorm)


def clip_by_value(g: np.ndarray, clipvalue: float) -> np.ndarray:
    """Cut every number of a gradient.

    g' = min(max(g, -clipvalue), clipvalue)               (sgd.5)
    """
    bound = g.dtype.type(clipvalue)
    return np.clip(g, -bound, bound)


def clip_by_global_norm(grads: Mapping[str, np.ndarray], clipnorm: float) -> dict[str, np.ndarray]:
    """Shorten all gradients by one factor, if together they are longer than a norm.

        G = sqrt(sum_k ||g_k||^2),  g_k' = g_k clipnorm / max(G, clipnorm)    (sgd.6)

    An infinite or undefined norm makes all gradients NaN, as in Keras.
    """
    norm = _norm(grads.values())
    if not math.isfinite(norm):
        norm = math.nan
    return {name: _shortened(g, norm, clipnorm) for name, g in grads.items()}


def _norm(arrays: Iterable[np.ndarray]) -> float:
    return math.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in arrays))


def _shortened(g: np.ndarray, norm: float, clipnorm: float) -> np.ndarray:
    # Not max(norm, clipnorm), which would lose a NaN.
    return g if norm <= clipnorm else g * g.dtype.type(clipnorm / norm)


class Clipped(Configurable):
    """The clipping of an optimizer: at most one of Keras's three kinds.

    Parameters
    ----------
    clipnorm : float, optional
        Largest Euclidean norm of each parameter's gradient; a longer one is shortened.
    clipvalue : float, optional
        Largest absolute value in a gradient.
    global_clipnorm : float, optional
        Largest Euclidean norm of all gradients together.

    Raises
    ------
    ValueError
        If more than one is given, or one is not above 0.
    """

    name: str

    def __init__(
        self,
        *,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(**fixed)
        self.clipnorm = self._optional("(0, inf)", "clipnorm", clipnorm)
        self.clipvalue = self._optional("(0, inf)", "clipvalue", clipvalue)
        self.global_clipnorm = self._optional("(0, inf)", "global_clipnorm", global_clipnorm)
        if sum(clip is not None for clip in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ValueError(
                f"{self.name}: only one of clipnorm, clipvalue and global_clipnorm can be set."
            )

    def _optional(self, interval: str, argument: str, value: Any) -> float | None:
        return None if value is None else number_in(interval, value, f"{self.name}: {argument}")

    def clipped(self, grads: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        """Return the gradients after clipping; one of the three must be set."""
        if self.clipnorm is not None:
            return {name: clip_by_norm(g, self.clipnorm) for name, g in grads.items()}
        if self.clipvalue is not None:
            return {name: clip_by_value(g, self.clipvalue) for name, g in grads.items()}
        assert self.global_clipnorm is not None
        return clip_by_global_norm(grads, self.global_clipnorm)
