"""Weight decay: every step shrinks the weights a little, apart from the gradient.

Derivation: docs/math/weight_decay.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["decays", "weight_decay"]


def weight_decay(theta: np.ndarray, rate: Any, decay: Any) -> None:
    """Shrink a parameter before its step, in place.

        theta -= rate decay theta                             (weight_decay.1)

    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithms 1 and 2.
    """
    theta -= theta * decay * rate


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
