"""Draw a sheet of faces beside what augmentation makes of them.

example:
  minicnn augment --data fer2013.zip --out sheet.png

A row for each emotion: an image, then what five epochs of the default augmentation show of it
(rotation, shift, shear, zoom, mirror), then light, erasing and noise, which are off by default.
Without --data it takes the embedded synthetic faces.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from minicnn.cli.data_option import add_data_argument, load_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_argument(parser)
    parser.add_argument(
        "--out", metavar="FILE", required=True, type=Path, help="the picture to write, a .png"
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=0,
        help="names the images and what happens to them (0)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Draw the sheet, and say where it is."""
    from minicnn.fer.reports.augmentation_sheet import augmentation_sheet
    from minicnn.files import atomic_write, check_writable
    from minicnn.random import check_seed

    seed = check_seed(arguments.seed)
    if arguments.out.suffix.casefold() != ".png":
        raise ValueError(f"--out must name a .png file, got {arguments.out}.")
    check_writable(arguments.out)
    dataset = load_data(arguments.data)
    encoded = io.BytesIO()
    augmentation_sheet(dataset.train, seed=seed).save(encoded, "PNG", optimize=True)
    with atomic_write(arguments.out) as out:
        out.write(encoded.getvalue())
    print(f"{arguments.out} shows training images of {dataset.name} and what epochs make of them.")
