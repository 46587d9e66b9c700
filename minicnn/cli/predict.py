"""``minicnn predict``: the emotion of faces."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minicnn.cli.faces_option import add_faces_arguments, check_faces_arguments, how_to_find
from minicnn.cli.model_option import add_model_argument, load_given_model
from minicnn.cli.path_option import image_path
from minicnn.cli.threads_option import add_threads_argument, use_threads
from minicnn.streams import is_terminal

if TYPE_CHECKING:
    from PIL.Image import Image

    from minicnn.data.listing import ListedFile
    from minicnn.fer.reports.prediction_report import Result
    from minicnn.model import Model

HELP = """\
Predict the emotion of faces: in one photo, in thousands, or of every face in a group photo.

example:
  minicnn predict photo.jpg more.jpg
  minicnn predict group.jpg --faces --draw drawn/
  minicnn predict group.jpg --faces --detector yunet --min-size 20
  minicnn predict folder/ --csv --model runs/first/best.keras > emotions.csv
  minicnn predict face.png --model other.keras --classes csv --scale -1..1

Without --model, it uses an included network, and says which. Without --faces, a face should fill
its image: the model sees the largest centred square, at the model's size (48x48 pixels, in grey,
for the included one). A folder stands for every file in it, at any depth; hidden files are skipped
and counted.

exit code: 0 if every file was read, 2 if not. Unreadable files do not stop the others; they are
counted and named at the end.
"""

# The format of a drawn picture by its ending; others become PNG.
_FORMS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model_argument(parser)
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        type=image_path,
        help="a JPEG, PNG, WebP, ..., or a folder of images",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON, with all probabilities")
    form.add_argument("--csv", action="store_true", help="print csv, with all probabilities")
    add_faces_arguments(parser)
    add_threads_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print each prediction as soon as it is made, then the files that could not be read."""
    from minicnn.data.listing import list_files
    from minicnn.fer.models.pretrained import pretrained_name
    from minicnn.fer.reports.prediction_report import printable
    from minicnn.progress import progress_bar

    check_faces_arguments(arguments)
    use_threads(arguments.threads)
    files, hidden, unlisted = list_files(arguments.images)
    drawn = _places(files, arguments.draw, overwrite=arguments.overwrite)
    how = how_to_find(arguments, files) if arguments.faces else None
    model = load_given_model(arguments)
    if arguments.model is None:
        print(f"minicnn predict: the model is the {pretrained_name()}.", file=sys.stderr)
    unread = [printable(problem) for problem in unlisted]
    faces: list[int] = []
    out = sys.stdout
    with progress_bar("Predicting", len(files), show=len(files) > 1) as advance:
        if is_terminal(out):  # the bar makes what is printed on its terminal appear above it
            out = sys.stdout
        found = _results(model, files, drawn, how)
        results = _noted(found, unread, faces, advance)
        for line in _lines(results, files, model, arguments):
            print(line, file=out)
    whole = not (arguments.faces or arguments.json or arguments.csv)
    if whole and is_terminal(sys.stderr):
        print(
            "minicnn predict: each image was treated as one face that fills it; "
            "--faces finds the faces in photos.",
            file=sys.stderr,
        )
    if faces and not any(faces):
        print(
            "minicnn predict: no face was found; images that are faces already, cut out and "
            "filling the image, are classified without --faces.",
            file=sys.stderr,
        )
    if hidden:
        print(f"minicnn predict: hidden files skipped: {hidden:,}.", file=sys.stderr)
    if unread:
        number = len(files) + len(unlisted)
        what = "files and folders" if unlisted else "files"
        first = f"{len(unread):,} of {number:,} {what} could not be read:\n"
        raise ValueError((first if number > 1 else "") + "\n".join(unread))


def _places(files: Sequence[ListedFile], folder: Path | None, *, overwrite: bool) -> list[Path]:
    """Return the file that each picture is drawn to; none without a folder."""
    if folder is None:
        return []
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"--draw: {folder} is a file, expected a folder.")
    places: dict[Path, str] = {}
    for path, name in files:
        place = folder / name
        if place.suffix.casefold() not in _FORMS:
            place = place.with_name(f"{place.name}.png")
        if place in places:
            raise ValueError(
                f"{places[place]} and {path} would both be drawn to {place}, "
                "expected them in separate calls."
            )
        if place.exists() and not overwrite:
            raise ValueError(f"{place} exists, expected another --draw folder or --overwrite.")
        places[place] = path
    return list(places)


def _results(
    model: Model, files: Sequence[ListedFile], drawn: Sequence[Path], how: dict[str, Any] | None
) -> Iterator[Result]:
    """Yield a prediction for each file, or its faces if `how` says how to find them."""
    from minicnn.fer.prediction.photos import Photo, predict_photos
    from minicnn.fer.prediction.predict import predict_images

    paths = [file.path for file in files]
    if how is None:
        yield from zip(paths, predict_images(model, paths), strict=True)
        return
    photos = predict_photos(model, paths, **how)
    for i, (path, found) in enumerate(zip(paths, photos, strict=True)):
        if drawn and isinstance(found, Photo) and found.faces:
            _save(found.drawn(), drawn[i])
        yield path, found


def _save(picture: Image, path: Path) -> None:
    from minicnn.files import atomic_write

    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        picture.save(file, _FORMS[path.suffix.casefold()], quality=90)


def _noted(
    results: Iterable[Result],
    unread: list[str],
    faces: list[int],
    advance: Callable[[int], None],
) -> Iterator[Result]:
    """Pass the results on; collect the messages of unread files, and how many faces photos have."""
    from minicnn.fer.prediction.photos import Photo
    from minicnn.fer.reports.prediction_report import printable

    for file, found in results:
        if isinstance(found, Exception):
            unread.append(printable(str(found)))
        elif isinstance(found, Photo):
            faces.append(len(found.faces))
        yield file, found
        advance(1)


def _lines(
    results: Iterable[Result],
    files: Sequence[ListedFile],
    model: Model,
    arguments: argparse.Namespace,
) -> Iterator[str]:
    from minicnn.fer.models.expectations import class_names
    from minicnn.fer.reports.prediction_report import csv_lines, json_lines, table_lines

    names, faces = class_names(model), arguments.faces
    if arguments.json:
        return json_lines(results)
    if arguments.csv:
        return csv_lines(results, names, faces=faces)
    return table_lines(results, [file.path for file in files], names, faces=faces)
