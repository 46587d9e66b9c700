import itertools

import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Permute


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", list(itertools.permutations([1, 2, 3])), ids=str)
def test_like_keras(dims, dtype):
    compare("Permute", (5, 4, 3), dtype, dims=dims)


def test_like_keras_on_rows():
    compare("Permute", (5,), "float64", dims=(1,))
    compare("Permute", (5, 4), "float64", dims=[2, 1])


@pytest.mark.parametrize("dims", [(0, 1), (1, 3), (1, 1), (), (2,)])
def test_bad_orders(dims):
    with pytest.raises(ValueError, match="dims must be the numbers from 1 on in some order, got"):
        Permute(dims)


def test_another_number_of_axes_is_refused():
    with pytest.raises(ValueError, match=r"expected input_shape with 2 axes, got \(5, 4, 3\)"):
        Permute((2, 1)).build((5, 4, 3))
