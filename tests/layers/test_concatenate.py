import numpy as np
import pytest

from minicnn.layers import Concatenate
from minicnn.layers.concatenate import concatenate, concatenate_backward


@pytest.mark.parametrize("axis", [1, 2, -1])
def test_every_array_gets_its_own_part_back(axis):
    rng = np.random.default_rng(0)
    shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]]
    for size, shape in zip((1, 5, 2), shapes, strict=True):
        shape[axis] = size
    xs = tuple(rng.normal(size=shape) for shape in shapes)
    y, cache = concatenate(xs, axis=axis)
    assert y.shape[axis] == 8
    for x, dx in zip(xs, concatenate_backward(y, cache), strict=True):
        np.testing.assert_array_equal(dx, x)


@pytest.mark.parametrize(
    ("shapes", "axis", "message"),
    [
        (((3, 4),), -1, "expected two or more inputs, got 1"),
        (((3, 4), (2, 4)), -1, r"inputs of shapes \(3, 4\) and \(2, 4\) differ beside axis -1"),
        (((3, 4), (3,)), -1, "differ beside axis"),
        (((3, 4), (3, 4)), 3, "axis 3 is no axis of samples"),
        (((3, 4), (3, 4)), -3, "axis -3 is no axis of samples"),
    ],
)
def test_what_does_not_fit_is_named(shapes, axis, message):
    with pytest.raises(ValueError, match=message):
        Concatenate(axis=axis).build(shapes)
