"""The pencil: polygons and strokes in face units, not yet on any canvas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Shape", "both_sides", "curve", "ellipse", "path"]

_ANGLES = np.linspace(0, 2 * np.pi, 20, endpoint=False)
_CIRCLE = np.array([np.cos(_ANGLES), np.sin(_ANGLES)]).T
_T = np.linspace(0, 1, 7)[:, None]
_BEZIER = np.concatenate([(1 - _T) ** 2, 2 * _T * (1 - _T), _T**2], axis=1)
_MIRROR = np.array([-1.0, 1.0])


class Shape(NamedTuple):
    """One filled polygon or one stroke.

    Attributes
    ----------
    points : ndarray, shape (k, 2)
        (x, y) in face units (see `minicnn.fer.datasets.synthetic.anatomy`).
    tone : float
        Grey value 0..255.
    width : float
        Width of the stroke in face units; 0 fills the polygon.
    relief : float
        How far the shape stands out when the head turns: 0 on the silhouette, 1 on the face's
        surface, more for a nose.
    """

    points: np.ndarray
    tone: float
    width: float = 0.0
    relief: float = 1.0


def path(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Points with the given coordinates, shape (k, 2)."""
    return np.array([x, y]).T  # several times as fast as np.stack for so few


def ellipse(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    """Points of an ellipse, shape (20, 2)."""
    return _CIRCLE * np.array([rx, ry]) + np.array([x, y])


def curve(*control: tuple[float, float]) -> np.ndarray:
    """Points of the quadratic Bezier curve of three control points, shape (7, 2)."""
    return _BEZIER @ np.array(control)


def both_sides(shapes: list[Shape]) -> list[Shape]:
    """The given shapes of the half x > 0, and their mirror images."""
    return shapes + [shape._replace(points=shape.points * _MIRROR) for shape in shapes]
