import numpy as np
import pytest

from minicnn.layers import Reshape


def test_numbers_keep_their_order_and_come_back():
    layer = Reshape((-1, 2))
    layer.build((3, 4))
    x = np.arange(24.0).reshape(2, 3, 4)
    y, cache = layer.forward(x, training=True, key=None)
    assert (layer.output_shape, y.shape) == ((6, 2), (2, 6, 2))
    np.testing.assert_array_equal(y.ravel(), x.ravel())
    np.testing.assert_array_equal(layer.backward(y, cache)[0], x)
    assert layer.get_config()["target_shape"] == (-1, 2)


def test_no_samples_at_all():
    layer = Reshape((4,))
    layer.build((2, 2))
    assert layer(np.ones((0, 2, 2))).shape == (0, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Reshape((-1, -1)), "target_shape must hold sizes, one of which may be -1"),
        (lambda: Reshape((-2, 3)), "target_shape must hold sizes"),
        (
            lambda: Reshape((5,)).build((2, 3)),
            r"6 numbers .* do not fit into \(5,\)",
        ),
        (lambda: Reshape((-1, 4)).build((2, 3)), "6 numbers .* do not fit into"),
        (lambda: Reshape((-1, 0)).build((2, 3)), "6 numbers .* do not fit into"),
    ],
)
def test_what_does_not_fit_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
