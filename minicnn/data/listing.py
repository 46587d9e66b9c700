"""Which files a list of files and folders stands for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from minicnn.data.trees import FolderTree, join

__all__ = ["ListedFile", "Listing", "list_files"]


class ListedFile(NamedTuple):
    """A file, and what to call it elsewhere."""

    path: str  #: as it is opened
    name: str  #: from the top of the folder that was named; of a file, the last part of its path


class Listing(NamedTuple):
    """What was found.

    Attributes
    ----------
    files : list of ListedFile
        In the order of the paths; within a folder its files in the order of their names, then
        those of its folders.
    hidden : int
        How many files in the folders were left out: those with a leading dot, and what operating
        systems leave behind (see `minicnn.data.trees`).
    problems : list of str
        A sentence for each folder that holds no file or cannot be listed.
    """

    files: list[ListedFile]
    hidden: int
    problems: list[str]


def list_files(paths: Iterable[str]) -> Listing:
    """List files, and every file at any depth of folders, whether or not it is an image.

    Parameters
    ----------
    paths : iterable of str
        Anything but a folder counts as a file, even if it does not exist: opening it will fail.

    Returns
    -------
    Listing
    """
    files: list[ListedFile] = []
    problems: list[str] = []
    hidden = 0
    for path in paths:
        if not os.path.isdir(path):
            files.append(ListedFile(path, os.path.basename(path)))
            continue
        tree = FolderTree(Path(path))
        before = len(problems)
        names = list(_walk(tree, problems))
        if not names and len(problems) == before:
            problems.append(f"{path} is a folder without files, expected images in it.")
        files += [ListedFile(os.path.join(path, name), name) for name in names]
        hidden += tree.litter()
    return Listing(files, hidden, problems)


def _walk(
    tree: FolderTree, problems: list[str], folder: str = "", above: tuple[str, ...] = ()
) -> Iterator[str]:
    real = tree.real(folder)
    if real in above:  # a link to a folder that it lies in; its files are there already
        return
    try:
        folders, files = tree.children(folder)
    except OSError as error:
        problems.append(f"{error.filename} cannot be listed: {error.strerror}.")
        return
    for name in files:
        yield join(folder, name)
    for name in folders:
        yield from _walk(tree, problems, join(folder, name), (*above, real))
