"""Randomness without generator state: a key determines a stream of numbers.

Every random number is a pure function of (seed, purpose, epoch or step, stream, sample). The
model passes a :class:`Key` to each call of a layer. Numbers that are drawn once (initial
weights, the order of an epoch) come from NumPy's Philox generator by the same rule.
"""

from __future__ import annotations

import operator
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np

from minicnn.kernels.random import random_bits, standard_normal

__all__ = [
    "Key",
    "KeyLike",
    "as_key",
    "bits",
    "following_seed",
    "generator",
    "next_seed",
    "normals",
    "set_random_seed",
]

#: The purposes of random numbers. Two purposes never share a stream. These values are part of what
#: a seed means, so they never change.
PURPOSES = {
    "initialize": 0,
    "shuffle": 1,
    "dropout": 2,
    "noise": 3,
    "augment": 4,
    "check": 5,
    "hold_out": 6,
    "corrupt": 7,
    "next_seed": 8,
    "transform": 9,
}


class Key(NamedTuple):
    """The place of a batch in the random streams.

    Attributes
    ----------
    seed : int
        The run's seed, 0..2**32-1.
    step : int
        Number of the training step (or epoch) that draws the numbers.
    samples : ndarray of int or None
        Global number of each sample of the batch; None counts them 0, 1, 2, ...
    stream : int
        Which of several streams for one purpose: the number of a layer's call in its model, or of
        an ingredient of the augmentation.
    """

    seed: int
    step: int = 0
    samples: np.ndarray | None = None
    stream: int = 0


#: What stands for a key: a seed alone will do, and None draws one.
KeyLike = Key | tuple | int | None


def as_key(key: KeyLike, n: int) -> Key:
    """Complete a key for a batch of `n` samples.

    An integer is a seed. None draws one, which suits a single manual call.

    Raises
    ------
    ValueError
        If the seed is out of range or the number of samples is not `n`.
    """
    if key is None:
        key = Key(next_seed())
    elif isinstance(key, (int, np.integer)):
        key = Key(int(key))
    else:
        key = Key(*key)
    samples = np.arange(n) if key.samples is None else np.asarray(key.samples)
    if len(samples) != n:
        raise ValueError(f"key: has {len(samples)} samples for a batch of {n}.")
    return Key(check_seed(key.seed), int(key.step), samples, int(key.stream))


def check_seed(seed: int) -> int:
    """Return `seed` if it is an integer in 0..2**32-1; otherwise raise ValueError."""
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if not 0 <= number < 2**32:
        raise ValueError(f"seed: expected an integer from 0 to 2**32 - 1, got {seed!r}.")
    return number


_seeds = np.random.default_rng()
_chosen = False
#: What :func:`seeds_from` has set.
_seeds_here: ContextVar[np.random.Generator | None] = ContextVar("seeds", default=None)


def set_random_seed(seed: int) -> None:
    """Make what follows reproducible, like Keras's ``set_random_seed``.

    It determines the seeds that are drawn when none is given: of models, of the first weights of
    layers, of calls without a key. As in Keras, it also seeds ``random`` and ``numpy.random``.

    Raises
    ------
    ValueError
        If the seed is not an integer in 0..2**32-1.
    """
    global _seeds, _chosen
    seed = check_seed(seed)
    _seeds, _chosen = np.random.default_rng(seed), True
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002


def next_seed() -> int:
    """Draw a seed for something created without one."""
    return int((_seeds_here.get() or _seeds).integers(2**32))


@contextmanager
def seeds_from(rng: np.random.Generator) -> Iterator[None]:
    """Let :func:`next_seed` draw from `rng` for a while, in this thread."""
    token = _seeds_here.set(rng)
    try:
        yield
    finally:
        _seeds_here.reset(token)


def drawing() -> np.random.Generator | None:
    """Return what :func:`seeds_from` has set, if it has."""
    return _seeds_here.get()


def following_seed(seed: int) -> int:
    """Return the seed of a model's next training, given that of the last one."""
    return int(generator(seed, "next_seed").integers(2**32))


def _draw_anew() -> None:
    # A forked child would draw the same seeds as its parent and as its siblings.
    global _seeds
    if not _chosen:
        _seeds = np.random.default_rng()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_draw_anew)


def bits(key: Key, purpose: str, size: int) -> np.ndarray:
    """Return words of 32 random bits, shape (n, size), for the samples of a complete `key`."""
    return random_bits(
        size,
        _samples(key),
        seed=key.seed,
        purpose=PURPOSES[purpose],
        step=key.step,
        layer=key.stream,
    )


def normals(key: Key, purpose: str, size: int, dtype: np.dtype) -> np.ndarray:
    """Return standard normal numbers, shape (n, size), for the samples of a complete `key`."""
    samples = _samples(key)
    place = {"seed": key.seed, "purpose": PURPOSES[purpose], "step": key.step, "layer": key.stream}
    return standard_normal(size, samples, dtype, **place)


def _samples(key: Key) -> np.ndarray:
    samples = getattr(key, "samples", None)
    if samples is None:
        raise ValueError(f"key: expected a complete one, as_key(key, len(x)), got {key!r}.")
    return samples


def generator(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """Return a NumPy generator for up to three numbers, such as (epoch,) or (epoch, image)."""
    counter = [0, *place, *[0] * (3 - len(place))]
    return np.random.Generator(
        np.random.Philox(key=[check_seed(seed), PURPOSES[purpose]], counter=counter)
    )
