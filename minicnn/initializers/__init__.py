"""First values of the weights, with Keras's names and defaults."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from minicnn.initializers.base import Initializer
from minicnn.initializers.constant import Constant, Ones, Zeros
from minicnn.initializers.function import Function
from minicnn.initializers.orthogonal import Identity, Orthogonal
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

_TABLE: dict[str, type[Initializer]] = {
    cls.__name__: cls
    for cls in (
        Constant,
        GlorotNormal,
        GlorotUniform,
        HeNormal,
        HeUniform,
        Identity,
        LecunNormal,
        LecunUniform,
        Ones,
        Orthogonal,
        RandomNormal,
        RandomUniform,
        TruncatedNormal,
        VarianceScaling,
        Zeros,
    )
}
# Keras's other spellings: kernel_initializer=initializers.he_normal(seed=1).
constant, zeros, ones = Constant, Zeros, Ones
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform
random_normal, random_uniform = RandomNormal, RandomUniform
truncated_normal, variance_scaling = TruncatedNormal, VarianceScaling
identity, orthogonal = Identity, Orthogonal

__all__ = [
    *_TABLE,
    "Initializer",
    "constant",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

# Keras takes these names, too.
_NAMES = _TABLE | {
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}


def get(identifier: object) -> Initializer | None:
    """Return the initializer that an instance, a function, a name, a Keras config or None is.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if identifier is None:
        return None
    if inspect.isroutine(identifier):
        return Function(identifier)
    if isinstance(identifier, Mapping) and identifier.get("class_name") == "function":
        name = identifier.get("config")
        raise ValueError(
            f"initializer: {name!r} is a function of somebody's own; pass custom_objects with it."
        )
    return resolve("initializer", identifier, _NAMES, Initializer)


def of_weight(identifier: object) -> Initializer:
    """Return the initializer of a weight; None is "glorot_uniform", as in Keras."""
    return get("glorot_uniform" if identifier is None else identifier)  # type: ignore[return-value]
