"""A face's pixels, upright, and faces that overlap."""

import numpy as np
import pytest
from PIL import Image

from minicnn.fer.detection.face import Box, DetectedFace, cut_out, overlap, without_overlaps


def test_the_pixels_of_a_box_are_cut_out():
    picture = Image.fromarray(np.arange(72, dtype=np.uint8).reshape(4, 6, 3))
    cut = cut_out(picture, DetectedFace(Box(1, 2, 3, 2)))
    np.testing.assert_array_equal(cut, np.asarray(picture)[2:4, 1:4])


@pytest.mark.parametrize("angle", [20, -45, 90])
def test_a_tilted_face_is_cut_out_upright(angle):
    """A bright bar along the face's own vertical ends up vertical, in the middle."""
    bar = Image.new("RGB", (201, 201))
    bar.paste((255, 255, 255), (96, 60, 105, 141))
    # Pillow turns counterclockwise.
    tilted = bar.rotate(-angle, Image.Resampling.BICUBIC)
    cut = np.asarray(cut_out(tilted, DetectedFace(Box(50, 50, 101, 101), angle=angle)))
    expected = np.asarray(bar.crop((50, 50, 151, 151)))
    assert abs(cut.astype(int) - expected).mean() < 3


def test_beyond_the_photo_its_edge_goes_on():
    picture = Image.new("RGB", (60, 60), (9, 99, 199))
    cut = cut_out(picture, DetectedFace(Box(0, 0, 40, 40), angle=45))
    assert cut.size == (40, 40)
    np.testing.assert_array_equal(np.unique(np.asarray(cut).reshape(-1, 3), axis=0), [[9, 99, 199]])


def test_overlap_is_intersection_over_union():
    assert overlap(Box(0, 0, 2, 2), Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 2, 2), Box(2, 0, 2, 2)) == 0


def test_of_overlapping_faces_the_better_one_stays():
    good, same, other = (
        DetectedFace(Box(0, 0, 10, 10), 0.9),
        DetectedFace(Box(1, 1, 10, 10), 0.8),
        DetectedFace(Box(9, 0, 10, 10), 0.7),
    )
    assert without_overlaps([other, same, good]) == [good, other]
