"""Say which emotion the face in an image shows.

example:
  minicnn predict --model runs/first/model.keras photo.jpg more.jpg

The face should fill the image: the largest centred square is what the model sees, in grey, at
48x48 pixels. Files that cannot be read are reported after the others have been predicted.
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--model", metavar="FILE", required=True, help="a .keras file")
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="JPEG, PNG, WebP, ...")


def run(arguments: argparse.Namespace) -> None:
    """Predict, show a table, and report what could not be read."""
    from minicnn.fer.predict import Prediction, predict_images
    from minicnn.fer.report import prediction_table
    from minicnn.sequential import load_model

    results = list(predict_images(load_model(arguments.model), arguments.images))
    rows = [
        (file, result)
        for file, result in zip(arguments.images, results, strict=True)
        if isinstance(result, Prediction)
    ]
    if rows:
        print(prediction_table(rows))
    unread = [str(result) for result in results if isinstance(result, Exception)]
    if unread:
        raise ValueError("\n".join(unread))
