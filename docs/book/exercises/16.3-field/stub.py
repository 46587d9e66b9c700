"""Exercise 16.3: how much of the image one value sees."""


def receptive_field(layers):
    """Return (16.5) after layers [(window, stride), ...]: the side of the field, the distance."""
    return 1, 1
