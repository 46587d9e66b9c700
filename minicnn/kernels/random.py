"""Philox4x32-10: random numbers as a function of a counter.

A counter-based generator has no state to save or to share: the word at a place is a function of
the place. The place is the counter (block, sample, step, layer) under the key (seed, purpose),
so a resumed run, a run on more threads and a run with another batch size draw the same numbers.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
section 3.3 (the round) and table 2 (ten rounds pass all statistical tests). The tests hold it
against the known answers that the authors publish.
"""

import math

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.threads import run_blocks

__all__ = [
    "philox_reference",
    "random_bits",
    "random_bits_reference",
    "standard_normal",
    "standard_normal_reference",
]

_MASK = 0xFFFFFFFF
_M0, _M1 = 0xD2511F53, 0xCD9E8D57  # the round's multipliers
_W0, _W1 = 0x9E3779B9, 0xBB67AE85  # the key's increments: golden ratio, sqrt(3) - 1

_U32 = np.uint64(_MASK)
_MUL0, _MUL1 = np.uint64(_M0), np.uint64(_M1)
_KEY0, _KEY1 = np.uint64(_W0), np.uint64(_W1)
_SHIFT = np.uint64(32)
_TO_UNIT = 2.0**-32
#: Counters that are computed side by side; their four words lie in the first cache.
TOGETHER = 128
_TWO_PI = 2.0 * math.pi


def philox_reference(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    r"""Ten rounds in plain integers: four 32-bit words from a four-word counter, a two-word key.

    .. math:: (c_0, c_1, c_2, c_3) \leftarrow (h_1 \oplus c_1 \oplus k_0,\; l_1,\;
              h_0 \oplus c_3 \oplus k_1,\; l_0), \quad
              2^{32} h_0 + l_0 = M_0 c_0, \quad 2^{32} h_1 + l_1 = M_1 c_2 \tag{random.1}

    After every round the key moves on: each word adds its increment, modulo 2**32.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return c0, c1, c2, c3


def random_bits_reference(
    size: int, samples: np.ndarray, *, seed: int, purpose: int, step: int, layer: int
) -> np.ndarray:
    """Give what :func:`random_bits` gives, four words at a time."""
    rows = [
        [
            word
            for block in range(-(-size // 4))
            for word in philox_reference((block, int(sample), step, layer), (seed, purpose))
        ]
        for sample in samples
    ]
    return np.array(rows, np.uint32).reshape(len(samples), -1)[:, :size]


def standard_normal_reference(
    size: int,
    samples: np.ndarray,
    dtype: np.dtype,
    *,
    seed: int,
    purpose: int,
    step: int,
    layer: int,
) -> np.ndarray:
    """Give what :func:`standard_normal` gives, by (random.2) as it stands there, in NumPy."""
    bits = random_bits_reference(
        size + size % 2, samples, seed=seed, purpose=purpose, step=step, layer=layer
    )
    u1, u2 = (bits[:, 0::2] + 0.5) / 2**32, bits[:, 1::2] / 2**32
    radius, angle = np.sqrt(-2 * np.log(u1)), 2 * np.pi * u2
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return pairs.reshape(len(samples), -1)[:, :size].astype(dtype)


@njit(cache=True, nogil=True)
def _fill_bits(out, samples, step, layer, seed, purpose):
    # Many counters go through a round together, so that the processor does several at once.
    size = out.shape[1]
    c0, c1, c2, c3 = np.empty((4, TOGETHER), np.uint64)
    for row in range(out.shape[0]):
        for first in range(0, size, 4 * TOGETHER):
            for i in range(TOGETHER):
                c0[i] = first // 4 + i
                c1[i] = samples[row]
                c2[i] = step
                c3[i] = layer
            k0, k1 = seed, purpose
            for _ in range(10):
                for i in range(TOGETHER):
                    p0 = _MUL0 * (c0[i] & _U32)
                    p1 = _MUL1 * (c2[i] & _U32)
                    c0[i] = (p1 >> _SHIFT) ^ c1[i] ^ k0
                    c2[i] = (p0 >> _SHIFT) ^ c3[i] ^ k1
                    c1[i] = p1 & _U32
                    c3[i] = p0 & _U32
                k0 = (k0 + _KEY0) & _U32
                k1 = (k1 + _KEY1) & _U32
            words = out[row, first : first + 4 * TOGETHER]
            whole = len(words) // 4
            for i in range(whole):
                words[4 * i] = c0[i]
                words[4 * i + 1] = c1[i]
                words[4 * i + 2] = c2[i]
                words[4 * i + 3] = c3[i]
            rest = len(words) - 4 * whole
            if rest > 0:
                words[4 * whole] = c0[whole]
            if rest > 1:
                words[4 * whole + 1] = c1[whole]
            if rest > 2:
                words[4 * whole + 2] = c2[whole]


@njit(cache=True, nogil=True)
def _box_muller(out, bits):
    # Two uniforms make two independent normals (Box & Muller 1958, equation 2). The half step
    # keeps the logarithm's argument above zero.
    size = out.shape[1]
    for row in range(out.shape[0]):
        for pair in range((size + 1) // 2):
            place = 2 * pair
            radius = math.sqrt(-2.0 * math.log((bits[row, place] + 0.5) * _TO_UNIT))
            angle = _TWO_PI * (bits[row, place + 1] * _TO_UNIT)
            out[row, place] = radius * math.cos(angle)
            if place + 1 < size:
                out[row, place + 1] = radius * math.sin(angle)


def random_bits(
    size: int, samples: np.ndarray, *, seed: int, purpose: int, step: int, layer: int
) -> np.ndarray:
    """Words of 32 random bits for every sample.

    Parameters
    ----------
    size : int
        How many words a sample needs.
    samples : ndarray of int, shape (n,)
        Global number of each sample: its place in the data set, not in the batch.
    seed, purpose, step, layer : int
        The rest of the place, each in 0..2**32-1.

    Returns
    -------
    ndarray of uint32, shape (n, size)
    """
    out = np.empty((len(samples), size), np.uint32)
    place = (np.uint64(step), np.uint64(layer), np.uint64(seed), np.uint64(purpose))
    _fill_bits(out, np.ascontiguousarray(samples, np.uint64), *place)
    return out


def standard_normal(
    size: int,
    samples: np.ndarray,
    dtype: np.dtype,
    *,
    seed: int,
    purpose: int,
    step: int,
    layer: int,
) -> np.ndarray:
    r"""Normal numbers of mean 0 and variance 1 for every sample, shape (n, size).

    .. math:: z_1 = \sqrt{-2 \ln u_1} \cos 2 \pi u_2, \quad
              z_2 = \sqrt{-2 \ln u_1} \sin 2 \pi u_2 \tag{random.2}

    The parameters are those of :func:`random_bits`; `dtype` is the dtype of the result.
    """
    out = np.empty((len(samples), size), dtype)

    def work(_: int, start: int, stop: int) -> None:
        bits = random_bits(
            size + size % 2,
            samples[start:stop],
            seed=seed,
            purpose=purpose,
            step=step,
            layer=layer,
        )
        _box_muller(out[start:stop], bits)

    run_blocks(work, len(samples), 1)
    return out
