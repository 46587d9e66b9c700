"""Where the faces in a photo are."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from drawn_photo import PLACES, check_places, drawn_photo
from PIL import Image

import minicnn
from minicnn.data.images import to_grey
from minicnn.fer.prediction import face_detection
from minicnn.fer.prediction.face_detection import Box, cut_out, find_faces


@pytest.fixture(scope="module")
def photo():
    return drawn_photo()


def test_drawn_faces_are_found_from_left_to_right(photo):
    check_places(find_faces(to_grey(photo)), PLACES)


@pytest.mark.parametrize("size", [(2000, 1000), (3001, 1501)])
def test_a_large_photo_is_searched_smaller_and_boxes_fit_the_large_one(photo, size):
    large = photo.resize(size, Image.Resampling.BICUBIC)
    scale = size[0] / photo.width
    places = [tuple(scale * edge for edge in place) for place in PLACES]
    check_places(find_faces(to_grey(large)), places)


def test_a_box_never_leaves_the_photo(photo):
    x, y, side = PLACES[2]
    cut = photo.crop((x + side // 12, y + side // 12, x + side, y + side))
    for size in (cut.size, (1999, 1999)):
        for box in find_faces(to_grey(cut.resize(size))):
            assert 0 <= box.x < box.x + box.width <= size[0]
            assert 0 <= box.y < box.y + box.height <= size[1]


@pytest.mark.parametrize("shape", [(1, 1), (3, 640), (640, 3), (4000, 1), (200, 300)])
def test_where_there_is_no_face_none_is_found(shape):
    assert find_faces(np.full(shape, 128, np.uint8)) == []


def test_threads_take_turns(photo):
    grey = to_grey(photo)
    expected = find_faces(grey)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find_faces, [grey] * 8)) == [expected] * 8


def test_opencv_uses_no_more_threads_than_minicnn_and_gets_its_own_back(photo, monkeypatch):
    grey, searched_with = to_grey(photo), []
    expected, before, ours = find_faces(grey), cv2.getNumThreads(), minicnn.get_threads()
    detector = face_detection._detector()

    class Watched:
        def detectMultiScale(self, *arguments, **options):
            searched_with.append(cv2.getNumThreads())
            return detector.detectMultiScale(*arguments, **options)

    monkeypatch.setattr(face_detection, "_detector", Watched)
    try:
        cv2.setNumThreads(2)
        for count in (1, 2, 3):
            minicnn.set_threads(count)
            assert find_faces(grey) == expected
            assert cv2.getNumThreads() == 2
    finally:
        minicnn.set_threads(ours)
        cv2.setNumThreads(before)
    assert searched_with == [1, 2, 2]


def test_an_opencv_without_the_cascade_is_told(monkeypatch, photo):
    monkeypatch.setattr(face_detection, "_CASCADE", "none.xml")
    face_detection._detector.cache_clear()
    with pytest.raises(OSError, match=rf"OpenCV {cv2.__version__} .* has no none\.xml, expected"):
        find_faces(to_grey(photo))
    face_detection._detector.cache_clear()


def test_the_pixels_of_a_box_are_cut_out():
    grey = np.arange(24, dtype=np.uint8).reshape(4, 6)
    np.testing.assert_array_equal(cut_out(grey, Box(1, 2, 3, 2)), [[13, 14, 15], [19, 20, 21]])
