"""``minicnn get``: files that others publish, and that minicnn can use."""

from __future__ import annotations

import argparse

from minicnn.streams import say

HELP = """Download the face detector YuNet, a file that others publish.

example:
  minicnn get yunet
  minicnn predict group.jpg --faces

YuNet finds faces that OpenCV's Haar cascade misses. Its file is kept in the user's cache folder
(or that of the environment variable MINICNN_CACHE), where predict --faces finds it. What is
fetched must have the SHA-256 that minicnn knows; otherwise nothing is kept.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the argument."""
    parser.add_argument("what", metavar="WHAT", choices=["yunet"], help="yunet")


def run(arguments: argparse.Namespace) -> None:
    """Say what is fetched from where, and fetch it unless it is there."""
    from minicnn.fer.detection.yunet_file import YUNET, fetched, kept_file, place

    if kept_file(YUNET) is not None:
        say(f"{place(YUNET)} is there already.")
        return
    say(f"Fetching {YUNET.url} ({YUNET.size:,} bytes, {YUNET.licence}) to {place(YUNET)}.")
    fetched(YUNET)
    say("Done: its SHA-256 is the expected one. predict --faces finds faces with it from now on.")
