"""Images that are equal pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.twins import has_twin, twin_groups

# Few pixels of few values, so that many images are equal.
pictures = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=20)


def images(values):
    return np.array(values, np.uint8).reshape(-1, 2, 1, 1)


@given(pictures)
def test_twins_and_nothing_else_share_a_number(values):
    groups = twin_groups(images(values))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            assert (groups[i] == groups[j]) == (one == other)
    first_seen = list(dict.fromkeys(groups.tolist()))
    assert first_seen == list(range(len(set(values))))


@given(pictures, pictures)
def test_who_is_among_the_others(values, others):
    found = has_twin(images(values), images(others))
    assert found.dtype == bool
    assert found.tolist() == [value in others for value in values]


def test_images_that_cannot_be_compared_are_refused():
    one = images([(0, 1)])
    for other in (one.astype(np.float32), one.reshape(-1, 1, 2, 1)):
        with pytest.raises(ValueError, match="has_twin: expected images of one dtype and size"):
            has_twin(one, other)
