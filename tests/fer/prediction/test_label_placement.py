"""Labels beside faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.fer.detection.face import Box, overlap
from minicnn.fer.prediction.label_placement import places_beside

PICTURE = (300, 200)
a_box = st.builds(
    Box, st.integers(0, 260), st.integers(0, 160), st.integers(5, 40), st.integers(5, 40)
)


@given(st.lists(st.tuples(a_box, st.tuples(st.integers(5, 90), st.integers(5, 40))), max_size=9))
def test_labels_hide_neither_faces_nor_each_other(pairs):
    boxes, sizes = [box for box, _ in pairs], [size for _, size in pairs]
    places = places_beside(boxes, sizes, PICTURE)
    assert len(places) == len(boxes)
    placed = [place for place in places if place is not None]
    for place, size in zip(places, sizes, strict=True):
        if place is not None:
            assert place[2:] == size
            assert 0 <= place.x <= PICTURE[0] - place.width
            assert 0 <= place.y <= PICTURE[1] - place.height
    for i, place in enumerate(placed):
        assert all(overlap(place, other) == 0 for other in boxes + placed[:i])


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (Box(100, 100, 50, 50), Box(100, 70, 60, 30)),  # above
        (Box(100, 10, 50, 50), Box(100, 60, 60, 30)),  # below, since there is no room above
        (Box(280, 100, 20, 20), Box(240, 70, 60, 30)),  # moved into the picture
        (Box(10, 5, 50, 190), Box(60, 5, 60, 30)),  # to the right of a high one
        (Box(0, 0, 300, 200), None),
    ],
)
def test_a_label_touches_its_face(box, place):
    assert places_beside([box], [(60, 30)], PICTURE) == [place]


def test_no_faces_have_no_labels():
    assert places_beside([], [], PICTURE) == []


def test_a_crowd_takes_no_longer_than_it_should():
    """Two hundred faces: each place is compared with what is there in one go."""
    rng = np.random.default_rng(0)
    boxes = [Box(int(x), int(y), 20, 20) for x, y in rng.integers(0, 2000, (200, 2))]
    assert len(places_beside(boxes, [(50, 20)] * 200, (2020, 2020))) == 200
