"""Exercise 2.3: backward through any graph of values."""


def backward(end):
    """Set the slope of every value that end was computed from."""
    order, seen = [], set()

    def visit(value):
        if value in seen:
            return
        seen.add(value)
        for parent, _ in value.parents:
            visit(parent)
        order.append(value)

    visit(end)
    end.slope = 1.0
    for value in reversed(order):
        for parent, slope in value.parents:
            parent.slope += value.slope * slope
