"""Exercise 2.4: the quotient as a step."""


def divide(a, b):
    """Return the value a / b, which remembers its parents and its slopes with respect to them."""
    parents = [(a, 1 / b.number), (b, -a.number / b.number**2)]
    return type(a)(a.number / b.number, parents)
