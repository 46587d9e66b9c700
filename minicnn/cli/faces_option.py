"""Options that say how the faces of a photo are found, and where their drawings go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minicnn.cli.path_option import as_path, text_path

if TYPE_CHECKING:
    from minicnn.data.listing import ListedFile

__all__ = ["add_faces_arguments", "check_faces_arguments", "how_to_find"]

# Options that mean nothing without --faces.
_OF_FACES = ("draw", "detector", "boxes", "threshold", "min_size")


def add_faces_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --faces, and how faces are found and drawn."""
    parser.add_argument(
        "--faces", action="store_true", help="find all faces in each photo and classify each"
    )
    parser.add_argument(
        "--detector",
        metavar="DETECTOR",
        type=text_path,
        help="with --faces: yunet, haar, the file of a YuNet (ONNX) or of an OpenCV cascade (XML); "
        "by default auto: yunet if `minicnn get yunet` has fetched it, else haar",
    )
    parser.add_argument(
        "--threshold",
        metavar="X",
        type=float,
        help="with --faces: how certain a face must be; YuNet's score from 0 to 1, "
        "or the number of agreeing windows of a cascade",
    )
    parser.add_argument(
        "--min-size",
        metavar="PIXELS",
        type=int,
        help="with --faces: the least width of a face in the photo; small ones take more time",
    )
    parser.add_argument(
        "--boxes",
        metavar="FILE",
        type=text_path,
        help="with --faces: take the faces from a csv file with the columns "
        "file, x, y, width, height, such as --csv writes, and search none",
    )
    parser.add_argument(
        "--draw",
        metavar="FOLDER",
        type=as_path,
        help="with --faces: write photos that have faces to FOLDER, with boxes and labels",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="with --draw: replace existing files"
    )


def check_faces_arguments(arguments: argparse.Namespace) -> None:
    """Reject options that do not go together.

    Raises
    ------
    ValueError
        If one needs another one, or excludes it.
    """
    given = [name for name in _OF_FACES if getattr(arguments, name) is not None]
    options = [f"--{name.replace('_', '-')}" for name in given]
    if given and not arguments.faces:
        raise ValueError(f"{options[0]} needs --faces.")
    if arguments.boxes is not None:
        searching = [option for option in options if option not in ("--draw", "--boxes")]
        if searching:
            raise ValueError(
                f"--boxes says where the faces are, so nothing is searched: expected it without "
                f"{searching[0]}."
            )


def how_to_find(arguments: argparse.Namespace, files: Sequence[ListedFile]) -> dict[str, Any]:
    """Return `detector` or `boxes` for `predict_photos`; say once what is missing.

    Raises
    ------
    ValueError, OSError
        If the detector or the boxes cannot be used.
    """
    from minicnn.fer.detection.choice import face_detector, hint_without_yunet

    if arguments.boxes is not None:
        return {"boxes": _boxes(arguments.boxes, files)}
    name = arguments.detector or "auto"
    detector = face_detector(name, threshold=arguments.threshold, min_size=arguments.min_size)
    if name == "auto" and (hint := hint_without_yunet()):
        print(f"minicnn predict: {hint}", file=sys.stderr)
    return {"detector": detector}


def _boxes(path: str, files: Sequence[ListedFile]) -> list[list[tuple[float, ...]]]:
    """Return the boxes of each file, which the csv file names by its path or its name."""
    from minicnn.fer.detection.own_boxes import read_boxes

    boxes = read_boxes(path)
    found = [boxes.get(file.path, boxes.get(file.name)) for file in files]
    missing = [file.path for file, own in zip(files, found, strict=True) if own is None]
    if missing:
        raise ValueError(
            f"{path} has no row for {missing[0]}"
            f"{f' and {len(missing) - 1:,} more' if len(missing) > 1 else ''}, expected one for "
            "each face, or the name alone for a photo without faces."
        )
    return [own for own in found if own is not None]
