"""``minicnn robustness``: the accuracy on corrupted images."""

from __future__ import annotations

import argparse
import json

from minicnn.cli.measured import add_measured_arguments, load_measured
from minicnn.cli.out_option import add_out_argument, check_out, show

HELP = r"""Measure the accuracy on corrupted images: noisy, blurred, partly hidden and more.

example:
  minicnn robustness --data fer2013.zip --only noise --out noise.csv
  minicnn robustness --model runs/first/best.keras --data fer2013.zip \
      --out runs/first/robustness.json

Applies Gaussian noise of 0.05, 0.1 and 0.2; blur, contrast, brightness, JPEG, occlusion and
rotation at five severities each. The same --seed corrupts the images in the same way. A full
measurement predicts the images 34 times. minicnn figures shows the robustness.json of a run
folder. Without --model, it uses the pretrained model that comes with minicnn; without --data, the
built-in synthetic faces.
"""

# The keys of `minicnn.data.corruptions.CORRUPTIONS`, without loading NumPy.
CORRUPTIONS = ("noise", "blur", "contrast", "brightness", "jpeg", "occlusion", "rotation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_measured_arguments(parser)
    parser.add_argument(
        "--only",
        metavar="NAME",
        nargs="+",
        choices=CORRUPTIONS,
        help=f"corruptions to apply: {', '.join(CORRUPTIONS)} (all)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=0, help="random seed of the corruptions (0)"
    )
    add_out_argument(parser, "accuracies")


def run(arguments: argparse.Namespace) -> None:
    """Corrupt, predict, print the accuracies, and write them to the files of --out."""
    from minicnn.fer.evaluation.robustness import robustness
    from minicnn.fer.reports.robustness_report import robustness_csv, robustness_report
    from minicnn.random import check_seed

    check_seed(arguments.seed)
    check_out(arguments.out)
    model, name, dataset, split = load_measured(arguments)
    result = robustness(
        model,
        split,
        class_names=dataset.class_names,
        only=arguments.only,
        seed=arguments.seed,
    )
    title = f"{name} on corrupted {dataset.name}, {arguments.split}"
    what = {"model": name, "data": dataset.name, "split": arguments.split}
    forms = {
        ".txt": f"{title}\n\n{robustness_report(result)}\n",
        ".csv": robustness_csv(result),
        ".json": json.dumps(what | result.as_dict(), indent=2) + "\n",
    }
    show(forms, arguments.out)
