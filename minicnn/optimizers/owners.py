"""Whose state an optimizer keeps: slots go by a parameter's name, and names repeat in other models.

A parameter is identified by its owner: an object that its layer keeps for as long as the weights
are those of one ``build``, whatever the arrays and the layer's name are by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import ReferenceType, ref

import numpy as np

__all__ = ["Arrays", "Owners", "check_arrays", "known_names", "renamed"]

#: The owner of each parameter, by the parameter's name.
Owners = Mapping[str, object]
#: The array of each parameter that has no owner, for as long as the array is in use.
Arrays = dict[str, ReferenceType]


def known_names(before: Owners, now: Owners) -> dict[str, str] | None:
    """Return the new names of the parameters that have been renamed; None for those of others.

    Layers may have been added to a network, frozen or renamed: some of its parameters are then
    known, and no name has passed to a parameter that is not.

    Parameters
    ----------
    before : Owners
        Of the parameters that the state is for.
    now : Owners
        Of all parameters of a network, trained or not.
    """
    old_names = {_identity(name, owner): name for name, owner in before.items()}
    names: dict[str, str] = {}
    new: set[str] = set()
    for name, owner in now.items():
        old = old_names.get(_identity(name, owner))
        if old is None:
            new.add(name)
        else:
            names[old] = name
    taken = new & (before.keys() - names.keys())
    return names if names and not taken else None


def _identity(name: str, owner: object) -> tuple[int, str]:
    return id(owner), name.rpartition("/")[2]


def renamed(by_name: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give what is kept by name its new names; they displace what others have left behind."""
    left = {name: kept for name, kept in by_name.items() if name not in names}
    return left | {new: by_name[old] for old, new in names.items() if old in by_name}


def check_arrays(title: str, params: Mapping[str, np.ndarray], before: Arrays) -> None:
    """Require the arrays of earlier steps where parameters have no owners; note down new ones.

    An array that nobody uses any longer may have been replaced by the one given now.

    Raises
    ------
    ValueError
        If a name stood for another array, which is still in use.
    """
    for name, theta in params.items():
        known = before[name]() if name in before else None
        if known is not None and not np.may_share_memory(known, theta):
            raise ValueError(
                f"{title}: the parameter {name} was another array before, which is still in "
                "use; change arrays in place, or make an optimizer for each set of parameters."
            )
    before |= {name: ref(theta) for name, theta in params.items()}
