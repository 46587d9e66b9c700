"""Sphinx: links that are right in a repository's browser, made right for the site.

A link to a folder shows the folder there; here it leads to the folder's index page, or nowhere if
the folder lies outside of the docs. Where a link's text is the name of a file, the site shows the
title of its page or section. Model cards are kept beside the models, in the package.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# The pages of model cards, and what they show.
CARDS = {
    "model-card": Path("minicnn", "fer", "models", "fer_network.md"),
    "compact-card": Path("minicnn", "fer", "models", "compact_network.md"),
}
_LINK = re.compile(
    r"(?<!!)\[(?P<text>[^\[\]]*)\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)"
)


def _rewrite(app: Sphinx, docname: str, source: list[str]) -> None:
    docs = Path(app.srcdir)
    page = Path(app.env.doc2path(docname))
    cards = {name: docs.parent / card for name, card in CARDS.items()}
    pages = {card: docs / f"{name}.md" for name, card in cards.items()}
    base = cards[docname].parent if docname in cards else page.parent

    def lead(match: re.Match[str]) -> str:
        target = (base / match["target"]).resolve()
        if target in pages:
            target = pages[target]
        elif target.is_dir():
            index = [
                target / name for name in ("index.md", "README.md") if (target / name).is_file()
            ]
            if not index or not target.is_relative_to(docs):
                return match["text"]
            target = index[0]
        elif target == docs / "README.md":
            target = docs / "index.md"
        elif target.suffix == ".md" and not target.is_relative_to(docs):
            return match["text"]  # a page that only the repository shows
        elif target.suffix != ".md" and base == page.parent:
            return match[0]
        named = match["text"] in (match["target"], Path(match["target"]).name)
        text = "" if named else match["text"]
        return f"[{text}]({os.path.relpath(target, page.parent)}{match['anchor'] or ''})"

    if docname in cards:
        source[0] = cards[docname].read_text("utf-8")
    source[0] = _LINK.sub(lead, source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", _rewrite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
