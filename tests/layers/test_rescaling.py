import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Rescaling


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (0.5, -1.0), (-2, 3)])
def test_like_keras(scale, offset, dtype):
    if dtype == "float64":
        # TensorFlow turns the two numbers into float32 first.
        scale, offset = round(scale * 1024) / 1024, offset
    compare("Rescaling", (3, 4, 2), dtype, scale=scale, offset=offset)


def test_bad_numbers():
    with pytest.raises(ValueError, match=r"scale must be a number in \(-inf, inf\), got \[1, 2\]"):
        Rescaling([1, 2])
    with pytest.raises(ValueError, match=r"offset must be a number in \(-inf, inf\), got None"):
        Rescaling(1, None)
