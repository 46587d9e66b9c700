"""Warnings about names that Keras no longer has."""

import warnings

__all__ = ["warn_renamed"]


def warn_renamed(old: str, new: str, stacklevel: int = 3) -> None:
    """Tell the script's author that a name works but has a successor."""
    warnings.warn(
        f"{old} is a name of older Keras versions; use {new}.", DeprecationWarning, stacklevel
    )
