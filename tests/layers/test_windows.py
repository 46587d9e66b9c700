import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.layers.windows import check_padding, pair, windows

SIZE = st.integers(1, 40)
SMALL = st.integers(1, 7)


def test_the_odd_row_goes_after():
    assert windows(6, 3, 2, "same") == (3, 0, 1)


@given(SIZE, SMALL, SMALL, SMALL)
def test_valid_counts_the_windows_that_fit(size, window, stride, dilation):
    extent = (window - 1) * dilation + 1
    starts = [s for s in range(0, size, stride) if s + extent <= size]
    if starts:
        assert windows(size, window, stride, "valid", dilation) == (len(starts), 0, 0)
    else:
        with pytest.raises(ValueError, match=f"a window of {extent} does not fit into {size}"):
            windows(size, window, stride, "valid", dilation)


@given(SIZE, SMALL, SMALL, SMALL)
def test_same_pads_no_more_than_it_needs(size, window, stride, dilation):
    count, before, after = windows(size, window, stride, "same", dilation)
    extent = (window - 1) * dilation + 1
    assert count == math.ceil(size / stride)
    assert 0 <= after - before <= 1
    reach = (count - 1) * stride + extent
    assert reach <= size + before + after
    assert before + after == 0 or reach == size + before + after


def test_pairs():
    assert pair("x", "strides", 3) == (3, 3)
    assert pair("x", "strides", [1, 2]) == (1, 2)
    assert pair("x", "padding", 0, least=0) == (0, 0)


@pytest.mark.parametrize("value", [0, -1, 1.0, "3", True, (1,), (1, 2, 3), (1, 0), None])
def test_what_is_no_pair(value):
    with pytest.raises(ValueError, match=r"x: strides must be one or two integers of at least 1"):
        pair("x", "strides", value)


def test_padding_in_any_case():
    assert check_padding("x", "SAME") == "same"
    with pytest.raises(ValueError, match="x: padding must be 'valid' or 'same', got 1"):
        check_padding("x", 1)
