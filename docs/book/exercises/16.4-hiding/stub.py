"""Exercise 16.4: hide a part, and see the score fall."""

import numpy as np


def hiding(score, image, side):
    """Return score(image) less score(image with one square hidden), one value for each square.

    The squares form a chessboard over the image (h, w); h and w are multiples of side. A square is
    hidden by the mean of the whole image. image stays as it is.
    """
    h, w = image.shape
    return np.zeros((h // side, w // side))
