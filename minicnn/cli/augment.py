"""``minicnn augment``: a sheet of augmented faces."""

from __future__ import annotations

import argparse
import io

from minicnn.cli.data_option import add_data_argument, load_data
from minicnn.cli.path_option import as_path

HELP = """Draw a sheet of faces and their augmented versions.

example:
  minicnn augment --data fer2013.zip --out sheet.png

The sheet has a row for each class: an image, the image as five epochs of the default
augmentation show it (rotation, shift, shear, zoom, mirror), then changed light, erasing and noise,
which are off by default. Without --data, it uses the built-in synthetic faces.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_argument(parser)
    parser.add_argument(
        "--out", metavar="FILE", required=True, type=as_path, help="the .png file to write"
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=0,
        help="random seed; chooses the images and their changes (0)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Draw the sheet and print its path."""
    from minicnn.fer.reports.augmentation_sheet import augmentation_sheet
    from minicnn.files import atomic_write, check_writable
    from minicnn.random import check_seed

    seed = check_seed(arguments.seed)
    if arguments.out.suffix.casefold() != ".png":
        raise ValueError(f"--out must name a .png file, got {arguments.out}.")
    check_writable(arguments.out)
    dataset = load_data(arguments)
    sheet = augmentation_sheet(dataset.train, class_names=dataset.class_names, seed=seed)
    encoded = io.BytesIO()
    sheet.save(encoded, "PNG", optimize=True)
    with atomic_write(arguments.out) as out:
        out.write(encoded.getvalue())
    print(
        f"{arguments.out} shows training images of {dataset.name} and augmented versions of them."
    )
