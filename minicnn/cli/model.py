"""The model a verb works with: that of --model, or the one that comes with the package."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minicnn.sequential import Sequential

__all__ = ["add_model_argument", "load_given_model"]


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --model."""
    parser.add_argument(
        "--model", metavar="FILE", help="a .keras file (without it: the pretrained model)"
    )


def load_given_model(path: str | None) -> tuple[Sequential, str]:
    """Return the model and what it is called."""
    from minicnn.fer.pretrained import load_pretrained, pretrained_name
    from minicnn.sequential import load_model

    if path is None:
        return load_pretrained(), pretrained_name()
    return load_model(path), path
