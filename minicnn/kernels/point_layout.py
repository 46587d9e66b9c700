"""Which points of a Fourier transform are kept, and how they lie in memory.

Points are an array (points, panels, tiles, 2, lanes). A panel has as many channels as a vector has
lanes, the last one filled up with zeros; real and imaginary parts stand apart. So transforms and
products read and write whole vectors.
"""

import numpy as np

__all__ = ["as_complex", "count_points", "kept_points"]


def count_points(circle: tuple[int, ...]) -> int:
    """Count the points that are kept of a circle (rows, columns)."""
    n, m = circle
    own = 1 + (n % 2 == 0)  # the q that are their own opposites
    return own * (m // 2 + 1) + (n // 2 + 1 - own) * m


def kept_points(transform: np.ndarray) -> np.ndarray:
    """Take the points that are kept, in their order, from a whole transform (n, m, ...)."""
    n, m = transform.shape[:2]
    return np.concatenate(
        [transform[q, : m // 2 + 1 if 2 * q % n == 0 else m] for q in range(n // 2 + 1)]
    )


def as_complex(points: np.ndarray, channels: int) -> np.ndarray:
    """Copy points as they lie in memory to a complex array (points, tiles, channels)."""
    parts = np.moveaxis(points, 1, 2)  # (points, tiles, panels, 2, lanes)
    numbers = parts[..., 0, :] + 1j * parts[..., 1, :]
    return numbers.reshape(*numbers.shape[:2], -1)[..., :channels]
