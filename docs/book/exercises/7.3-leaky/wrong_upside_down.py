"""Exercise 7.3: the variance for a leaky ReLU."""


def leaky_variance(k, slope):
    """Return the variance of the weights that keeps the signal of a leaky ReLU network."""
    return 2 * (1 + slope**2) / k
