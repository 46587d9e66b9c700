"""Exercise 2.3: what must hold."""


class Value:
    """A number, what it was computed from, and the slope of the end with respect to it."""

    def __init__(self, number, parents=()):
        self.number, self.parents, self.slope = number, parents, 0.0


def times(a, b):
    """Multiply two values."""
    return Value(a.number * b.number, [(a, b.number), (b, a.number)])


def plus(a, b):
    """Add two values."""
    return Value(a.number + b.number, [(a, 1.0), (b, 1.0)])


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    a, b = Value(3.0), Value(4.0)
    answer.backward(times(a, b))
    assert (a.slope, b.slope) == (4.0, 3.0), "a product hands on the slope times the other factor"
    x = Value(2.0)
    answer.backward(times(x, x))
    assert x.slope == 4.0, f"x * x at 2 has the slope 4, got {x.slope}: forks add"
    x = Value(2.0)
    square = times(x, x)
    answer.backward(plus(square, times(square, x)))  # x^2 + x^3
    assert x.slope == 16.0, (
        f"x^2 + x^3 at 2 has the slope 16, got {x.slope}: a value waits for all its uses"
    )
