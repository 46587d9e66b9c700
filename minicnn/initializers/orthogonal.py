"""Matrices that change no length: orthogonal ones, and the identity.

Source: Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in
deep linear neural networks".
"""

from __future__ import annotations

import math

import numpy as np

from minicnn.initializers.base import Initializer
from minicnn.initializers.random_values import Random
from minicnn.intervals import number_in

__all__ = ["Identity", "Orthogonal"]


class Orthogonal(Random):
    """A random matrix with orthonormal rows or columns, whichever are fewer.

    Parameters
    ----------
    gain : float
        Factor of the matrix.
    seed : int, optional

    Notes
    -----
    All axes but the last count as rows, as in Keras. The matrix is the Q of a normal matrix's QR
    decomposition, with the sign of every column that of R's diagonal: so no rotation is
    preferred.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(seed)
        self.gain = number_in("(-inf, inf)", gain, "Orthogonal: gain")

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) < 2:
            raise ValueError(f"Orthogonal: expected a shape of two axes or more, got {shape}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.sign(np.diag(r))
        return self.gain * (q.T if rows < columns else q).reshape(shape)


class Identity(Initializer):
    """The identity matrix, for kernels of two axes.

    Parameters
    ----------
    gain : float
        Factor of the matrix.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = number_in("(-inf, inf)", gain, "Identity: gain")

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        if len(shape) != 2:
            raise ValueError(f"Identity: expected a shape of two axes, got {tuple(shape)}.")
        return (self.gain * np.eye(*shape)).astype(dtype)
