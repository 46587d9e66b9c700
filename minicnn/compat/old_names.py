"""Warnings about names that Keras no longer has."""

import os
import sys
import warnings
from pathlib import Path

__all__ = ["warn_renamed"]

_PACKAGE = str(Path(__file__).parents[1]) + os.sep


def warn_renamed(old: str, new: str) -> None:
    """Tell the script's author that a name works but has a successor.

    The warning points to the first line outside the package, whatever lies between.
    """
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(f"{old} is a name of older Keras versions; use {new}.", DeprecationWarning, level)
