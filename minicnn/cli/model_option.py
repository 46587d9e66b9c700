"""The model a verb works with: from --model, or the one that comes with the package."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from minicnn.cli.path_option import text_path

if TYPE_CHECKING:
    from minicnn.model import Model

__all__ = ["add_model_argument", "given_model_name", "load_given_model"]


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --model."""
    parser.add_argument(
        "--model",
        metavar="FILE",
        type=text_path,
        help="a .keras file (without it: the pretrained model)",
    )


def load_given_model(path: str | None) -> Model:
    """Return the model."""
    from minicnn.fer.models.pretrained import load_pretrained
    from minicnn.loading import load_model

    return load_pretrained() if path is None else load_model(path)


def given_model_name(path: str | None) -> str:
    """Return the model's name in reports; the pretrained one's holds the hash of its file."""
    from minicnn.fer.models.pretrained import pretrained_name

    return pretrained_name() if path is None else path
