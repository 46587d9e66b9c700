"""How the picture is taken: pose of the head, light and camera noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from minicnn.fer.datasets.synthetic.traits import trait

__all__ = ["SIZE", "Light", "Pose", "lit", "project"]

SIZE = 48
_PIXELS = np.arange(SIZE, dtype=np.float32)
_MID_GREY = 118  # what a camera exposes for; contrast is taken about it


@dataclass(frozen=True)
class Pose:
    """Where the head is and where it looks. Lengths in pixels, angles in radians."""

    shift_x: float = trait(-4.0, 4.0)
    shift_y: float = trait(-4.0, 4.0)
    scale: float = trait(18.5, 21.0)  # pixels per face unit
    roll: float = trait(-0.14, 0.14)
    yaw: float = trait(-0.22, 0.22)
    pitch: float = trait(-0.08, 0.08)
    gaze: float = trait(-1.0, 1.0)

    def matrix(self) -> np.ndarray:
        """Face units to pixels, shape (2, 2): rotation by `roll` times `scale`."""
        c, s = self.scale * math.cos(self.roll), self.scale * math.sin(self.roll)
        return np.array([[c, -s], [s, c]])

    def origin(self) -> np.ndarray:
        """The pixel that the face's origin falls on."""
        middle = (SIZE - 1) / 2
        return np.array([middle + self.shift_x, middle + self.shift_y])


@dataclass(frozen=True)
class Light:
    """One distant lamp, the camera's exposure and its sensor's noise."""

    direction: float = trait(0.0, 6.2832)  # where the lamp stands around the picture's axis
    side: float = trait(0.05, 0.25)  # how far it stands off that axis
    backdrop: float = trait(60, 195)  # grey value of the background
    gain: float = trait(0.95, 1.10)
    contrast: float = trait(0.90, 1.05)
    noise: float = trait(1.0, 3.5)  # standard deviation in grey values


def project(points: np.ndarray, relief: np.ndarray, pose: Pose) -> np.ndarray:
    """Turn, tilt, scale and shift points of the face: face units to pixels.

    A point (x, y) of the surface lies z = relief * sqrt(1 - (x / 1.1)^2 - (y / 1.6)^2) in front
    of the silhouette, which is why turning the head moves the nose but not the outline.

    Parameters
    ----------
    points : ndarray, shape (k, 2)
    relief : ndarray, shape (k,)
    pose : Pose

    Returns
    -------
    ndarray, shape (k, 2)
        (x, y) in pixels of the 48 x 48 picture.
    """
    x, y = points[:, 0], points[:, 1]
    z = relief * np.sqrt(np.maximum(0.0, 1 - (x / 1.1) ** 2 - (y / 1.6) ** 2))
    shrink = 1 - relief * (1 - math.cos(pose.yaw))
    turned = np.stack([x * shrink + z * math.sin(pose.yaw), y + z * math.sin(pose.pitch)], axis=1)
    return turned @ pose.matrix().T + pose.origin()


def lit(grey: np.ndarray, pose: Pose, light: Light, rng: np.random.Generator) -> np.ndarray:
    """Shade the flat drawing as a round head under one lamp, and photograph it.

    Lambert's law with the normals of an ellipsoid: brightness follows the cosine between the
    normal and the lamp. Outside the head the normal of its edge goes on, which leaves a plain
    gradient on the background.

    Parameters
    ----------
    grey : ndarray of uint8, shape (48, 48)
    pose, light
        As drawn.
    rng : numpy.random.Generator
        Source of the sensor noise.

    Returns
    -------
    ndarray of uint8, shape (48, 48)
    """
    x0, y0 = pose.origin().tolist()
    dx, dy = _PIXELS - x0, (_PIXELS - y0)[:, None]
    (ax, bx), (ay, by) = (pose.matrix() / pose.scale**2).tolist()  # pixels back to face units
    u, v = ax / 1.25 * dx + ay / 1.25 * dy, bx / 1.6 * dx + by / 1.6 * dy
    across = math.cos(light.direction) * u + math.sin(light.direction) * v
    front = np.sqrt(np.maximum(0.0, 1 - u * u - v * v))
    shade = 0.75 + 0.30 * math.cos(light.side) * front
    shade += math.sin(light.side) * np.minimum(1.0, np.maximum(-1.0, across))
    value = np.maximum(0.12, shade) * grey * (light.gain * light.contrast)
    value += _MID_GREY * (1 - light.contrast)
    value += light.noise * rng.standard_normal((SIZE, SIZE), np.float32)
    return np.minimum(255.0, np.maximum(0.0, np.rint(value))).astype(np.uint8)
