"""What evaluate and robustness measure: a model, on a split of the data."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NamedTuple

from minicnn.cli.data_option import add_data_argument, add_split_argument, load_data, pick_split
from minicnn.cli.model_option import add_model_argument, given_model_name, load_given_model
from minicnn.cli.threads_option import add_threads_argument, use_threads

if TYPE_CHECKING:
    from minicnn.data.dataset import Dataset, Split
    from minicnn.model import Model

__all__ = ["Measured", "add_measured_arguments", "load_measured"]


class Measured(NamedTuple):
    """A model, its name in reports, the data, and the split that --split names."""

    model: Model
    name: str
    dataset: Dataset
    split: Split


def add_measured_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --model, --classes, --scale, --data, --split and --threads."""
    add_model_argument(parser)
    add_data_argument(parser)
    add_split_argument(parser)
    add_threads_argument(parser)


def load_measured(arguments: argparse.Namespace) -> Measured:
    """Load what the options name; warn if the model was trained on another kind of image."""
    use_threads(arguments.threads)
    model = load_given_model(arguments)
    name = given_model_name(arguments.model)
    dataset = load_data(arguments, model)
    split = pick_split(dataset, arguments.split)
    if arguments.model is None and arguments.data is None:
        print(
            f"minicnn {arguments.verb}: the pretrained model was trained on photographs, but these "
            "faces are drawn; --data fer2013.zip reproduces its published results.",
            file=sys.stderr,
        )
    return Measured(model, name, dataset, split)
