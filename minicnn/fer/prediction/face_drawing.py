"""Draw the faces of a photo: a box around each, and a label with its two best emotions."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from minicnn.fer.detection.face import Box
from minicnn.fer.prediction.face_labels import FaceLabel
from minicnn.fer.prediction.label_placement import places_beside
from minicnn.fer.prediction.predict import Prediction

__all__ = ["draw_faces"]

# The height of letters: so many fit into the longer side of the picture. Smaller letters are tried
# where labels have no room; they are never smaller than `_LEGIBLE` pixels.
_SIZES = (45, 60, 80, 105)
_LEGIBLE = 11


def draw_faces(picture: Image.Image, faces: Sequence[tuple[Box, Prediction]]) -> Image.Image:
    """Return a copy of a picture with a box and a label for every face.

    A label lies beside its face, on no other face and on no other label. If there is no room for
    all of them, even in small letters, faces only get their number, and the labels are listed in a
    margin below the picture. Several faces are numbered in either case.

    Parameters
    ----------
    picture : PIL image of mode RGB
    faces : sequence of (Box, Prediction)

    Returns
    -------
    PIL image of mode RGB
        Of the same size, or higher by the margin; wider, too, if the picture is narrower
        than a label.
    """
    drawn = picture.copy()
    if not faces:
        return drawn
    boxes = [box for box, _ in faces]
    longer = max(picture.size)
    sizes = list(dict.fromkeys(max(_LEGIBLE, longer // lines) for lines in _SIZES))
    for size in sizes:
        labels = _labels(faces, size)
        places = places_beside(boxes, [label.size for label in labels], picture.size)
        if all(places):
            _draw_boxes(drawn, boxes, labels)
            _draw_labels(drawn, labels, places)
            return drawn
    _draw_boxes(drawn, boxes, labels)
    if len(faces) > 1:
        _draw_numbers(drawn, boxes, faces, sizes)
    for size in sizes:  # the largest letters with which the margin is no higher than the picture
        whole = _with_margin(drawn, _labels(faces, size))
        if whole.height <= 2 * drawn.height:
            break
    return whole


def _labels(
    faces: Sequence[tuple[Box, Prediction]], size: int, *, numbers_only: bool = False
) -> list[FaceLabel]:
    several = len(faces) > 1
    return [
        FaceLabel(prediction, size, number if several else None, number_only=numbers_only)
        for number, (_, prediction) in enumerate(faces, 1)
    ]


def _draw_boxes(drawn: Image.Image, boxes: Sequence[Box], labels: Sequence[FaceLabel]) -> None:
    pen = ImageDraw.Draw(drawn)
    for (x, y, w, h), label in zip(boxes, labels, strict=True):
        line = max(1, min(max(2, max(drawn.size) // 400), min(w, h) // 12))
        pen.rectangle((x, y, x + w - 1, y + h - 1), outline=label.colour, width=line)


def _draw_labels(
    drawn: Image.Image, labels: Sequence[FaceLabel], places: Sequence[Box | None]
) -> None:
    pen = ImageDraw.Draw(drawn)
    for label, place in zip(labels, places, strict=True):
        if place is not None:
            label.draw(pen, place.x, place.y)


def _draw_numbers(
    drawn: Image.Image,
    boxes: Sequence[Box],
    faces: Sequence[tuple[Box, Prediction]],
    sizes: Sequence[int],
) -> None:
    """Draw the number of each face beside it; in a corner of its box if there is no room."""
    for size in sizes:
        numbers = _labels(faces, size, numbers_only=True)
        places = places_beside(boxes, [number.size for number in numbers], drawn.size)
        if all(places):
            break
    corners = [
        place or Box(box.x, box.y, *number.size)
        for place, box, number in zip(places, boxes, numbers, strict=True)
    ]
    _draw_labels(drawn, numbers, corners)


def _with_margin(drawn: Image.Image, labels: Sequence[FaceLabel]) -> Image.Image:
    """Return the picture with all labels below it, in columns."""
    width = max(label.size[0] for label in labels)
    height = max(label.size[1] for label in labels)
    gap = max(2, height // 8)
    columns = min(len(labels), max(1, (drawn.width - gap) // (width + gap)))
    rows = -(-len(labels) // columns)
    whole = Image.new(
        "RGB",
        (
            max(drawn.width, columns * (width + gap) + gap),
            drawn.height + rows * (height + gap) + gap,
        ),
        "white",
    )
    whole.paste(drawn, (0, 0))
    pen = ImageDraw.Draw(whole)
    for i, label in enumerate(labels):
        row, column = divmod(i, columns)
        x = gap + column * (width + gap)
        label.draw(pen, x, drawn.height + gap + row * (height + gap))
    return whole
