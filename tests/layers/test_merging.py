import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Add, Average, Maximum, Multiply, Subtract
from minicnn.layers.merging import (
    add,
    maximum,
    maximum_backward,
    multiply,
    multiply_backward,
    unbroadcast,
)

IMAGE = (4, 3, 2)
TWO = [(IMAGE, IMAGE), (IMAGE, (1, 1, 2)), ((4, 1, 2), (1, 3, 2)), ((1,), (5,))]
MORE = [((5,), (5,), (5,)), (IMAGE, (1, 1, 2), IMAGE, (4, 3, 1))]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"])
@pytest.mark.parametrize("shapes", TWO, ids=str)
def test_two_inputs_like_keras(name, shapes, dtype):
    compare(name, shapes, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["Add", "Multiply", "Average", "Maximum", "Minimum"])
@pytest.mark.parametrize("shapes", MORE, ids=str)
def test_several_inputs_like_keras(name, shapes, dtype):
    compare(name, shapes, dtype)


@pytest.mark.parametrize("shapes", [*TWO, *MORE], ids=str)
@pytest.mark.parametrize("name", ["Maximum", "Minimum"])
def test_the_first_of_equal_numbers_wins_as_in_keras(shapes, name):
    rng = np.random.default_rng(0)
    x = tuple(rng.integers(0, 2, (4, *shape)).astype(float) for shape in shapes)
    layer, cache = compare(name, shapes, "float64", x=x)
    assert len(np.unique(layer.branches(cache))) > 1


def test_the_branches_of_a_maximum_are_its_winners():
    x = (np.array([[1.0, 5.0, 2.0]]), np.array([[3.0, 5.0, 0.0]]), np.array([[2.0, 1.0, 4.0]]))
    layer = Maximum()
    layer.build(((3,), (3,), (3,)))
    _, cache = layer.forward(x, training=True)
    assert layer.branches(cache).tolist() == [[1, 0, 2]]
    dx, _ = layer.backward(np.array([[7.0, 8.0, 9.0]]), cache)
    assert [one.tolist() for one in dx] == [[[0, 8, 0]], [[7, 0, 0]], [[0, 0, 9]]]


def test_a_factor_of_zero_hides_no_derivative():
    _, cache = multiply((np.array([[0.0]]), np.array([[3.0]]), np.array([[5.0]])))
    dx = multiply_backward(np.array([[2.0]]), cache)
    assert [one.item() for one in dx] == [30, 0, 0]


def test_nan_stays():
    pairs = [(np.nan, 1.0), (1.0, np.nan), (np.nan, np.nan)]
    for pair in pairs:
        x = tuple(np.array([[one]]) for one in pair)
        for function in (add, multiply, maximum):
            assert np.isnan(function(x)[0]).all()
        # One of the two takes the derivative, and nothing is invented.
        assert sum(maximum_backward(np.ones((1, 1)), maximum(x)[1])).item() == 1


def test_unbroadcast_is_the_transpose_of_broadcasting():
    rng = np.random.default_rng(0)
    for shape in [(2, 4, 3), (2, 1, 3), (2, 4, 1), (2, 1, 1)]:
        x, dy = rng.normal(size=shape), rng.normal(size=(2, 4, 3))
        dx = unbroadcast(dy, shape)
        assert dx.shape == shape
        assert (dx * x).sum() == pytest.approx((dy * np.broadcast_to(x, dy.shape)).sum())


@pytest.mark.parametrize("cls", [Add, Average, Maximum, Multiply, Subtract])
def test_shapes_that_do_not_fit_are_named(cls):
    with pytest.raises(ValueError, match=r"inputs of shapes \(4,\) and \(3,\) cannot be broadcast"):
        cls().build(((4,), (3,)))
    # Keras would put axes in front, those of the batch as well.
    with pytest.raises(ValueError, match=r"of shapes \(2, 4\) and \(4,\) cannot be broadcast"):
        cls().build(((2, 4), (4,)))


def test_subtract_takes_two():
    with pytest.raises(ValueError, match="Subtract 'subtract': build: expected two inputs, got 3"):
        Subtract().build(((4,), (4,), (4,)))
