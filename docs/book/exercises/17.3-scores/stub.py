"""Exercise 17.3: precision, recall and F1 of every class."""

import numpy as np


def scores(labels, predicted, classes):
    """Return three arrays of shape (classes,): (17.1) and (17.2), with 0 for 0 / 0."""
    return np.zeros(classes), np.zeros(classes), np.zeros(classes)
