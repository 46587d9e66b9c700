"""Exercise 2.3: hands a slope on before all uses have reported."""


def backward(end):
    """Set the slope of every value that end was computed from."""
    end.slope = 1.0
    waiting = [end]
    while waiting:
        value = waiting.pop(0)
        for parent, slope in value.parents:
            parent.slope += value.slope * slope
            waiting.append(parent)
