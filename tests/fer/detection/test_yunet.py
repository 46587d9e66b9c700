"""Faces found by YuNet, where MINICNN_YUNET names its file."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_photo import PLACES, drawn_photo, overlap
from PIL import Image

from minicnn.fer.detection.yunet import YuNet, _tilt

FILE = Path(os.environ.get("MINICNN_YUNET", "/nowhere"))
needs_yunet = pytest.mark.skipif(
    not FILE.is_file(), reason="MINICNN_YUNET does not name the file of YuNet"
)


@pytest.fixture(scope="module")
def photo():
    return drawn_photo()


def yunet(**options):
    return YuNet(FILE.read_bytes(), "yunet", **options)


@needs_yunet
@pytest.mark.parametrize("size", [(640, 320), (3001, 1501)])
def test_drawn_faces_are_found_in_squares_from_left_to_right(photo, size):
    scale = size[0] / photo.width
    faces = yunet()(photo.resize(size, Image.Resampling.BICUBIC))
    assert len(faces) == len(PLACES)
    for face, place in zip(faces, PLACES, strict=True):
        assert overlap(face.box, [scale * edge for edge in place]) > 0.5
        assert face.box.width == face.box.height
        assert face.score >= 0.7


@needs_yunet
@pytest.mark.parametrize("turn", [-30, 30])
def test_the_tilt_of_a_face_is_measured(photo, turn):
    x, y, side = PLACES[0]
    face = photo.crop((x, y, x + side, y + side))
    canvas = Image.new("RGB", (400, 400), (150, 160, 170))
    canvas.paste(face, (120, 120))
    [found] = yunet()(canvas.rotate(-turn, Image.Resampling.BICUBIC, fillcolor=(150, 160, 170)))
    [upright] = yunet()(canvas)
    assert upright.angle == 0
    assert found.angle == pytest.approx(turn, abs=12)


@needs_yunet
def test_threshold_and_smallest_size_leave_faces_out(photo):
    widths = [face.box.width for face in yunet()(photo)]
    assert yunet(threshold=1.0)(photo) == []
    largest = yunet(min_size=max(widths))(photo)
    assert [face.box.width for face in largest] == [max(widths)]


@needs_yunet
def test_faces_of_a_few_pixels_are_found_where_they_are_asked_for(photo):
    large = Image.new("RGB", (6000, 3000), (150, 160, 170))
    large.paste(photo.resize((240, 120), Image.Resampling.BOX), (3000, 1500))
    assert yunet()(large) == []
    assert len(yunet(min_size=20)(large)) == 3


@needs_yunet
@pytest.mark.parametrize("size", [(1, 1), (640, 3), (3, 640), (1, 4000), (300, 200)])
def test_where_there_is_no_face_none_is_found(size):
    assert yunet()(Image.new("RGB", size, (128, 128, 128))) == []


@needs_yunet
def test_opencv_gets_its_settings_back(photo):
    level = cv2.utils.logging.getLogLevel()
    yunet()(photo)
    assert cv2.utils.logging.getLogLevel() == level


def test_what_is_no_yunet_is_refused(tmp_path):
    for content in (b"", b"no network", bytes(1000)):
        with pytest.raises(ValueError, match=r"^face\.onnx is not a YuNet that OpenCV"):
            YuNet(content, "face.onnx")


@pytest.mark.parametrize("threshold", [0, 1.1, 5, float("nan")])
def test_a_threshold_is_a_score(threshold):
    with pytest.raises(ValueError, match="above 0 and at most 1 for YuNet, got"):
        YuNet(b"", "face.onnx", threshold=threshold)


@pytest.mark.parametrize("angle", [0, 7, 30, -75, 150])
def test_the_tilt_is_that_of_eyes_and_mouth(angle):
    """A face of someone who looks into the camera, and one from the side: its eyes coincide."""
    turn = np.radians(angle)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    frontal = [(-1, 0), (1, 0), (0, 1), (-0.8, 2), (0.8, 2)]
    profile = [(0, 0), (0, 0), (1, 1), (0, 2), (0, 2)]
    for landmarks in (frontal, profile):
        assert _tilt(np.array(landmarks) @ matrix) == pytest.approx(angle, abs=1e-9)
