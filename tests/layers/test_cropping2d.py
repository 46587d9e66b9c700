import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Cropping2D


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("cropping", [0, 1, (2, 1), ((1, 2), (0, 3))], ids=str)
def test_like_keras(cropping, dtype):
    compare("Cropping2D", (6, 5, 2), dtype, cropping=cropping)


def test_the_spellings_agree():
    assert Cropping2D().cropping == ((0, 0), (0, 0))
    assert Cropping2D(2).cropping == ((2, 2), (2, 2))
    assert Cropping2D((1, 3)).cropping == ((1, 1), (3, 3))
    # JSON has no tuples.
    assert Cropping2D([[1, 2], [0, 4]]).cropping == ((1, 2), (0, 4))


def test_images_have_three_dimensions():
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4, 4\)"):
        Cropping2D().build((4, 4))


@pytest.mark.parametrize("cropping", [-1, 1.5, (1, 2, 3), ((1, 2), (3, 4, 5)), "same"])
def test_bad_cropping(cropping):
    with pytest.raises(ValueError, match="cropping must be"):
        Cropping2D(cropping)


@pytest.mark.parametrize("cropping", [3, ((2, 4), (0, 0)), ((0, 0), (5, 0))])
def test_nothing_left_is_refused(cropping):
    with pytest.raises(ValueError, match=r"leaves nothing of input_shape \(6, 5, 2\)"):
        Cropping2D(cropping).build((6, 5, 2))
