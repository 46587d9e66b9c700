"""``minicnn evaluate``: how accurate a model is."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from minicnn.cli.measured import add_measured_arguments, load_measured
from minicnn.cli.out_option import add_out_argument, check_out, show

if TYPE_CHECKING:
    from minicnn.fer.evaluation.evaluate import Evaluation

HELP = """Compare a model's predictions with the labels of some images.

example:
  minicnn evaluate --data fer2013.zip
  minicnn evaluate --data fer2013.zip --tta flip --out results.txt results.csv
  minicnn evaluate --data fer2013.zip --model runs/first/best.keras
  minicnn evaluate --data fer2013.zip --model other.keras --classes csv --scale -1..1

Prints accuracy with its 95 % interval, top-2 accuracy, loss, calibration error and time per image,
for all images and without those that have a pixel-identical twin among the training images; then
precision, recall and F1 of every class, and the confusion matrix. Without --model, it uses the
pretrained model that comes with minicnn; without --data, the built-in synthetic faces.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_measured_arguments(parser)
    parser.add_argument(
        "--tta",
        choices=("flip", "ten-crop"),
        help="average the predictions of each image and its mirror image, or of ten crops of it",
    )
    add_out_argument(parser, "figures")


def run(arguments: argparse.Namespace) -> None:
    """Evaluate, print the results, and write them to the files of --out."""
    from minicnn.fer.evaluation.evaluate import evaluate

    check_out(arguments.out)
    model, name, dataset, split = load_measured(arguments)
    evaluation = evaluate(model, split, class_names=dataset.class_names, tta=arguments.tta)
    without_twins = evaluation.without_twins(dataset, arguments.split)
    what = {"model": name, "data": dataset.name, "split": arguments.split, "tta": arguments.tta}
    show(_forms(what, evaluation, without_twins), arguments.out)


def _forms(
    what: dict[str, Any], evaluation: Evaluation, without_twins: Evaluation | None
) -> dict[str, str]:
    """Return the results in each form."""
    from minicnn.fer.reports.evaluation_report import evaluation_csv, evaluation_report

    title = f"{what['model']} on {what['data']}, {what['split']}"
    if what["tta"]:
        title += f", averaged ({what['tta']})"
    parts, values = {"all": evaluation}, what | evaluation.as_dict()
    if without_twins:
        twins = evaluation.images - without_twins.images
        title += (
            f"\n{twins:,} of the {evaluation.images:,} images have a pixel-identical twin "
            "among the training images."
        )
        parts["without twins"] = without_twins
        values["without_twins"] = without_twins.as_dict()
    return {
        ".txt": f"{title}\n\n{evaluation_report(evaluation, without_twins)}\n",
        ".csv": evaluation_csv(parts),
        ".json": json.dumps(values, indent=2) + "\n",
    }
