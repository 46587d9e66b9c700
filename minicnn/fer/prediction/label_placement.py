"""Where labels go in a picture with faces: beside their face, on no face and on no other label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from minicnn.fer.detection.face import Box

__all__ = ["places_beside"]


def places_beside(
    boxes: Sequence[Box], sizes: Sequence[tuple[int, int]], picture: tuple[int, int]
) -> list[Box | None]:
    """Place a label beside each face, touching its box.

    Labels are placed one after the other, each at the first free place: above, below, to the
    right, to the left of the face.

    Parameters
    ----------
    boxes : sequence of Box
        The faces.
    sizes : sequence of (int, int)
        Width and height of each face's label.
    picture : (int, int)
        Width and height.

    Returns
    -------
    list of Box or None
        For each face the place of its label: inside the picture, overlapping no face and no other
        label. None if there is none.
    """
    # Upper left and lower right corners; labels are added as they are placed.
    taken = np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes]).reshape(-1, 4)
    places: list[Box | None] = []
    for box, (width, height) in zip(boxes, sizes, strict=True):
        place = None
        for x, y in _beside(box, width, height, picture):
            right, bottom = x + width, y + height
            inside = x >= 0 and y >= 0 and right <= picture[0] and bottom <= picture[1]
            if inside and not _overlaps(taken, (x, y, right, bottom)):
                place = Box(x, y, width, height)
                taken = np.vstack([taken, (x, y, right, bottom)])
                break
        places.append(place)
    return places


def _overlaps(taken: np.ndarray, corners: tuple[int, int, int, int]) -> bool:
    x, y, right, bottom = corners
    apart = (
        (taken[:, 2] <= x) | (taken[:, 0] >= right) | (taken[:, 3] <= y) | (taken[:, 1] >= bottom)
    )
    return not bool(apart.all())


def _beside(
    box: Box, width: int, height: int, picture: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield upper left corners at which a label touches a box, the best ones first."""
    x, y, w, h = box
    # Along the edge: from the box's begin, in its middle, up to its end, moved into the picture.
    across = [x, x + (w - width) // 2, x + w - width, x - width + w // 4, x + w - w // 4]
    across = [min(max(0, left), picture[0] - width) for left in across]
    down = [y, y + (h - height) // 2, y + h - height]
    down = [min(max(0, top), picture[1] - height) for top in down]
    for top in (y - height, y + h):
        yield from ((left, top) for left in across)
    for left in (x + w, x - width):
        yield from ((left, top) for top in down)
