"""Exercise 12.4: a rotation about the middle of an image."""

import numpy as np


def turned(h, w, degrees):
    """Return the 3x3 matrix of (12.7) for a clockwise turn of an image (h, w)."""
    middle = np.eye(3)
    middle[:2, 2] = (w - 1) / 2, (h - 1) / 2
    angle = np.deg2rad(degrees)
    turn = np.eye(3)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return np.linalg.inv(middle) @ turn @ middle
