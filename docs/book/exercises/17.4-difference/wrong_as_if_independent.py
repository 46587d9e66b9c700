"""Exercise 17.4: which of two models is better, and how sure that is."""

import numpy as np


def difference(right_1, right_2):
    """Return the accuracy of model 2 less that of model 1, and the standard deviation (17.5)."""
    variance = right_1.var() + right_2.var()
    return right_2.mean() - right_1.mean(), np.sqrt(variance / len(right_1))
