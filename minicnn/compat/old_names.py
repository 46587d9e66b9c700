"""Warnings about names that Keras no longer has."""

from minicnn.streams import warn

__all__ = ["warn_renamed"]


def warn_renamed(old: str, new: str) -> None:
    """Tell the script's author that a name works but has a successor."""
    warn(f"{old} is a name of older Keras versions; use {new}.", DeprecationWarning)
