"""Compare a model's predictions with the labels of some images.

example:
  minicnn evaluate --model runs/first/model.keras --data fer2013.zip

Shows accuracy and loss, precision, recall and F1 of every emotion, and how often each was taken
for each other. Without --data it takes the embedded synthetic faces.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path

from minicnn.cli.data import add_data_argument, load_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--model", metavar="FILE", required=True, help="a .keras file")
    add_data_argument(parser)
    parser.add_argument(
        "--split",
        metavar="NAME",
        default="test",
        help="train, test, or a half of FER2013's test images: PublicTest, PrivateTest (test)",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="write the figures there as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Evaluate, and show the figures."""
    from minicnn.fer.evaluate import evaluate
    from minicnn.saving.atomic import atomic_write
    from minicnn.sequential import load_model

    model = load_model(arguments.model)
    with contextlib.ExitStack() as stack:
        # Opened first, so that a place that cannot be written is told before the work is done.
        out = stack.enter_context(atomic_write(arguments.out)) if arguments.out else None
        dataset, source = load_data(arguments.data)
        if arguments.split not in dataset.splits:
            raise ValueError(
                f"{source} has no images named {arguments.split!r}, "
                f"expected one of {', '.join(dataset.splits)}."
            )
        evaluation = evaluate(model, dataset.splits[arguments.split])
        print(f"{arguments.model} on {source}, {arguments.split}")
        print(evaluation)
        if out:
            what = {"model": arguments.model, "data": source, "split": arguments.split}
            content = json.dumps(what | evaluation.as_dict(), indent=2)
            out.write((content + "\n").encode())
