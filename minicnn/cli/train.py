"""Train the documented network.

example:
  minicnn train --data fer2013.zip --epochs 30 --out runs/first

Without --data it trains on the embedded synthetic faces. The run folder holds model.keras,
history.csv and run.json.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from minicnn.cli.data import add_data_argument, load_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_data_argument(parser)
    parser.add_argument("--out", metavar="FOLDER", required=True, type=Path, help="run folder")
    parser.add_argument(
        "--epochs", type=int, metavar="N", default=128, help="passes over the images (128)"
    )
    parser.add_argument(
        "--batch-size", type=int, metavar="N", default=32, help="images per step (32)"
    )
    parser.add_argument(
        "--validation-split",
        type=float,
        default=0.1,
        metavar="SHARE",
        help="share of the training images held out to watch the training (0.1)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=0, help="names all random numbers (0)"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a run that is in the folder"
    )


def run(arguments: argparse.Namespace) -> None:
    """Train, and say where the result is."""
    from minicnn.fer.run_folder import MODEL_FILE
    from minicnn.fer.train import check_arguments, train

    options = {
        name: getattr(arguments, name)
        for name in ("epochs", "batch_size", "validation_split", "seed", "overwrite")
    }
    check_arguments(arguments.out, **options)
    dataset, source = load_data(arguments.data)
    print(
        f"{source}: {len(dataset.train):,} training and {len(dataset.test):,} test images. "
        f"The run goes to {arguments.out}.",
        flush=True,
    )
    test = train(dataset, arguments.out, **options, source=source).test
    print(f"Test images: accuracy {test.accuracy:.2%}, loss {test.loss:.4f}.")
    print(f"The model is {arguments.out / MODEL_FILE}.")
