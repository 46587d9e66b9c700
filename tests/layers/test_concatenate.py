import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Concatenate


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [1, 2, 3, -1, -2, -3])
def test_like_keras(axis, dtype):
    shapes = [[4, 3, 2] for _ in range(3)]
    for shape, size in zip(shapes, (1, 5, 2), strict=True):
        shape[axis % 4 - 1] = size
    compare("Concatenate", tuple(map(tuple, shapes)), dtype, axis=axis)


def test_rows_like_keras():
    compare("Concatenate", ((3,), (1,)), "float32")


def test_each_input_gets_its_own_part_back():
    layer = Concatenate()
    layer.build(((2,), (3,)))
    x = np.ones((1, 2)), np.ones((1, 3))
    _, cache = layer.forward(x, training=True)
    first, second = layer.backward(np.arange(5.0)[None], cache)[0]
    assert (first.tolist(), second.tolist()) == ([[0, 1]], [[2, 3, 4]])


@pytest.mark.parametrize("axis", [0, 3, -3])
def test_an_axis_that_samples_do_not_have_is_refused(axis):
    with pytest.raises(
        ValueError, match=rf"axis {axis} is not an axis of samples in \(n, \*\(4, 3\)"
    ):
        Concatenate(axis).build(((4, 3), (4, 3)))


@pytest.mark.parametrize(
    ("shapes", "axis"), [(((4, 3), (5, 3)), -1), (((4, 3), (4, 4)), 1), (((4, 3), (3,)), -1)]
)
def test_inputs_that_differ_elsewhere_are_refused(shapes, axis):
    with pytest.raises(
        ValueError, match=rf"inputs of shapes .* differ on axes other than {axis}\."
    ):
        Concatenate(axis).build(shapes)


def test_an_axis_is_a_whole_number():
    with pytest.raises(ValueError, match="Concatenate 'concatenate': axis must be a whole number"):
        Concatenate(1.5)
