"""``minicnn milestone``: whether the reader's own code reaches a milestone of the book."""

from __future__ import annotations

import argparse

from minicnn.cli.path_option import text_path

HELP = """Train a network with your functions, and say whether they reach a milestone of the book.

example:
  minicnn milestone 1 mine.py

The file defines the functions of the exercises that the milestone's page names. They are compared
with the library's first. The file is run, so give only one that you trust.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("number", metavar="N", type=int, help="the milestone")
    parser.add_argument("file", metavar="FILE", type=text_path, help="a Python file of yours")


def run(arguments: argparse.Namespace) -> None:
    """Print what holds, line by line; what does not hold is a sentence on standard error."""
    from minicnn.milestones import MILESTONES, Answers

    number = arguments.number
    if number not in MILESTONES:
        known = ", ".join(map(str, MILESTONES))
        raise ValueError(f"N must be one of {known}, got {number}.")
    milestone = MILESTONES[number]
    for line in milestone.reach(Answers(arguments.file, milestone.NEEDED)):
        print(line)
    print(f"Milestone {number} is reached: {milestone.TITLE}.")
