"""Weight decay: every step shrinks the weights a little, apart from the gradient.

Derivation: docs/math/weight_decay.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["decays", "patterns", "weight_decay"]


def weight_decay(theta: np.ndarray, rate: Any, decay: Any) -> None:
    """Shrink a parameter before its step, in place.

        theta -= rate decay theta                             (weight_decay.1)

    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithms 1 and 2.
    """
    theta -= theta * decay * rate


def patterns(title: str, var_names: Iterable[str]) -> tuple[str, ...]:
    """Return regular expressions as a tuple.

    Raises
    ------
    ValueError
        If it is a single text, or one of them is not a regular expression.
    """
    if isinstance(var_names, str):
        raise ValueError(f"{title}: var_names must be a list of texts, as in [{var_names!r}].")
    given = tuple(var_names)
    for pattern in given:
        try:
            re.compile(pattern)
        except (TypeError, re.error) as error:
            raise ValueError(
                f"{title}: {pattern!r} is not a regular expression: {error}."
            ) from None
    return given


def decays(name: str, excluded: Iterable[str]) -> bool:
    """Return whether a parameter decays: unless one of the patterns is found in its own name.

    Parameters
    ----------
    name : str
        Such as "conv2d/kernel"; its own name is what follows the last slash.
    excluded : iterable of str
        Regular expressions, such as "bias".
    """
    own = name.rpartition("/")[2]
    return not any(re.search(pattern, own) for pattern in excluded)
