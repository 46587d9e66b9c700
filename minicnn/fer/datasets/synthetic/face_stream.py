"""Synthetic faces by number: which face stands at which index, and which are held out."""

from __future__ import annotations

import operator

import numpy as np

from minicnn.data.dataset import Dataset, Split
from minicnn.fer.datasets.emotions import EMOTIONS

__all__ = ["load_synthetic", "synthetic_faces"]

#: Index of the first test face: out of any training set's reach, and a multiple of seven.
TEST_START = 7 * 2**59


def _whole(name: str, value: int, low: int, high: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"synthetic faces: {name} must be an integer, got {value!r}.") from None
    if not low <= number < high:
        raise ValueError(
            f"synthetic faces: {name} must be at least {low} and below {high}, got {number}."
        )
    return number


def synthetic_faces(n: int, *, seed: int = 0, start: int = 0) -> Split:
    """Draw faces number `start` to `start` + `n` - 1 of the stream `seed`.

    Every face is another person. Face i shows emotion ``EMOTIONS[i % 7]``, so the classes are
    balanced to within one, and its pixels depend on (seed, i) alone: they come from NumPy's
    counter-based generator ``Philox`` with the key (seed, i). Asking for more faces, or for a
    later part, gives the same bytes.

    The emotions are drawn as combinations of action units (AUs) of the Facial Action Coding
    System, in varying strength; `minicnn.fer.datasets.synthetic.expression` lists all variants:

    ========  =======================================================================
    emotion   action units
    ========  =======================================================================
    angry     4 brow lowerer, 5 upper lid raiser, 7 lid tightener, 23 lip tightener
    disgust   9 nose wrinkler, 10 upper lip raiser, 15 lip corner depressor or 16
    fear      1 + 2 brow raisers, 4, 5, 20 lip stretcher, 25 lips part, 26 jaw drop
    happy     6 cheek raiser, 12 lip corner puller, often 25
    neutral   none
    sad       1 inner brow raiser, 4, 15 lip corner depressor, often 17 chin raiser
    surprise  1 + 2 brow raisers, 5, 25, 26 jaw drop, often 27 mouth stretch
    ========  =======================================================================

    Parameters
    ----------
    n : int
        How many faces, at least 1.
    seed : int
        Which stream of faces, 0 <= seed < 2**64.
    start : int
        Number of the first face; ``start + n`` must stay below 2**63.

    Returns
    -------
    Split
        `images` uint8 (n, 48, 48, 1), `labels` int64 (n,).

    Raises
    ------
    TypeError
        If an argument is not an integer.
    ValueError
        If an argument is out of range.

    References
    ----------
    P. Ekman, W. V. Friesen, "Facial Action Coding System", Consulting Psychologists Press, 1978.
    J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11 (Philox).
    """
    n = _whole("n", n, 1, 2**63)
    seed = _whole("seed", seed, 0, 2**64)
    start = _whole("start", start, 0, 2**63 - n)
    # OpenCV is loaded by those who draw, not by those who import the package.
    from minicnn.fer.datasets.synthetic.drawing import draw_face
    from minicnn.fer.datasets.synthetic.scene import SIZE

    images = np.empty((n, SIZE, SIZE, 1), np.uint8)
    labels = np.arange(start, start + n, dtype=np.int64) % len(EMOTIONS)
    for k in range(n):
        key = np.array([seed, start + k], np.uint64)
        rng = np.random.Generator(np.random.Philox(key=key))
        images[k, :, :, 0] = draw_face(EMOTIONS[labels[k]], rng)
    return Split(images, labels)


def load_synthetic(train: int = 4096, test: int = 512, *, seed: int = 0) -> Dataset:
    """Draw a training set and a test set of different people.

    The test faces stand far behind the training faces in the same stream: no training set,
    however large, contains one of them, and they stay the same whatever `train` is.

    Parameters
    ----------
    train, test : int
        How many faces of each, at least 1.
    seed : int
        Which stream of faces, 0 <= seed < 2**64.

    Returns
    -------
    Dataset
        With `class_names` = ``EMOTIONS``.

    Raises
    ------
    TypeError, ValueError
        As `synthetic_faces`.
    """
    return Dataset(
        train=synthetic_faces(_whole("train", train, 1, 2**63), seed=seed),
        test=synthetic_faces(_whole("test", test, 1, 2**63), seed=seed, start=TEST_START),
        class_names=EMOTIONS,
        name="synthetic faces",
    )
