"""Formulas as text: where they stand, and when two of them are the same."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\$\$(.+?)\$\$", re.S)
_TAG = re.compile(r"\\tag\{([^}]+)\}")
# What changes the look of a formula and not its meaning; a dot between two factors as well.
_LOOK = re.compile(
    r"\\[,;:!>]|\\ |~|\\(?:left|right|[bB]igg?[lrm]?|(?:no)?limits|displaystyle|q?quad|thinspace"
    r"|cdot)(?![a-zA-Z])"
)


def tagged(page: str) -> dict[str, str]:
    """Return the formula of every tag in a page, as it stands there, without the tag."""
    found = {}
    for block in _BLOCK.findall(page):
        for tag in _TAG.findall(block):
            found[tag] = _TAG.sub("", block).strip()
    return found


def normalised(formula: str) -> str:
    """Return a formula without what only changes its look."""
    text = _LOOK.sub(" ", _TAG.sub("", formula))
    text = re.sub(r"\\[dt]frac(?![a-zA-Z])", r"\\frac", text)
    text = re.sub(r"\\(?:operatorname|mathrm|text)\*?\s*\{", r"\\text{", text)
    text = text.replace(r"\lbrace", r"\{").replace(r"\rbrace", r"\}").replace(r"\lt ", "<")
    text = text.replace(r"\rVert", r"\|").replace(r"\lVert", r"\|")
    text = text.replace(r"\le ", r"\leq ").replace(r"\ge ", r"\geq ")
    text = re.sub(r"\s+", "", text)
    # Braces around a single letter or command: x^{2} is x^2, \frac{1}{m} is \frac1m.
    for _ in range(3):
        text = re.sub(r"(?<!text)\{(\\[a-zA-Z]+|[^\\{}])\}", r"\1", text)
    return text.rstrip(".,")
