r"""Measure the accuracy on spoiled images: noisy, blurred, hidden in part.

example:
  minicnn robustness --data fer2013.zip --only noise --out noise.csv
  minicnn robustness --model runs/first/best.keras --data fer2013.zip \
      --out runs/first/robustness.json

Gaussian noise of 0.05, 0.1 and 0.2; blur, contrast, brightness, JPEG, occlusion and rotation at
five severities each. The same --seed spoils the images in the same way. All of it predicts the
images 34 times; figures and report of a run show its robustness.json. Without --model it
takes the pretrained model, which comes with minicnn; without --data the embedded synthetic faces.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path

from minicnn.cli.data import add_data_argument, load_data, pick_split
from minicnn.cli.model import add_model_argument, load_given_model

_FORMS = (".txt", ".csv", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from minicnn.data.corruptions import CORRUPTIONS

    add_model_argument(parser)
    add_data_argument(parser)
    parser.add_argument(
        "--split",
        metavar="NAME",
        default="test",
        help="train, test, or a half of FER2013's test images: PublicTest, PrivateTest (test)",
    )
    parser.add_argument(
        "--only",
        metavar="NAME",
        nargs="+",
        choices=tuple(CORRUPTIONS),
        help=f"some of {', '.join(CORRUPTIONS)} (all)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=0, help="names what happens to the images (0)"
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help="write the accuracies there, as the ending says: .txt, .csv, .json",
    )


def run(arguments: argparse.Namespace) -> None:
    """Spoil, predict, show the accuracies, and write them where asked."""
    from minicnn.fer.robustness import robustness
    from minicnn.fer.robustness_report import robustness_csv, robustness_report
    from minicnn.random import check_seed
    from minicnn.saving.atomic import atomic_write

    check_seed(arguments.seed)
    for path in arguments.out:
        if path.suffix.casefold() not in _FORMS:
            raise ValueError(f"--out must name files ending in {', '.join(_FORMS)}, got {path}.")
    model, name = load_given_model(arguments.model)
    with contextlib.ExitStack() as stack:
        # Opened first, so that a place that cannot be written is told before the work is done.
        files = [(path, stack.enter_context(atomic_write(path))) for path in arguments.out]
        dataset, source = load_data(arguments.data)
        split = pick_split(dataset, source, arguments.split)
        result = robustness(model, split, only=arguments.only, seed=arguments.seed)
        title = f"{name} on spoiled {source}, {arguments.split}"
        what = {"model": name, "data": source, "split": arguments.split}
        written = {
            ".txt": f"{title}\n\n{robustness_report(result)}\n",
            ".csv": robustness_csv(result),
            ".json": json.dumps(what | result.as_dict(), indent=2) + "\n",
        }
        print(written[".txt"], end="")
        for path, file in files:
            file.write(written[path.suffix.casefold()].encode())
