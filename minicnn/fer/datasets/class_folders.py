"""Which class and which part of a data set an image belongs to, by the folders it lies in.

Understood are class folders (``happy/1.jpg``), class folders in folders for training, validation
and test (``train/happy/1.jpg``), both below any number of folders that everything lies in, and the
split inside of the class (``happy/train/1.jpg``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["PARTS", "Found", "find_in_folders", "part_of"]

#: What the parts of a data set are called, by what they are for.
PARTS = {
    "train": ("train", "training", "train_set", "trainset", "train_class", "fer2013train"),
    "validation": (
        *("val", "valid", "validation", "dev", "eval", "validation_set", "valid_set", "val_set"),
        *("val_class", "fer2013valid"),
    ),
    "test": ("test", "testing", "test_set", "testset", "test_class", "fer2013test"),
}
_PART_OF = {word: part for part, words in PARTS.items() for word in words}


class Found(NamedTuple):
    """An image and what is said about it.

    Attributes
    ----------
    name : str
        The file, from the top of the tree.
    part : str or None
        One of `PARTS`; None if nothing says it.
    label : str
        Its class, as it is written.
    """

    name: str
    part: str | None
    label: str


def part_of(word: str) -> str | None:
    """Return the part of a data set that a word means; None if it means none."""
    return _PART_OF.get(word.strip().casefold().replace("-", "_").replace(" ", "_"))


def find_in_folders(
    names: Sequence[str], title: str, is_emotion: Callable[[str], bool]
) -> tuple[list[Found], list[str]]:
    """Find part and class of images by their folders.

    Parameters
    ----------
    names : sequence of str
        The images, from the top of the tree.
    title : str
        What error messages call the tree.
    is_emotion : callable
        Whether a name means an emotion: it decides between two levels of folders.

    Returns
    -------
    found : list of Found
    notes : list of str
        A clause for everything that was decided.

    Raises
    ------
    ValueError
        If the folders do not say it.
    """
    folders = [tuple(name.split("/")[:-1]) for name in names]
    places = [_place_of_part(above) for above in folders]
    notes: list[str] = []
    if any(place is not None for place in places):
        tops = Counter(
            above[:place] for above, place in zip(folders, places, strict=True) if place is not None
        )
        direct = all(
            len(above) == place + 1
            for above, place in zip(folders, places, strict=True)
            if place is not None
        )
        top = _single_top(tops, title, in_classes=direct)
        if top is None:  # each class has the parts in it: happy/train, sad/train
            chosen = [i for i, place in enumerate(places) if place is not None]
            rests = [folders[i][: places[i]] for i in chosen]
        else:
            chosen = [
                i
                for i, place in enumerate(places)
                if place is not None and folders[i][:place] == top
            ]
            rests = [folders[i][len(top) + 1 :] for i in chosen]
        parts = [part_of(folders[i][places[i] or 0]) for i in chosen]
        if len(chosen) < len(names):
            left = len(names) - len(chosen)
            notes.append(f"leaves out {left:,} images outside of the folders of its parts")
    else:
        chosen, rests, parts = list(range(len(names))), folders, [None] * len(names)
    level = _class_level(rests, [names[i] for i in chosen], title, is_emotion)
    found = [
        Found(names[i], part, rest[level])
        for i, rest, part in zip(chosen, rests, parts, strict=True)
    ]
    return found, notes


def _place_of_part(folders: Sequence[str]) -> int | None:
    return next((i for i, folder in enumerate(folders) if part_of(folder)), None)


def _single_top(
    tops: Counter[tuple[str, ...]], title: str, *, in_classes: bool
) -> tuple[str, ...] | None:
    """Return the folder that the parts are in; None if each class has parts of its own."""
    if len(tops) == 1:
        return next(iter(tops))
    shallow = min(map(len, tops))
    highest = [top for top in tops if len(top) == shallow]
    if len(highest) == 1:
        return highest[0]
    if in_classes and len({top[:-1] for top in highest}) == 1 and len(highest) == len(tops):
        return None
    places = ", ".join(sorted("/".join(top) for top in highest))
    raise ValueError(
        f"{title}: expected the folders for training and test once, found them in {places}."
    )


def _class_level(
    rests: Sequence[tuple[str, ...]],
    names: Sequence[str],
    title: str,
    is_emotion: Callable[[str], bool],
) -> int:
    """Return which of the folders that images lie in is that of the class."""
    for name, rest in zip(names, rests, strict=True):
        if not rest:
            raise ValueError(
                f"{title}: {name} is in no class folder, expected a folder for each class with its "
                "images, or a list with the class of each image."
            )
    level = 0
    while len({rest[level] for rest in rests}) == 1 and all(len(r) > level + 1 for r in rests):
        level += 1
    if any(len(rest) == level + 1 for rest in rests):
        return level
    upper, lower = {rest[level] for rest in rests}, {rest[level + 1] for rest in rests}
    for at, candidates in ((level, upper), (level + 1, lower)):
        if all(map(is_emotion, candidates)):
            return at
    raise ValueError(
        f"{title}: {names[0]} lies in two folders, {rests[0][level]} and {rests[0][level + 1]}, "
        "and either may be its class; expected one folder for each class with its images."
    )
