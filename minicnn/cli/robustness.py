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
import json

from minicnn.cli.measured import add_measured_arguments, load_measured
from minicnn.cli.out_option import add_out_argument, check_out, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from minicnn.data.corruptions import CORRUPTIONS

    add_measured_arguments(parser)
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
    add_out_argument(parser, "accuracies")


def run(arguments: argparse.Namespace) -> None:
    """Spoil, predict, show the accuracies, and write them where asked."""
    from minicnn.fer.evaluation.robustness import robustness
    from minicnn.fer.reports.robustness_report import robustness_csv, robustness_report
    from minicnn.random import check_seed

    check_seed(arguments.seed)
    check_out(arguments.out)
    model, name, dataset, split = load_measured(arguments)
    result = robustness(model, split, only=arguments.only, seed=arguments.seed)
    title = f"{name} on spoiled {dataset.name}, {arguments.split}"
    what = {"model": name, "data": dataset.name, "split": arguments.split}
    forms = {
        ".txt": f"{title}\n\n{robustness_report(result)}\n",
        ".csv": robustness_csv(result),
        ".json": json.dumps(what | result.as_dict(), indent=2) + "\n",
    }
    show(forms, arguments.out)
