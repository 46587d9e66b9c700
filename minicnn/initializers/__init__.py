"""First values of the weights, with Keras's names and defaults."""

from __future__ import annotations

from minicnn.initializers.base import Initializer
from minicnn.initializers.constant import Constant, Ones, Zeros
from minicnn.initializers.random_values import RandomNormal, RandomUniform, TruncatedNormal
from minicnn.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from minicnn.registry import resolve

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "get",
]

_TABLE: dict[str, type[Initializer]] = {
    cls.__name__: cls
    for cls in (
        Constant,
        GlorotNormal,
        GlorotUniform,
        HeNormal,
        HeUniform,
        LecunNormal,
        LecunUniform,
        Ones,
        RandomNormal,
        RandomUniform,
        TruncatedNormal,
        VarianceScaling,
        Zeros,
    )
}
# Keras takes these spellings, too.
_TABLE |= {"normal": RandomNormal, "uniform": RandomUniform, "one": Ones, "zero": Zeros}


def get(identifier: object) -> Initializer:
    """Return the initializer that an instance, a name or a Keras config stands for."""
    return resolve("initializer", identifier, _TABLE, Initializer)
