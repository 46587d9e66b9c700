import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers.global_average_pooling2d import global_average_pooling2d


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("shape", [(5, 4, 3), (1, 1, 2), (7, 1, 1)], ids=str)
def test_like_keras(shape, keepdims, dtype):
    compare("GlobalAveragePooling2D", shape, dtype, keepdims=keepdims)


def test_large_images_keep_their_digits():
    x = (1000 + np.random.default_rng(0).normal(size=(1, 512, 512, 1))).astype(np.float32)
    y, _ = global_average_pooling2d(x)
    assert y[0, 0] == np.float32(x.astype(np.float64).mean())
