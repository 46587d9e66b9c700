"""Train the documented network.

example:
  minicnn train --data fer2013.zip --epochs 30 --out runs/first

Without --data it trains on the embedded synthetic faces. The run folder holds model.keras,
history.csv and run.json.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--data", metavar="PATH", help="fer2013.zip, its folder, or fer2013.csv")
    parser.add_argument("--out", metavar="FOLDER", required=True, type=Path, help="run folder")
    parser.add_argument("--epochs", type=int, default=128, help="passes over the images (128)")
    parser.add_argument("--batch-size", type=int, default=32, help="images per step (32)")
    parser.add_argument(
        "--validation-split",
        type=float,
        default=0.1,
        metavar="SHARE",
        help="share of the training images held out to watch the training (0.1)",
    )
    parser.add_argument("--seed", type=int, default=0, help="names all random numbers (0)")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a run that is in the folder"
    )


def run(arguments: argparse.Namespace) -> None:
    """Train, and say where the result is."""
    from minicnn.fer.dataset import load_fer2013
    from minicnn.fer.synthetic import load_synthetic
    from minicnn.fer.train import train

    if arguments.data is None:
        dataset, source = load_synthetic(), "synthetic faces"
    else:
        dataset, source = load_fer2013(arguments.data), Path(arguments.data).name
    print(
        f"{source}: {len(dataset.train):,} training and {len(dataset.test):,} test images. "
        f"The run goes to {arguments.out}."
    )
    train(
        dataset,
        arguments.out,
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        validation_split=arguments.validation_split,
        seed=arguments.seed,
        overwrite=arguments.overwrite,
        source=source,
    )
    print(f"Model and history are in {arguments.out}.")
