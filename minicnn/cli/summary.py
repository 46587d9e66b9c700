"""``minicnn summary``: the layers of a model."""

from __future__ import annotations

import argparse

from minicnn.cli.model_option import load_named_model
from minicnn.cli.path_option import text_path

HELP = """Show a model's layers, their output shapes and numbers of parameters.

example:
  minicnn summary --model runs/first/model.keras

Without --model, it shows the documented network.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--model", metavar="FILE", type=text_path, help="a .keras file")


def run(arguments: argparse.Namespace) -> None:
    """Print the table."""
    from minicnn.fer.models.network import fer_network

    model = load_named_model(arguments.model) if arguments.model else fer_network()
    model.summary()
