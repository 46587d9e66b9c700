import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.layers import GlobalAveragePooling2D, GlobalMaxPooling2D
from minicnn.layers.pooling2d import Pooling2D, pool_geometry


def test_strides_default_to_the_pool():
    assert Pooling2D((3, 2)).strides == (3, 2)
    assert Pooling2D((3, 2), strides=1).strides == (1, 1)


@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 6))
def test_every_padded_window_holds_a_pixel(size, pool, stride):
    # The kernels rely on it: a window of padding alone has no maximum and no mean.
    geometry = pool_geometry(size, size, (pool, pool), (stride, stride), "same")
    for p in range(geometry.output[0]):
        start = p * stride - geometry.before[0]
        assert start < size
        assert start + pool > 0


@pytest.mark.parametrize("cls", [GlobalAveragePooling2D, GlobalMaxPooling2D])
def test_global_pools_want_images(cls):
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4, 2\)"):
        cls().build((4, 2))
    with pytest.raises(ValueError, match="data_format='channels_first' is not supported"):
        cls.from_config({"data_format": "channels_first"})
