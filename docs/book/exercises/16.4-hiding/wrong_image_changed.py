"""Exercise 16.4: hide a part, and see the score fall."""

import numpy as np


def hiding(score, image, side):
    """Return score(image) less score(image with one square hidden), one value for each square."""
    h, w = image.shape
    falls = np.zeros((h // side, w // side))
    for i, j in np.ndindex(falls.shape):
        hidden = image
        hidden[i * side : (i + 1) * side, j * side : (j + 1) * side] = image.mean()
        falls[i, j] = score(image) - score(hidden)
    return falls
