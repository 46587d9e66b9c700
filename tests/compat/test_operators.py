"""Arithmetic on what layers give."""

import numpy as np
import pytest

import minicnn
from minicnn.layers import Input

X, Y = np.array([[1.0, -2.0]], np.float32), np.array([[0.5, 4.0]], np.float32)

OPERATIONS = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: -x + 1.5 * y,
    lambda x, y: 1 - (x / 4 + 2) * y,
    lambda x, y: x**2 + y,
    lambda x, y: 3 + (y - 1) * np.float32(2),
]


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_tensors_compute_what_arrays_do(number):
    operation = OPERATIONS[number]
    x, y = Input((2,)), Input((2,))
    model = minicnn.Model([x, y], operation(x, y))
    np.testing.assert_allclose(model([X, Y]), operation(X, Y), rtol=1e-6)


@pytest.mark.parametrize("other", ["a", None, X])
def test_other_values_are_refused(other):
    with pytest.raises((TypeError, ValueError, NotImplementedError)):
        Input((2,)) + other


def test_the_slope_of_abs_is_that_of_keras():
    x = Input((3,))
    model = minicnn.Model(x, abs(x))
    values = np.array([[-2.0, 0.0, 3.0]])
    y, cache = model.forward(values, training=True)
    np.testing.assert_array_equal(y, [[2, 0, 3]])
    np.testing.assert_array_equal(model.backward(np.ones_like(y), cache)[0], [[-1, 0, 1]])


def test_a_part_is_refused_in_a_sentence():
    x = Input((3,))
    with pytest.raises(NotImplementedError, match=r"no layer takes any part of <Tensor of 'input"):
        x[:, 1]
    with pytest.raises(NotImplementedError):
        list(x)


@pytest.mark.parametrize(
    ("operation", "title"),
    [
        (lambda x, y: x / y, r"x / y: .* divide by a number"),
        (lambda x, y: 1 / x, "c / x"),
        (lambda x, y: x @ y, "x @ y"),
        (lambda x, y: x**0.5, "x [*][*] p"),
    ],
)
def test_operations_without_a_layer_are_refused_in_a_sentence(operation, title):
    with pytest.raises(NotImplementedError, match=rf"^{title}.* write a Layer of your own"):
        operation(Input((3,)), Input((3,)))


def test_the_number_of_axes():
    assert Input((8, 8, 3)).ndim == 4
