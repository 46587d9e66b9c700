"""Sphinx: a comma behind a formula stays on its line.

MathJax makes a box of every formula, and browsers may break a line between a box and the comma
behind it. On a phone they often would.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_MARKS = re.compile(r"[.,;:!?)\]’”]+")


def _join(app: Sphinx, document: nodes.document) -> None:
    for formula in list(document.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        marks = _MARKS.match(after.astext()) if isinstance(after, nodes.Text) else None
        if not marks:
            continue
        rest = nodes.Text(after.astext()[marks.end() :])
        after.parent.replace(after, rest)
        together = nodes.inline("", "", classes=["unbroken"])
        formula.replace_self(together)
        together += [formula, nodes.Text(marks[0])]


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", _join)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
