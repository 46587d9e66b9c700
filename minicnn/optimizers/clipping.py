"""Clipping: gradients that are too long are shortened."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["clip_by_norm"]


def clip_by_norm(g: np.ndarray, clipnorm: float) -> np.ndarray:
    """Shorten a gradient to a Euclidean norm, if it is longer.

        g' = g clipnorm / max(||g||, clipnorm)                (sgd.4)

    The norm is summed in float64.
    """
    norm = math.sqrt(np.sum(np.square(g, dtype=np.float64)))
    # Not max(norm, clipnorm), which would lose a NaN.
    return g if norm <= clipnorm else g * g.dtype.type(clipnorm / norm)
