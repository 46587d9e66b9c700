"""A split of images into training and test where a data set comes without one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from minicnn.data.twins import twin_groups
from minicnn.random import check_seed

__all__ = ["TEST_SHARE", "chosen_for_test"]

#: Share of every class that becomes the test images.
TEST_SHARE = 0.2

# Frames of a sequence of CK+ differ hardly more than twins do.
_SEQUENCE = re.compile(r"(S\d{3}_\d{3})_\d{8}", re.IGNORECASE)


def chosen_for_test(
    images: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str],
    class_names: Sequence[str],
    *,
    seed: int = 0,
) -> np.ndarray:
    """Choose a fifth of every class, at least one image; twins stay together.

    Pixel-identical images stay on one side, and so do the frames of a sequence of CK+, which their
    names tell. The choice follows from a hash of the names: pictures that are added later leave
    nearly all others where they were, and it does not depend on the size in which they are loaded.

    Parameters
    ----------
    images : ndarray, shape (n, ...)
    labels : ndarray of int, shape (n,)
    names : sequence of str
        Of the images; different ones.
    class_names : sequence of str
        For messages.
    seed : int
        Another seed chooses others.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        If all images of a class belong together, so that none could be left for training.
    """
    check_seed(seed)
    groups = _groups(images, names)
    _, first = np.unique(groups, return_index=True)
    sizes, group_labels = np.bincount(groups), labels[first]
    ranks = np.array([_rank(seed, names[i]) for i in first])
    chosen = np.zeros(len(sizes), bool)
    for label, name in enumerate(class_names):
        members = np.flatnonzero(group_labels == label)
        if len(members) < 2:
            raise ValueError(
                f"class {name!r} has only one image, not counting copies; expected at least two: "
                "one to train on and one to test on."
            )
        members = members[np.argsort(ranks[members], kind="stable")]
        before = np.cumsum(sizes[members]) - sizes[members]
        wanted = max(1, round(TEST_SHARE * sizes[members].sum()))
        chosen[members[:-1][before[:-1] < wanted]] = True
    return chosen[groups]


def _rank(seed: int, name: str) -> int:
    digest = hashlib.sha256(f"{seed}/{name}".encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:7])


def _groups(images: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Number the images so that those that stay together have the same number."""
    twins = twin_groups(images)
    sequences: dict[str, int] = {}
    numbers = []
    for i, name in enumerate(names):
        match = _SEQUENCE.match(name.rpartition("/")[2])
        numbers.append(sequences.setdefault(match[1].upper() if match else f"/{i}", len(sequences)))
    if len(sequences) == len(names):
        return twins
    count = len(names)
    ones = np.ones(count, np.int8)
    links = coo_array((ones, (twins, count + np.array(numbers))), shape=(2 * count, 2 * count))
    _, parts = connected_components(links, directed=False)
    _, groups = np.unique(parts[twins], return_inverse=True)
    return groups
