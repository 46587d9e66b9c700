"""Dropout: in training, switch off a random share of the inputs.

Derivation: docs/math/dropout.md. Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov
2014, "Dropout: a simple way to prevent neural networks from overfitting", section 4; the inverted
scaling is its section 10.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in
from minicnn.kernels.dropout import scale_kept
from minicnn.kernels.threads import run_blocks
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key, bits

__all__ = ["Dropout", "dropout", "dropout_backward", "keep_mask", "scale_of_kept"]


def keep_mask(key: Key, rate: float, size: int) -> np.ndarray:
    """Decide which inputs to keep: True with probability 1 - rate, shape (n, size).

    Parameters
    ----------
    key : Key
        A complete key (:func:`minicnn.random.as_key`): a sample's row depends on its number, not
        on its batch.
    rate : float
        Probability that a number is dropped.
    size : int
        Numbers in a sample.
    """
    assert key.samples is not None
    samples = key.samples
    keep = np.empty((len(samples), size), bool)
    threshold = round(rate * 2**32)  # how many of the 2**32 values of a word are dropped

    def work(_: int, start: int, stop: int) -> None:
        words = bits(key._replace(samples=samples[start:stop]), "dropout", size)
        np.greater_equal(words, threshold, out=keep[start:stop])

    run_blocks(work, len(samples), max(1, 65536 // size))
    return keep


def scale_of_kept(rate: float) -> float:
    """Return the factor 1 / (1 - r) of (dropout.1); 0 for a rate of 1."""
    return 1.0 / (1.0 - rate) if rate < 1 else 0.0


def dropout(x: np.ndarray, keep: np.ndarray, *, rate: float) -> tuple[np.ndarray, tuple]:
    r"""Set the dropped inputs to zero, and scale the rest so that the expectation is the same.

    .. math:: y_i = \frac{k_i}{1 - r} x_i, \quad P(k_i = 1) = 1 - r, \quad P(k_i = 0) = r
              \tag{dropout.1}

    A rate r of 1 gives zeros.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    keep : ndarray of bool, shape (n, size of a sample)
        The k of the formula, from :func:`keep_mask`.
    rate : float
        Probability r that an input is dropped.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`dropout_backward`.
    """
    scale = scale_of_kept(rate)
    return scale_kept(x, keep, scale), (keep, scale)


def dropout_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`dropout`.

    .. math:: dx_i = \frac{k_i}{1 - r}\, dy_i \tag{dropout.2}
    """
    keep, scale = cache
    return scale_kept(dy, keep, scale)


class Dropout(Elementwise):
    """Drop random inputs in training, with Keras's arguments; the identity in inference.

    Parameters
    ----------
    rate : float
        Probability that an input is dropped, 0 to 1.
    noise_shape : None
        Keras's; every input is dropped independently.
    seed : int, optional
        Kept for Keras's files, without effect: the key of a call, not the layer, determines the
        random numbers, so that a resumed run draws the same numbers as an uninterrupted one.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"noise_shape": (None,)}
    ignored_methods: ClassVar[dict[str, str]] = Elementwise.ignored_methods | {
        "call": "forward and backward, or use Dropout(rate)(x, training=True), which drops in "
        "predict, too",
    }

    def __init__(
        self, rate: float, noise_shape: None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(noise_shape=noise_shape, **kwargs)
        self.rate = number_in("[0, 1]", rate, f"{self._title()}: rate")
        self.seed = seed

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        if not training or self.rate == 0:
            return x, ()
        keep = keep_mask(as_key(key, len(x)), self.rate, math.prod(x.shape[1:]))
        return dropout(x, keep, rate=self.rate)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return (dropout_backward(dy, cache) if cache else dy), {}
