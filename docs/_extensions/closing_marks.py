"""Sphinx: a comma behind a formula, and a % behind a number, stay on its line.

MathJax makes a box of every formula, and browsers may break a line between a box and the comma
behind it. On a phone they often would.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_MARKS = re.compile(r"[.,;:!?)\]’”]+")
_PERCENT = re.compile(r"(?<=\d) (?=%)")


def _join(app: Sphinx, document: nodes.document) -> None:
    for formula in list(document.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        marks = _MARKS.match(after.astext()) if isinstance(after, nodes.Text) else None
        if not marks:
            continue
        after.parent.replace(after, nodes.Text(after.astext()[marks.end() :]))
        together = nodes.inline("", "", classes=["unbroken"])
        formula.replace_self(together)
        together += [formula, nodes.Text(marks[0])]
    for text in list(document.findall(nodes.Text)):
        code = isinstance(text.parent, nodes.literal | nodes.FixedTextElement | nodes.math)
        if not code and _PERCENT.search(text.astext()):
            text.parent.replace(text, nodes.Text(_PERCENT.sub("\N{NO-BREAK SPACE}", text.astext())))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", _join)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
