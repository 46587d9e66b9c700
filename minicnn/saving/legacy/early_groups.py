"""The names of layers' groups in the first ``.keras`` files, of Keras 2.12 to 2.14.

Up to 2.13, a layer with weights was counted twice: the convolutions of a network are conv2d,
conv2d_2, conv2d_4, ... Their order is all that counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["EARLY_GROUP", "renumbered"]

#: The group that is called "layers" since Keras 2.15.
EARLY_GROUP = "_layer_checkpoint_dependencies"


def renumbered(names: Iterable[str]) -> dict[str, str]:
    """Return the name that each group has today, with the one that it has in the file.

    >>> renumbered(["conv2d", "conv2d_2", "dense_1"])
    {'conv2d': 'conv2d', 'conv2d_1': 'conv2d_2', 'dense': 'dense_1'}
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    stored: dict[tuple[str, int], str] = {}
    for name in names:
        base, _, digits = name.rpartition("_")
        if not base or not digits.isascii() or not digits.isdigit() or len(digits) > 9:
            base, digits = name, "0"
        numbers[base].append(int(digits))
        stored[base, int(digits)] = name
    return {
        f"{base}_{place}" if place else base: stored[base, number]
        for base, found in numbers.items()
        for place, number in enumerate(sorted(found))
    }
