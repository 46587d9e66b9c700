"""Exercise 7.4: He's variance, uniform."""


def he_uniform(shape, rng):
    """Return an array of uniform random numbers with the variance of (7.5).

    shape ends with the numbers of inputs and of units; what stands before is the filter's size.
    """
    return rng.uniform(-1, 1, shape)
