"""Exercise 16.3: what must hold."""


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    for layers, expected in [
        ([(3, 1)] * 4, (9, 1)),
        ([(3, 2)] * 4, (31, 16)),
        ([(3, 1), (2, 2), (5, 1), (2, 2), (3, 1), (2, 2), (5, 1)], (58, 8)),
    ]:
        got = tuple(answer.receptive_field(layers))
        assert got == expected, f"{layers}: {got}, expected {expected}"
