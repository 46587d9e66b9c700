"""``minicnn data report``: what is in a data set."""

from __future__ import annotations

import argparse

from minicnn.cli.data_option import add_data_argument, load_data

HELP = """Inspect the images of a data set before you train on them.

example:
  minicnn data report --data fer2013.zip

Counts the images of each class, pixel-identical images (twins) within and across the splits, twins
with contradicting labels, and blank images. Without --data, it uses the built-in synthetic faces.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "what", metavar="report", choices=["report"], help="what to print; only a report so far"
    )
    add_data_argument(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print the report."""
    from minicnn.data.quality import inspect_dataset
    from minicnn.fer.datasets.sources import ignored_files
    from minicnn.fer.reports.data_report import data_report

    dataset = load_data(arguments)
    ignored = 0 if arguments.data is None else ignored_files(arguments.data)
    images = len(dataset.train) + len(dataset.test)
    print(f"{dataset.name}: {images:,} images of {len(dataset.class_names)} classes\n")
    print(data_report(inspect_dataset(dataset), ignored=ignored))
