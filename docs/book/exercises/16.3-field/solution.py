"""Exercise 16.3: how much of the image one value sees."""


def receptive_field(layers):
    """Return (16.5) after layers [(window, stride), ...]: the side of the field, the distance."""
    field = distance = 1
    for window, stride in layers:
        field += (window - 1) * distance
        distance *= stride
    return field, distance
