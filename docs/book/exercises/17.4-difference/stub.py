"""Exercise 17.4: which of two models is better, and how sure that is."""


def difference(right_1, right_2):
    """Return the accuracy of model 2 less that of model 1, and the standard deviation (17.5)."""
    return 0.0, 0.0
