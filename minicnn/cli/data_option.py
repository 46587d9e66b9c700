"""The images a verb works on: from --data, or the built-in synthetic faces."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    from minicnn.data.dataset import Dataset, Split

__all__ = ["add_data_argument", "add_split_argument", "load_data", "pick_split"]


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --data."""
    parser.add_argument(
        "--data",
        metavar="PATH",
        type=text_path,
        help="fer2013.zip, its folder, or fer2013.csv (without it: synthetic faces)",
    )


def add_split_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --split."""
    parser.add_argument(
        "--split",
        metavar="NAME",
        default="test",
        help="train, test, or one half of FER2013's test images: PublicTest, PrivateTest (test)",
    )


def load_data(path: str | None) -> Dataset:
    """Return the images."""
    from minicnn.fer.datasets.fer2013 import load_fer2013
    from minicnn.fer.datasets.synthetic import load_synthetic

    return load_synthetic() if path is None else load_fer2013(path)


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
