"""Hold out training images for validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minicnn.data.dataset import Split
from minicnn.data.twins import twin_groups
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.random import generator

__all__ = ["hold_out"]


def hold_out(
    split: Split, share: float, *, seed: int, class_names: Sequence[str] = EMOTIONS
) -> tuple[Split, Split]:
    """Hold out a share of every class; no image has a twin on the other side.

    Pixel-identical images stay together, so the network has not seen the validation images in
    training. A group of twins with different labels goes with the class of
    its first image.

    Parameters
    ----------
    split : Split
        The images to split.
    share : float
        Share of each class to hold out, above 0 and below 1; at least one image of each,
        and at most all but one. Twins stay together, so it may be a few more or fewer.
    seed : int
        Determines the choice.
    class_names : sequence of str
        For messages.

    Returns
    -------
    rest, held_out : Split
        Both in the order of `split`.

    Raises
    ------
    ValueError
        If a class has fewer than two different images.
    """
    groups = twin_groups(split.images)
    _, first = np.unique(groups, return_index=True)
    sizes, group_labels = np.bincount(groups), split.labels[first]
    chosen = np.zeros(len(sizes), bool)
    for label in np.unique(split.labels):
        members = np.flatnonzero(group_labels == label)
        if len(members) < 2:
            raise ValueError(
                f"hold_out: class {class_names[label]!r} has only one image, not counting copies; "
                "holding one out takes two."
            )
        members = members[generator(seed, "hold_out", int(label)).permutation(len(members))]
        held_before = np.cumsum(sizes[members]) - sizes[members]
        wanted = max(1, round(share * sizes[members].sum()))
        chosen[members[:-1][held_before[:-1] < wanted]] = True
    held = chosen[groups]
    return (
        Split(split.images[~held], split.labels[~held]),
        Split(split.images[held], split.labels[held]),
    )
