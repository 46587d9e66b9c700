"""Exercise 17.3: precision, recall and F1 of every class."""

import numpy as np


def scores(labels, predicted, classes):
    """Return three arrays of shape (classes,): (17.1) and (17.2), with 0 for 0 / 0."""
    right = np.bincount(labels[labels == predicted], minlength=classes)
    called = np.bincount(labels, minlength=classes)
    are = np.bincount(predicted, minlength=classes)
    # Where a divisor is 0, so is its numerator.
    return (
        right / np.maximum(called, 1),
        right / np.maximum(are, 1),
        2 * right / np.maximum(called + are, 1),
    )
