"""First values of the weights, with Keras's names and defaults."""

from __future__ import annotations

from minicnn.initializers.base import Initializer
from minicnn.initializers.constant import Constant, Ones, Zeros
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


def get(identifier: object) -> Initializer:
    """Return the initializer that an instance, a name or a Keras config stands for."""
    return resolve("initializer", identifier, _NAMES, Initializer)
