"""``minicnn summary``: the layers of a model."""

from __future__ import annotations

import argparse

from minicnn.cli.model_option import MODEL_HELP, load_named_model
from minicnn.cli.path_option import text_path

HELP = """Show a model's layers, their output shapes and numbers of parameters.

example:
  minicnn summary runs/first/model.keras
  minicnn summary pretrained

Without a file, it shows the documented network.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=text_path,
        help=MODEL_HELP,
    )
    parser.add_argument("--model", metavar="FILE", type=text_path, help="the same, as an option")


def run(arguments: argparse.Namespace) -> None:
    """Print the table."""
    from minicnn.fer.models.network import fer_network

    file = arguments.file or arguments.model
    model = load_named_model(file) if file else fer_network()
    model.summary()
