"""What data sets call the emotions: other words, and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from minicnn.fer.datasets.emotions import CSV_EMOTIONS

__all__ = [
    "AFFECTNET",
    "CK_PLUS",
    "CSV_NUMBERS",
    "FER_PLUS",
    "RAF_DB",
    "is_emotion",
    "named_classes",
]

#: The numbers of FER2013's csv files; CK+ in the same form adds a seventh.
CSV_NUMBERS = {str(i): name for i, name in enumerate((*CSV_EMOTIONS, "contempt"))}
#: RAF-DB, Li et al. 2017.
RAF_DB = {
    str(i): name
    for i, name in enumerate(
        ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral"), start=1
    )
}
#: AffectNet, Mollahosseini et al. 2019; 8 to 10 are faces without an emotion.
AFFECTNET = {
    str(i): name
    for i, name in enumerate(
        ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
    )
}
#: CK+, Lucey et al. 2010, as its files number the emotions.
CK_PLUS = {
    str(i): name
    for i, name in enumerate(
        ("neutral", "angry", "contempt", "disgust", "fear", "happy", "sad", "surprise")
    )
}
#: The columns of FER+, Barsoum et al. 2016: votes for each, and the emotion they mean.
FER_PLUS: dict[str, str | None] = {
    "neutral": "neutral",
    "happiness": "happy",
    "surprise": "surprise",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "disgust",
    "fear": "fear",
    "contempt": "contempt",
    "unknown": None,
    "nf": None,
}

_SYNONYMS = {
    "angry": ("anger",),
    "contempt": ("contemptuous",),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "joy", "joyful"),
    "neutral": ("neutrality",),
    "sad": ("sadness",),
    "surprise": ("surprised",),
}
_EMOTION_OF = {word: emotion for emotion, words in _SYNONYMS.items() for word in (emotion, *words)}
# "0_angry", "1 - disgust": numbered to be listed in order.
_NUMBERED = re.compile(r"\d+[\s._-]+")
# "class001", "001": nothing but a number.
_NUMBER = re.compile(r"(?:class[\s._-]*)?0*(\d+)", re.IGNORECASE)


def named_classes(written: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Translate the names of classes, as folders or tables have them.

    Parameters
    ----------
    written : iterable of str
        All of them: numbers are understood together.

    Returns
    -------
    names : dict of str to str
        The class that each stands for. Words for one of the seven emotions, or for
        contempt, become that emotion; of names that differ in capitals only, the first in
        order stands for all; other names stay.
    notes : list of str
        A sentence if anything but capitals was changed.
    """
    names = sorted(set(written))
    numbers = {name: match[1] for name in names if (match := _NUMBER.fullmatch(name))}
    if len(numbers) == len(names) > 0:
        for source, meaning in (("RAF-DB", RAF_DB), ("AffectNet", AFFECTNET)):
            if set(numbers.values()) == set(meaning):
                told = ", ".join(f"{number} {name}" for number, name in meaning.items())
                found = {name: meaning[number] for name, number in numbers.items()}
                return found, [f"the class numbers are {source}'s: {told}"]
        return {name: name for name in names}, []
    spelled: dict[str, str] = {}  # the first spelling of those that differ in capitals
    found = {name: _emotion(name) or spelled.setdefault(name.casefold(), name) for name in names}
    changed = [
        f"{name} as {found[name]}" for name in names if found[name] not in (name, name.casefold())
    ]
    return found, [f"takes {', '.join(changed)}"] if changed else []


def is_emotion(name: str) -> bool:
    """Whether a name means one of the emotions."""
    return _emotion(name) is not None


def _emotion(name: str) -> str | None:
    word = name.strip().casefold()
    return _EMOTION_OF.get(word) or _EMOTION_OF.get(_NUMBERED.sub("", word, count=1))
