"""Exercise 6.3: a step of momentum."""


def momentum_step(theta, u, g, eta, mu):
    """Return the new theta and the new u by (6.5); the arguments stay as they are."""
    # First the velocity, then the parameters.
    return theta, u
