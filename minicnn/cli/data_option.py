"""The images a verb works on: --data, or the built-in synthetic faces; --image-size and so on."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    from minicnn.data.dataset import Dataset, Split
    from minicnn.model import Model

__all__ = ["add_data_argument", "add_split_argument", "load_data", "pick_split"]


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --data, --image-size and --color-mode."""
    parser.add_argument(
        "--data",
        metavar="PATH",
        type=text_path,
        help="fer2013.zip, its folder, fer2013.csv, or images of any classes in class folders, "
        "also zipped or in a tar.gz (without it: synthetic faces)",
    )
    parser.add_argument(
        "--image-size",
        type=int,
        metavar="N",
        help="height and width to which images are resized (those of the model, or 48)",
    )
    parser.add_argument(
        "--color-mode",
        choices=("grayscale", "rgb"),
        help="colours of the images (those of the model, or grayscale)",
    )


def add_split_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --split."""
    parser.add_argument(
        "--split",
        metavar="NAME",
        default="test",
        help="train, test, validation if the data has one, or one half of FER2013's test images: "
        "PublicTest, PrivateTest (test)",
    )


def load_data(
    arguments: argparse.Namespace, model: Model | None = None, *, enlarge: bool | None = None
) -> Dataset:
    """Return the images in the form that the options say, or that a model takes.

    What was decided about their classes and parts is said in a line on standard error.
    """
    from minicnn.fer.datasets.load_images import COLOR_MODES, load_images, resized
    from minicnn.fer.datasets.synthetic import load_synthetic
    from minicnn.fer.models.expectations import expectations

    size, mode = (48, 48), "grayscale"
    if model is not None:
        expected = expectations(model)
        size = expected.size
        mode = next(name for name, number in COLOR_MODES.items() if number == expected.channels)
    if arguments.image_size is not None:
        size = (arguments.image_size, arguments.image_size)
    mode = arguments.color_mode or mode
    # Where nothing but the model asks for it, small images are enlarged as it predicts.
    if enlarge is None:
        enlarge = model is None or bool(arguments.image_size or arguments.color_mode)
    if arguments.data is None:
        return resized(load_synthetic(), size, mode) if enlarge else load_synthetic()
    dataset = load_images(arguments.data, image_size=size, color_mode=mode, enlarge=enlarge)
    if dataset.notes:
        told = "; ".join(dataset.notes)
        print(f"minicnn {arguments.verb}: {dataset.name}: {told}.", file=sys.stderr)
    return dataset


def pick_split(dataset: Dataset, name: str) -> Split:
    """Return the images of --split.

    Raises
    ------
    ValueError
        If the data has no split of that name.
    """
    if name not in dataset.splits:
        raise ValueError(
            f"{dataset.name} has no split {name!r}, expected one of {', '.join(dataset.splits)}."
        )
    return dataset.splits[name]
