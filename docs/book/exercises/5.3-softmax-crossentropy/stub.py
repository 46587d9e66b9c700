"""Exercise 5.3: softmax and cross-entropy in one step."""

import numpy as np


def softmax_crossentropy(z, labels):
    """Return the mean loss of a batch, and its slope with respect to the logits z (n, c).

    labels holds the number of each row's true class.
    """
    return 0.0, np.zeros_like(z)
