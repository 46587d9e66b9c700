"""Exercise 5.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    z, labels = np.log([[1.0, 2.0, 5.0], [4.0, 2.0, 2.0]]), np.array([2, 1])
    before = z.copy()
    loss, dz = answer.softmax_crossentropy(z, labels)
    assert np.array_equal(z, before), "the logits have changed"
    expected = -(np.log(5 / 8) + np.log(2 / 8)) / 2
    assert np.isclose(loss, expected), f"the loss is {loss}, expected {expected:.4f}"
    right = np.array([[1 / 8, 2 / 8, -3 / 8], [4 / 8, -6 / 8, 2 / 8]]) / 2
    assert np.allclose(dz, right), f"the slopes are\n{dz}, expected\n{right}"
    with np.errstate(all="ignore"):
        loss, dz = answer.softmax_crossentropy(np.array([[1000.0, 0.0]]), np.array([1]))
    assert np.isclose(loss, 1000), f"the loss of the logits 1000 and 0 is 1000, not {loss}"
    assert np.allclose(dz, [[1, -1]]), f"the slopes of the logits 1000 and 0 are {dz}"
