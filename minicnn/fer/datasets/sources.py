"""From a path to a tree of files: a folder, an archive, or a single table."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minicnn.data.file_kinds import describe_kind
from minicnn.data.tar_tree import TarTree, is_tar
from minicnn.data.trees import FolderTree, Tree, ZipTree, walk

__all__ = ["ignored_files", "opened", "opened_tree"]

_TABLES = (".csv", ".csv.gz")


@contextmanager
def opened_tree(path: Path) -> Iterator[Tree | None]:
    """Open a folder, or a zip or tar archive; yields None for any other file."""
    if path.is_dir():
        yield FolderTree(path)
    elif zipfile.is_zipfile(path) or path.suffix.casefold() == ".zip":
        with ZipTree(path) as tree:
            yield tree
    elif is_tar(path):
        with TarTree(path) as tree:
            yield tree
    else:
        yield None


@contextmanager
def opened(path: Path) -> Iterator[tuple[Tree, list[str]]]:
    """Open a folder, a zip or tar archive, or a csv file; yields a tree and its files' names.

    Raises
    ------
    ValueError
        If it is none of these, or damaged.
    """
    with opened_tree(path) as tree:
        if tree is not None:
            yield tree, [*walk(tree)]
        elif path.name.casefold().endswith(_TABLES):
            yield FolderTree(path.parent), [path.name]
        else:
            with path.open("rb") as file:
                kind = describe_kind(file)
            raise ValueError(
                f"{path} is not a data set, expected a zip or tar archive, a folder or a csv file"
                f"{f'; {kind}' if kind else ''}."
            )


def ignored_files(path: str | os.PathLike[str]) -> int:
    """Return how many files in an archive or a folder are not seen: ``__MACOSX``, hidden, others.

    Those are what :mod:`minicnn.data.trees` names.
    """
    with opened_tree(Path(path)) as tree:
        return 0 if tree is None else tree.litter()
