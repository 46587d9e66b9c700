"""Random numbers of a given spread, whatever the shape."""

from __future__ import annotations

import numpy as np

from minicnn.initializers.base import Initializer
from minicnn.intervals import number_in, whole_number_in
from minicnn.random import next_seed

__all__ = ["Random", "RandomNormal", "RandomUniform", "TruncatedNormal", "cut_normal"]


class Random(Initializer):
    """Random numbers: from `seed` if there is one, or from the generator that a call is given."""

    def __init__(self, seed: int | None = None) -> None:
        if seed is not None:
            seed = whole_number_in("[0, inf)", seed, f"{type(self).__name__}: seed")
        self.seed = seed

    def __call__(self, shape, dtype="float32", rng=None):  # type: ignore[no-untyped-def]  # noqa: D102
        source = rng if self.seed is None else self.seed
        generator = np.random.default_rng(next_seed() if source is None else source)
        return self._draw(generator, tuple(shape)).astype(dtype)

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} does not define _draw.")


class RandomUniform(Random):
    """Uniform from `minval` to `maxval`."""

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(seed)
        self.minval = number_in("(-inf, inf)", minval, "RandomUniform: minval")
        self.maxval = number_in(f"[{self.minval}, inf)", maxval, "RandomUniform: maxval")

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.uniform(self.minval, self.maxval, shape)


class RandomNormal(Random):
    """Normal numbers of the given mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean = number_in("(-inf, inf)", mean, f"{type(self).__name__}: mean")
        self.stddev = number_in("[0, inf)", stddev, f"{type(self).__name__}: stddev")

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.normal(self.mean, self.stddev, shape)


class TruncatedNormal(RandomNormal):
    """The same, cut at two standard deviations; what is left spreads less than `stddev`."""

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return self.mean + self.stddev * cut_normal(rng, shape)


def cut_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw standard normal numbers, those outside -2..2 again."""
    z = rng.standard_normal(shape)
    while (outside := np.abs(z) > 2.0).any():
        z[outside] = rng.standard_normal(np.count_nonzero(outside))
    return z
