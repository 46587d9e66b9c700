import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import ZeroPadding2D


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", [0, 2, (1, 3), ((1, 2), (0, 4))], ids=str)
def test_like_keras(padding, dtype):
    compare("ZeroPadding2D", (3, 4, 2), dtype, padding=padding)


def test_the_spellings_agree():
    assert ZeroPadding2D().padding == ((1, 1), (1, 1))
    assert ZeroPadding2D(2).padding == ((2, 2), (2, 2))
    assert ZeroPadding2D((1, 3)).padding == ((1, 1), (3, 3))
    # JSON has no tuples.
    assert ZeroPadding2D([[1, 2], [0, 4]]).padding == ((1, 2), (0, 4))


def test_images_have_three_dimensions():
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4, 4\)"):
        ZeroPadding2D().build((4, 4))


@pytest.mark.parametrize("padding", [-1, 1.5, (1, 2, 3), ((1, 2), (3, 4, 5)), "same"])
def test_bad_padding(padding):
    with pytest.raises(ValueError, match="padding must be"):
        ZeroPadding2D(padding)
