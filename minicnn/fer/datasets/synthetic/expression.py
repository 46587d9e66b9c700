"""From an emotion to action units: which muscles move, and how strongly.

The Facial Action Coding System describes a face by numbered action units (AUs), each the visible
effect of one muscle or of a few that work together. An emotion is a combination of them:

========  ========================  =====================================================
emotion   always                    sometimes
========  ========================  =====================================================
angry     4 + 5 + 7 + 23            24 (lips pressed), or 10 + 16 + 25 (teeth bared)
disgust   9 + 10                    15 + 17, or 16 + 25
fear      1 + 2 + 4 + 5 + 20        25, 26
happy     6 + 12                    25 (teeth shown), 26
neutral   none
sad       1 + 4 + 15                17, 7
surprise  1 + 2 + 5 + 26            27
========  ========================  =====================================================

Sources
-------
P. Ekman, W. V. Friesen, "Facial Action Coding System", Consulting Psychologists Press, 1978;
P. Ekman, W. V. Friesen, J. C. Hager, "FACS Investigator's Guide", 2002 (the chapter that predicts
emotions from action units). Where they list variants, we keep the common ones.
"""

from __future__ import annotations

import numpy as np

__all__ = ["ACTION_UNITS", "VARIANTS", "action_units"]

#: What each action unit used here does.
ACTION_UNITS = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    12: "lip corner puller",
    15: "lip corner depressor",
    16: "lower lip depressor",
    17: "chin raiser",
    20: "lip stretcher",
    23: "lip tightener",
    24: "lip pressor",
    25: "lips part",
    26: "jaw drop",
    27: "mouth stretch",
}

#: Per emotion the combinations that are drawn with equal probability, as {AU: full intensity}.
VARIANTS: dict[str, tuple[dict[int, float], ...]] = {
    "angry": (
        {4: 1.0, 5: 0.5, 7: 0.8, 23: 1.0},
        {4: 1.0, 5: 0.5, 7: 0.8, 23: 0.8, 24: 0.8},
        {4: 1.0, 5: 0.6, 7: 0.6, 23: 0.5, 10: 0.5, 16: 0.7, 25: 0.8},
    ),
    "disgust": (
        {9: 1.0, 10: 0.8, 15: 0.6, 17: 0.7},
        {9: 1.0, 10: 1.0, 16: 0.7, 25: 0.6},
        {9: 1.0, 10: 0.9, 15: 0.5, 16: 0.4},
    ),
    "fear": (
        {1: 1.0, 2: 0.6, 4: 0.6, 5: 1.0, 20: 1.0, 25: 0.6},
        {1: 1.0, 2: 0.6, 4: 0.6, 5: 1.0, 20: 1.0, 25: 0.8, 26: 0.4},
    ),
    "happy": (
        {6: 0.8, 12: 0.9},
        {6: 0.9, 12: 1.0, 25: 1.0},
        {6: 1.0, 12: 1.0, 25: 1.0, 26: 0.5},
    ),
    "neutral": ({},),
    "sad": (
        {1: 1.0, 4: 0.7, 15: 0.9},
        {1: 1.0, 4: 0.7, 15: 1.0, 17: 0.8},
        {1: 0.9, 4: 0.8, 7: 0.4, 15: 1.0, 17: 0.4},
    ),
    "surprise": (
        {1: 1.0, 2: 1.0, 5: 1.0, 25: 0.6, 26: 0.8},
        {1: 1.0, 2: 1.0, 5: 1.0, 25: 0.6, 26: 0.9, 27: 0.6},
    ),
}

#: Overall strength of a shown emotion. Above 1 it is acted, as on a stage: 48 pixels have no room
#: for half a pixel of brow.
STRENGTH = (1.2, 1.4)
#: How far each unit may fall short of the overall strength.
UNEVENNESS = 0.1
#: Nobody's face is quite at rest: every unit of every face is active up to this much.
RESTLESSNESS = 0.08


def action_units(emotion: str, rng: np.random.Generator) -> list[float]:
    """Draw the intensities with which one face shows an emotion.

    Parameters
    ----------
    emotion : str
        One of `minicnn.fer.datasets.emotions.EMOTIONS`.
    rng : numpy.random.Generator
        Source of the variant, the strength and the small differences between units.

    Returns
    -------
    list of float
        ``au[k]`` is the intensity of action unit k, from 0 (at rest, and for numbers that FACS
        does not use) over 1 (full) to ``STRENGTH[1]``.
    """
    variants = VARIANTS[emotion]
    variant = variants[rng.integers(len(variants))]
    strength = rng.uniform(*STRENGTH)
    noise = rng.random(28)
    au = [0.0] * 28
    for unit in ACTION_UNITS:
        shown = variant.get(unit, 0.0) * strength * (1 - UNEVENNESS * noise[unit])
        au[unit] = float(max(shown, RESTLESSNESS * noise[unit]))
    return au
