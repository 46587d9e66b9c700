"""Count the faces that detectors find in photos, and what they take for faces.

example:
  python -m benchmarks.face_detectors photos/ true.csv --detector yunet --detector haar
  python -m benchmarks.face_detectors photos/ true.csv --turn 30
  python -m benchmarks.face_detectors photos/ true.csv --width 24

true.csv has the columns file, x, y, width, height and unclear: a row for each face, from forehead
to chin; a row with the name alone for a photo without faces. Faces that are marked "yes" in the
last column (blurred, pictures of people, half outside) count neither as found nor as false.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from minicnn.data.images import decode_rgb
from minicnn.fer.detection.choice import FaceDetector, face_detector
from minicnn.fer.detection.face import Box, overlap

__all__ = ["Counts", "TrueFace", "changed", "compared", "main", "read_faces"]

# A box is that of a face from this intersection over union on. Detectors draw boxes of other
# shapes: a square as high as a face that is 3/4 as wide as high has 0.75.
_SAME = 0.35


class TrueFace(NamedTuple):
    """A face that is in a photo, whether or not it is found."""

    box: Box
    unclear: bool = False


@dataclass
class Counts:
    """What a detector made of some photos."""

    faces: int = 0
    found: int = 0
    false: int = 0
    photos_with_false: int = 0
    photos: int = 0
    seconds: float = 0.0

    def row(self) -> str:
        """Return a row of the table."""
        each = 1000 * self.seconds / max(1, self.photos)
        return (
            f"{self.found} of {self.faces} | {self.false}, in {self.photos_with_false} photos | "
            f"{each:.0f} ms"
        )


def read_faces(path: Path) -> dict[str, list[TrueFace]]:
    """Read the true boxes of each photo."""
    faces: dict[str, list[TrueFace]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of_photo = faces.setdefault(row["file"], [])
            if row["x"]:
                box = Box(*(round(float(row[name])) for name in Box._fields))
                of_photo.append(TrueFace(box, row["unclear"] == "yes"))
    return faces


def compared(faces: Sequence[TrueFace], boxes: Sequence[Box]) -> tuple[int, int]:
    """Return how many faces were found, and how many boxes are false.

    The best pairs are matched first; a second box on the same face is false.
    """
    pairs = sorted(
        (
            (overlap(face.box, box), i, j)
            for i, face in enumerate(faces)
            for j, box in enumerate(boxes)
        ),
        reverse=True,
    )
    of_face: set[int] = set()
    of_box: set[int] = set()
    for common, i, j in pairs:
        if common >= _SAME and i not in of_face and j not in of_box:
            of_face.add(i)
            of_box.add(j)
    return sum(not faces[i].unclear for i in of_face), len(boxes) - len(of_box)


def changed(
    photo: Image.Image, box: Box, *, turn: float = 0, width: int = 0, dark: float = 1
) -> tuple[Image.Image, Box]:
    """Return a photo with a face in its middle: turned, smaller or darker.

    Parameters
    ----------
    photo : PIL image of mode RGB
    box : Box
        That of the face. Around it there is black where the photo ends.
    turn : float
        Degrees.
    width : int
        That of the face afterwards; 0 leaves its size.
    dark : float
        What pixels are multiplied by.

    Returns
    -------
    PIL image, Box
        Four times as wide and high as the face, and where the face is.
    """
    x, y, w, h = box
    side = 4 * h
    left, top = x + (w - side) // 2, y + (h - side) // 2
    around = photo.crop((left, top, left + side, top + side))
    shrink = width / w if width else 1.0
    new = max(1, round(side * shrink))
    small = around.resize((new, new), Image.Resampling.BOX)
    pixels = np.asarray(small.rotate(turn, Image.Resampling.BICUBIC))
    middle = Box(*(round(v * shrink) for v in ((side - w) / 2, (side - h) / 2, w, h)))
    return Image.fromarray(np.rint(pixels * dark).astype(np.uint8)), middle


def _count(
    counts: Counts, detector: FaceDetector, photo: Image.Image, faces: Sequence[TrueFace]
) -> None:
    begun = time.perf_counter()
    boxes = [face.box for face in detector(photo)]
    counts.seconds += time.perf_counter() - begun
    found, false = compared(faces, boxes)
    counts.photos += 1
    counts.faces += sum(not face.unclear for face in faces)
    counts.found += found
    counts.false += false
    counts.photos_with_false += false > 0


def main(argv: Sequence[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.face_detectors",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photos", metavar="FOLDER", type=Path)
    parser.add_argument("faces", metavar="CSV", type=Path)
    parser.add_argument("--detector", action="append", help="as for minicnn predict", default=[])
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--min-size", type=int)
    alone = "of photos with one face, the face and what is around it:"
    parser.add_argument("--turn", type=float, default=0, help=f"{alone} turned by degrees")
    parser.add_argument("--width", type=int, default=0, help=f"{alone} shrunk to a width of face")
    parser.add_argument("--dark", type=float, default=1, help=f"{alone} multiplied by a number")
    arguments = parser.parse_args(argv)

    detectors = {
        name: face_detector(name, threshold=arguments.threshold, min_size=arguments.min_size)
        for name in arguments.detector or ["yunet", "haar"]
    }
    counts = {name: Counts() for name in detectors}
    change = {"turn": arguments.turn, "width": arguments.width, "dark": arguments.dark}
    alone = change != {"turn": 0, "width": 0, "dark": 1}
    for file, faces in read_faces(arguments.faces).items():
        if alone and (len(faces) != 1 or faces[0].unclear):
            continue
        photo = decode_rgb(arguments.photos / file)
        if alone:
            photo, box = changed(photo, faces[0].box, **change)
            faces = [TrueFace(box)]
        for name, detector in detectors.items():
            _count(counts[name], detector, photo, faces)
    print("| detector | photos | found | false boxes | per photo |\n|---|---|---|---|---|")
    for name, count in counts.items():
        print(f"| {name} | {count.photos} | {count.row()} |")


if __name__ == "__main__":
    main()
