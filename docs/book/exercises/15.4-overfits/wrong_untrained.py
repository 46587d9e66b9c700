"""Exercise 15.4: whether a model can learn a few images by heart."""

import numpy as np


def overfits(model, x, labels):
    """Train on x in steps of all images, at most 60; return whether all are right at the end."""
    predicted = model.predict(x, verbose=0).argmax(axis=1)
    return bool(np.all(predicted == labels))
