"""Milestones of the book: a reader's own functions train a network in the library's place."""

from minicnn.milestones import digits, faces, xor
from minicnn.milestones.answers import Answers

__all__ = ["MILESTONES", "Answers"]

#: The module of every milestone, with the exercises that it needs and what it does with them.
MILESTONES = {1: xor, 2: digits, 3: faces}
