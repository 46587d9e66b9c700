"""Compare a model's predictions with the labels of some images.

example:
  minicnn evaluate --data fer2013.zip
  minicnn evaluate --data fer2013.zip --tta flip --out figures.txt figures.csv
  minicnn evaluate --data fer2013.zip --model runs/first/best.keras

Shows accuracy with its 95 % interval, top-2 accuracy, loss, calibration error and time per image,
also without the images that have a pixel-identical twin among the training images; precision,
recall and F1 of every emotion, and how often each was taken for each other. Without --model it
takes the pretrained model, which comes with minicnn; without --data the embedded synthetic faces.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minicnn.cli.data import add_data_argument, load_data, pick_split
from minicnn.cli.model import add_model_argument, load_given_model

if TYPE_CHECKING:
    from minicnn.fer.evaluate import Evaluation

_FORMS = (".txt", ".csv", ".json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_model_argument(parser)
    add_data_argument(parser)
    parser.add_argument(
        "--split",
        metavar="NAME",
        default="test",
        help="train, test, or a half of FER2013's test images: PublicTest, PrivateTest (test)",
    )
    parser.add_argument(
        "--tta",
        choices=("flip", "ten-crop"),
        help="average over the image and its mirror image, or over ten crops of it",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help="write the figures there, as the ending says: .txt, .csv, .json",
    )


def run(arguments: argparse.Namespace) -> None:
    """Evaluate, show the figures, and write them where asked."""
    from minicnn.fer.evaluate import evaluate
    from minicnn.saving.atomic import atomic_write

    for path in arguments.out:
        if path.suffix.casefold() not in _FORMS:
            raise ValueError(f"--out must name files ending in {', '.join(_FORMS)}, got {path}.")
    model, name = load_given_model(arguments.model)
    with contextlib.ExitStack() as stack:
        # Opened first, so that a place that cannot be written is told before the work is done.
        files = [(path, stack.enter_context(atomic_write(path))) for path in arguments.out]
        dataset, source = load_data(arguments.data)
        split = pick_split(dataset, source, arguments.split)
        evaluation = evaluate(model, split, tta=arguments.tta)
        without_twins = evaluation.without_twins(dataset, arguments.split)
        what = {
            "model": name,
            "data": source,
            "split": arguments.split,
            "tta": arguments.tta,
        }
        written = _written(what, evaluation, without_twins)
        print(written[".txt"], end="")
        for path, file in files:
            file.write(written[path.suffix.casefold()].encode())


def _written(
    what: dict[str, Any], evaluation: Evaluation, without_twins: Evaluation | None
) -> dict[str, str]:
    """Return the figures in each form."""
    from minicnn.fer.report import evaluation_csv, evaluation_report

    title = f"{what['model']} on {what['data']}, {what['split']}"
    if what["tta"]:
        title += f", averaged ({what['tta']})"
    parts, figures = {"all": evaluation}, what | evaluation.as_dict()
    if without_twins:
        twins = evaluation.images - without_twins.images
        title += (
            f"\n{twins:,} of the {evaluation.images:,} images have a pixel-identical twin "
            "among the training images."
        )
        parts["without twins"] = without_twins
        figures["without_twins"] = without_twins.as_dict()
    return {
        ".txt": f"{title}\n\n{evaluation_report(evaluation, without_twins)}\n",
        ".csv": evaluation_csv(parts),
        ".json": json.dumps(figures, indent=2) + "\n",
    }
