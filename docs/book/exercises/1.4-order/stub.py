"""Exercise 1.4: the order of a difference."""


def order(difference, f, slope, x):
    """Return p, where the error of difference(f, x, h) falls like h to the power p.

    slope is the true slope of f at x. Compare h = 1e-2 with h = 1e-3.
    """
    return 0.0
