"""Exercise 2.4: the quotient as a step."""


def divide(a, b):
    """Return the value a / b, which remembers its parents and its slopes with respect to them.

    A value is made by type(a)(number, parents), with parents as a list of (value, slope).
    """
    return type(a)(a.number / b.number, [])
