"""Exercise 2.4: what must hold."""


class Value:
    """A number, what it was computed from, and the slope of the end with respect to it."""

    def __init__(self, number, parents=()):
        self.number, self.parents, self.slope = number, parents, 0.0


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    a, b, h = 3.0, 4.0, 1e-5
    quotient = answer.divide(Value(a), Value(b))
    assert quotient.number == a / b, "the number itself is wrong"
    slopes = [slope for _, slope in quotient.parents]
    assert len(slopes) == 2, "a quotient has two parents"
    by_a = ((a + h) / b - (a - h) / b) / (2 * h)
    by_b = (a / (b + h) - a / (b - h)) / (2 * h)
    for name, got, expected in [("a", slopes[0], by_a), ("b", slopes[1], by_b)]:
        hint = f"the slope with respect to {name} is {got}, not {expected:.6f}"
        assert abs(got - expected) < 1e-8, hint
