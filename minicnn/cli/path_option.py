"""Paths on the command line."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

__all__ = ["as_path", "image_path", "text_path"]


def text_path(text: str) -> str:
    """Return an option's path, with a leading ``~`` expanded: shells leave ``--out=~/x`` alone.

    Raises
    ------
    argparse.ArgumentTypeError
        If no file can have such a path.
    """
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(f"expected a path, got {text!r}")
    return os.path.expanduser(text)


def as_path(text: str) -> Path:
    """Return an option's path as a Path; see :func:`text_path`."""
    return Path(text_path(text))


def image_path(text: str) -> str:
    """Return the path of an image; ``~`` stays if there is a file of that name, as from ``*``."""
    return text if text and os.path.lexists(text) else text_path(text)
