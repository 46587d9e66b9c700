"""Random numbers whose variance fits the layer, so that signals keep theirs.

A sum of fan_in products keeps the variance of its inputs where Var(w) = 1 / fan_in (LeCun).
Glorot keeps that of the gradients, too, as well as one number can: Var(w) = 2 / (fan_in +
fan_out). He doubles LeCun's for ReLU, which drops half of the signal: Var(w) = 2 / fan_in. All are
scale / fan (:class:`VarianceScaling`). The normal versions draw from a normal distribution cut at
two standard deviations and stretched to keep that variance, as Keras does.

Sources: LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", section 4.6; Glorot & Bengio 2010,
"Understanding the difficulty of training deep feedforward neural networks", equation 16; He,
Zhang, Ren, Sun 2015, "Delving deep into rectifiers", equation 10.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from minicnn.initializers.random_values import Random, cut_normal
from minicnn.intervals import number_in

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "VarianceScaling",
    "fans",
]

# Standard deviation of the standard normal distribution cut to -2..2.
_CUT_STDDEV = math.sqrt(
    1.0 - 4.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0))
)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Inputs and outputs that meet in one weight's unit: (fan_in, fan_out).

    A vector, such as a bias, counts as both, as in Keras.

    >>> fans((3, 3, 64, 128))
    (576, 1152)
    """
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


class VarianceScaling(Random):
    """Numbers of mean 0 and variance scale / fan.

    Parameters
    ----------
    scale : float
        Above 0.
    mode : {"fan_in", "fan_out", "fan_avg"}
        Which of the two fans, or their mean.
    distribution : {"truncated_normal", "untruncated_normal", "uniform"}
        Uniform on (-a, a) has a = sqrt(3 scale / fan).
    seed : int, optional
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed)
        self.scale = number_in("(0, inf)", scale, "VarianceScaling: scale")
        self.mode = _one_of(("fan_in", "fan_out", "fan_avg"), mode, "mode")
        self.distribution = _one_of(
            ("truncated_normal", "untruncated_normal", "uniform"),
            "truncated_normal" if distribution == "normal" else distribution,
            "distribution",
        )

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        fan_in, fan_out = fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)  # Var of U(-a, a) is a^2 / 3
            return rng.uniform(-limit, limit, shape)
        if self.distribution == "untruncated_normal":
            return rng.normal(0.0, math.sqrt(variance), shape)
        return cut_normal(rng, shape) * (math.sqrt(variance) / _CUT_STDDEV)


def _one_of(known: tuple[str, ...], value: object, name: str) -> str:
    if value not in known:
        raise ValueError(
            f"VarianceScaling: {name} must be {', '.join(known[:-1])} or {known[-1]}, "
            f"got {value!r}."
        )
    return str(value)


class _Scaled(VarianceScaling):
    """A variance scaling with a name: only the seed is to be chosen."""

    _choice: ClassVar[tuple[float, str, str]]

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(*self._choice, seed=seed)


class GlorotUniform(_Scaled):
    """Uniform on (-a, a) with a = sqrt(6 / (fan_in + fan_out)); Keras's default for kernels."""

    _choice = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Scaled):
    """Cut normal of variance 2 / (fan_in + fan_out)."""

    _choice = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Scaled):
    """Uniform on (-a, a) with a = sqrt(6 / fan_in)."""

    _choice = (2.0, "fan_in", "uniform")


class HeNormal(_Scaled):
    """Cut normal of variance 2 / fan_in."""

    _choice = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Scaled):
    """Uniform on (-a, a) with a = sqrt(3 / fan_in)."""

    _choice = (1.0, "fan_in", "uniform")


class LecunNormal(_Scaled):
    """Cut normal of variance 1 / fan_in."""

    _choice = (1.0, "fan_in", "truncated_normal")
