import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Flatten


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5,), (3, 4), (3, 4, 2)], ids=str)
def test_like_keras(shape, dtype):
    compare("Flatten", shape, dtype)


def test_an_empty_batch():
    layer = Flatten()
    layer.build((3, 4))
    assert layer(np.ones((0, 3, 4))).shape == (0, 12)
