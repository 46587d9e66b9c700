"""Exercise 12.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    h, w = 5, 9
    matrix = np.asarray(answer.turned(h, w, 90))
    assert matrix.shape == (3, 3), f"the shape is {matrix.shape}, expected (3, 3)"
    assert np.allclose(matrix @ [4, 2, 1], [4, 2, 1]), "the middle, (4, 2), must stay where it is"
    top = matrix @ [4, 0, 1]
    assert np.allclose(top, [6, 2, 1]), "clockwise: the top middle pixel goes to the right"
    assert np.allclose(answer.turned(h, w, 30) @ answer.turned(h, w, 60), matrix), (
        "a turn by 60 degrees and one by 30 must be a turn by 90"
    )
