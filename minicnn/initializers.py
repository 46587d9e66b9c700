"""First values of the weights, with Keras's names and defaults.

Glorot keeps the variance of signals and gradients through a layer whose activation is linear
around zero: Var(w) = 2 / (fan_in + fan_out). He doubles the forward part for ReLU, which drops
half of the signal: Var(w) = 2 / fan_in. The normal versions draw from a normal distribution cut
at two standard deviations and stretched to keep that variance, as Keras does.

Sources: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural
networks", equation 16; He, Zhang, Ren, Sun 2015, "Delving deep into rectifiers", equation 10.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in
from minicnn.registry import construct, resolve, serialize

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "Ones",
    "RandomNormal",
    "Zeros",
    "get",
]


class Initializer:
    """A rule for first values: call it with a shape."""

    #: Keras writes the axes of the fans; ours are the last two, its default.
    fixed_arguments: ClassVar[dict[str, tuple]] = {"input_axes": (None,), "output_axes": (None,)}

    def __call__(
        self,
        shape: tuple[int, ...],
        dtype: str | np.dtype = "float32",
        rng: np.random.Generator | int | None = None,
    ) -> np.ndarray:
        """Return an array of first values.

        Parameters
        ----------
        shape : tuple of int
            Kernels end in (inputs, outputs); what stands before is the receptive field.
        dtype : dtype
            "float32" or "float64".
        rng : numpy Generator, int or None
            Where random values come from; an initializer with a `seed` of its own ignores it.
        """
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """Make an initializer from :meth:`get_config`'s dict or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown, or has a value that only Keras implements.
        """
        return construct(cls, config, cls.fixed_arguments)

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form."""
        return serialize("keras.initializers", self)


class Zeros(Initializer):
    """All zeros: Keras's default for biases."""

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.zeros(shape, dtype)


class Ones(Initializer):
    """All ones: Keras's default for gamma."""

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        return np.ones(shape, dtype)


class _Random(Initializer):
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]
        generator = np.random.default_rng(rng if self.seed is None else self.seed)
        return self._draw(generator, tuple(shape)).astype(dtype)

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}


class RandomNormal(_Random):
    """Normal numbers of the given mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = number_in("(-inf, inf)", mean, "RandomNormal: mean")
        self.stddev = number_in("[0, inf)", stddev, "RandomNormal: stddev")

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.normal(self.mean, self.stddev, shape)

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal initializer."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


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


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], variance: float) -> np.ndarray:
    limit = math.sqrt(3.0 * variance)  # Var of U(-a, a) is a^2 / 3
    return rng.uniform(-limit, limit, shape)


# Standard deviation of the standard normal distribution cut to -2..2.
_CUT_STDDEV = math.sqrt(
    1.0 - 4.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0))
)


def _cut_normal(rng: np.random.Generator, shape: tuple[int, ...], variance: float) -> np.ndarray:
    z = rng.standard_normal(shape)
    while (outside := np.abs(z) > 2.0).any():
        z[outside] = rng.standard_normal(np.count_nonzero(outside))
    return z * (math.sqrt(variance) / _CUT_STDDEV)


class GlorotUniform(_Random):
    """Uniform on (-a, a) with a = sqrt(6 / (fan_in + fan_out)); Keras's default for kernels."""

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return _uniform(rng, shape, 2.0 / sum(fans(shape)))


class GlorotNormal(_Random):
    """Cut normal of variance 2 / (fan_in + fan_out)."""

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return _cut_normal(rng, shape, 2.0 / sum(fans(shape)))


class HeUniform(_Random):
    """Uniform on (-a, a) with a = sqrt(6 / fan_in)."""

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return _uniform(rng, shape, 2.0 / fans(shape)[0])


class HeNormal(_Random):
    """Cut normal of variance 2 / fan_in."""

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return _cut_normal(rng, shape, 2.0 / fans(shape)[0])


_TABLE: dict[str, type[Initializer]] = {
    cls.__name__: cls
    for cls in (GlorotNormal, GlorotUniform, HeNormal, HeUniform, Ones, RandomNormal, Zeros)
}
_TABLE |= {"normal": RandomNormal, "one": Ones, "zero": Zeros}  # Keras takes these spellings too.


def get(identifier: object) -> Initializer:
    """Return the initializer that an instance, a name or a Keras config stands for."""
    return resolve("initializer", identifier, _TABLE, Initializer)
