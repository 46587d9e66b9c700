"""Faces found by OpenCV's cascade."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import pytest
from drawn_photo import PLACES, check_places, drawn_photo
from PIL import Image

import minicnn
from minicnn.fer.detection import haar
from minicnn.fer.detection.haar import Haar


@pytest.fixture(scope="module")
def photo():
    return drawn_photo()


def boxes(photo, **options):
    return [face.box for face in Haar(**options)(photo)]


def test_drawn_faces_are_found_from_left_to_right(photo):
    check_places(boxes(photo), PLACES)


@pytest.mark.parametrize("size", [(2000, 1000), (3001, 1501)])
def test_a_large_photo_is_searched_smaller_and_boxes_fit_the_large_one(photo, size):
    large = photo.resize(size, Image.Resampling.BICUBIC)
    scale = size[0] / photo.width
    check_places(boxes(large), [tuple(scale * edge for edge in place) for place in PLACES])


def test_a_box_never_leaves_the_photo(photo):
    x, y, side = PLACES[2]
    cut = photo.crop((x + side // 12, y + side // 12, x + side, y + side))
    for size in (cut.size, (1999, 1999)):
        for box in boxes(cut.resize(size)):
            assert 0 <= box.x < box.x + box.width <= size[0]
            assert 0 <= box.y < box.y + box.height <= size[1]


@pytest.mark.parametrize("size", [(1, 1), (640, 3), (3, 640), (1, 4000), (300, 200)])
def test_where_there_is_no_face_none_is_found(size):
    assert boxes(Image.new("RGB", size, (128, 128, 128))) == []


def test_the_smallest_size_also_says_how_large_the_photo_is_searched(photo):
    assert len(boxes(photo, min_size=10)) == 3
    # Without shadows of small faces: the three heads are 110 to 150 pixels wide.
    assert boxes(photo, min_size=250) == []
    large = Image.new("RGB", (6000, 3000), (150, 160, 170))
    large.paste(photo.resize((320, 160), Image.Resampling.BOX), (3000, 1500))
    assert boxes(large) == []
    assert len(boxes(large, min_size=50)) == 3


def test_threads_take_turns(photo):
    expected = boxes(photo)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(boxes, [photo] * 8)) == [expected] * 8


def test_opencv_uses_no_more_threads_than_minicnn_and_gets_its_own_back(photo):
    searched_with = []
    detector = Haar()
    expected, before, ours = detector(photo), cv2.getNumThreads(), minicnn.get_threads()
    cascade = detector._detector

    class Watched:
        def detectMultiScale(self, *arguments, **options):
            searched_with.append(cv2.getNumThreads())
            return cascade.detectMultiScale(*arguments, **options)

    detector._detector = Watched()
    try:
        cv2.setNumThreads(2)
        for count in (1, 2, 3):
            minicnn.set_threads(count)
            assert detector(photo) == expected
            assert cv2.getNumThreads() == 2
    finally:
        minicnn.set_threads(ours)
        cv2.setNumThreads(before)
    assert searched_with == [1, 2, 2]


def test_an_opencv_without_cascades_is_told(monkeypatch):
    monkeypatch.setattr(haar, "_CASCADE", "none.xml")
    with pytest.raises(
        OSError, match=rf"OpenCV {cv2.__version__} has no none\.xml, expected YuNet"
    ):
        Haar()
    monkeypatch.undo()
    monkeypatch.delattr(cv2, "CascadeClassifier")  # as in OpenCV 5
    with pytest.raises(OSError, match=r"has no .*\.xml, expected YuNet, which `minicnn get"):
        Haar()


def test_a_file_that_is_no_cascade_is_refused(tmp_path):
    (tmp_path / "a.xml").write_text("<?xml version='1.0'?><opencv_storage></opencv_storage>")
    (tmp_path / "b.xml").write_bytes(bytes(range(256)))
    for name in ("a.xml", "b.xml"):
        with pytest.raises(ValueError, match=rf"{name} is no cascade"):
            Haar(tmp_path / name)


@pytest.mark.parametrize("threshold", [0, 0.8, 2.5, float("nan"), float("inf")])
def test_a_threshold_counts_windows(threshold):
    with pytest.raises(ValueError, match="whole number from 1 on for a cascade, got"):
        Haar(threshold=threshold)
