"""Which detector finds the faces: by name, by file, or the better one of those that are there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from minicnn.fer.detection.face import DetectedFace
from minicnn.fer.detection.haar import Haar
from minicnn.fer.detection.yunet import YuNet
from minicnn.fer.detection.yunet_file import YUNET, kept_file, place

__all__ = ["FaceDetector", "face_detector", "hint_without_yunet"]

#: Takes a PIL image of mode RGB, returns the faces in it.
FaceDetector: TypeAlias = Callable[[Image.Image], list[DetectedFace]]


def face_detector(
    detector: str | os.PathLike[str] = "auto",
    *,
    threshold: float | None = None,
    min_size: int | None = None,
) -> FaceDetector:
    """Return a detector of faces.

    Parameters
    ----------
    detector : {"auto", "yunet", "haar"} or path
        "auto" is YuNet if ``minicnn get yunet`` has fetched its file, else "haar". A path names an
        ONNX file with the outputs of YuNet, or a cascade of OpenCV (``.xml``).
    threshold : float, optional
        How certain a face must be: for YuNet the least score, from 0 to 1; for a cascade the least
        number of overlapping windows that look like a face, from 1 on. By default the
        detector's own.
    min_size : int, optional
        The least width of a face, in pixels of the photo. Large photos are searched at a size
        at which such faces can be found.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or "yunet" was not fetched.
    OSError
        If OpenCV has no cascade, as in version 5.
    ValueError
        If the file is no detector, or an argument is out of range.
    """
    if min_size is not None and min_size < 1:
        raise ValueError(f"min_size must be at least 1 pixel, got {min_size}.")
    name = os.fspath(detector)
    yunet = kept_file(YUNET) if name in ("auto", "yunet") else None
    if yunet is not None:
        return YuNet(yunet, str(place(YUNET)), threshold=threshold, min_size=min_size)
    if name == "yunet":
        raise FileNotFoundError(
            f"YuNet is not at {place(YUNET)}, or is damaged, expected the file that "
            "`minicnn get yunet` fetches; --detector FILE names one elsewhere."
        )
    if name in ("auto", "haar"):
        return Haar(threshold=threshold, min_size=min_size)
    path = Path(name)
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} does not exist, expected auto, yunet, haar, or the file of a detector."
        )
    if path.suffix.casefold() == ".xml":
        return Haar(path, threshold=threshold, min_size=min_size)
    return YuNet(path.read_bytes(), name, threshold=threshold, min_size=min_size)


def hint_without_yunet() -> str | None:
    """Return what "auto" misses without YuNet, and how to get it; None if YuNet is there."""
    if kept_file(YUNET) is not None:
        return None
    return (
        "faces are searched with OpenCV's Haar cascade, which misses many that are tilted, small, "
        "dark or partly covered; `minicnn get yunet` fetches a better detector "
        f"({YUNET.size / 1000:.0f} kB)."
    )
