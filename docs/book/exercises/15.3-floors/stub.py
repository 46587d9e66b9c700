"""Exercise 15.3: losses to compare a training with."""


def floors(labels, classes):
    """Return the losses (15.1), (15.3) and (15.4)."""
    return 0.0, 0.0, 0.0
