"""Exercise 2.3: backward through any graph of values."""


def backward(end):
    """Set the slope of every value that end was computed from.

    A value has number, slope (0.0 at first) and parents, a list of (value, slope of this value by
    that one).
    """
    end.slope = 1.0
    # 1. Put all values into a list, each behind its parents and only once.
    # 2. Go through the list from the end and add to the slopes of the parents.
