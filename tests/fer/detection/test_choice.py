"""Which detector is taken."""

import os
import shutil

import cv2
import pytest
from PIL import Image

from minicnn.fer import face_detector
from minicnn.fer.detection.choice import hint_without_yunet
from minicnn.fer.detection.haar import Haar
from minicnn.fer.detection.yunet import YuNet
from minicnn.fer.detection.yunet_file import YUNET, place

needs_yunet = pytest.mark.skipif(
    "MINICNN_YUNET" not in os.environ, reason="MINICNN_YUNET does not name the file of YuNet"
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path))
    return tmp_path


def test_without_yunet_auto_is_haar_and_a_hint_says_what_it_misses():
    assert isinstance(face_detector(), Haar)
    assert "tilted, small, dark or partly covered; `minicnn get yunet`" in hint_without_yunet()
    with pytest.raises(FileNotFoundError, match=r"YuNet is not at .*, expected the file that"):
        face_detector("yunet")


@needs_yunet
def test_with_yunet_auto_is_yunet(cache):
    shutil.copy(os.environ["MINICNN_YUNET"], place(YUNET))
    assert isinstance(face_detector(), YuNet)
    assert isinstance(face_detector("yunet", threshold=0.7, min_size=20), YuNet)
    assert isinstance(face_detector("haar"), Haar)
    assert hint_without_yunet() is None
    place(YUNET).write_bytes(place(YUNET).read_bytes()[:-1] + b"x")
    assert isinstance(face_detector(), Haar)
    assert hint_without_yunet()


@needs_yunet
def test_a_file_is_a_yunet_or_a_cascade():
    assert isinstance(face_detector(os.environ["MINICNN_YUNET"]), YuNet)
    profile = cv2.data.haarcascades + "haarcascade_profileface.xml"
    assert face_detector(profile)(Image.new("RGB", (99, 99))) == []


def test_what_is_no_detector_is_refused(cache):
    with pytest.raises(FileNotFoundError, match="mtcnn does not exist, expected auto, yunet, haar"):
        face_detector("mtcnn")
    (cache / "a.onnx").write_bytes(b"no network")
    with pytest.raises(ValueError, match=r"a\.onnx is not a YuNet"):
        face_detector(cache / "a.onnx")
    with pytest.raises(ValueError, match="min_size must be at least 1 pixel, got 0"):
        face_detector("haar", min_size=0)
