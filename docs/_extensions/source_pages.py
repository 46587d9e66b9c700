"""Sphinx: links to source files lead to a page of the site, and to the line of what they name.

``[`dense`](../../minicnn/layers/dense.py)`` opens the file in a repository's browser, and here a
page with that file at the line of ``def dense``. Line numbers stand in no page, so none is stale.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

ROOT = Path(__file__).parents[2]
_LOG = logging.getLogger(__name__)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\(\))?")


def line_of(text: str, name: str) -> int | None:
    """Return the line that defines a function, class or constant, or None."""
    leaf = re.escape(name.rstrip("()").split(".")[-1])
    pattern = rf"^\s*(?:def|class|async def) {leaf}\b|^{leaf}\b\s*[:=]"
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 + match[0].count("\n") if match else None


def _lead_to_pages(app: Sphinx, document: nodes.document) -> None:
    env = app.env
    for node in list(document.findall(addnodes.download_reference)):
        path = (Path(env.doc2path(env.docname)).parent / node["reftarget"]).resolve()
        if path.suffix not in {".py", ".toml"} or not path.is_relative_to(ROOT):
            continue
        place = path.relative_to(ROOT).as_posix()
        env.metadata[env.docname].setdefault("source_files", "")
        env.metadata[env.docname]["source_files"] += place + "\n"
        name = node.astext()
        uri = relative_uri(app.builder.get_target_uri(env.docname), _page(place) + ".html")
        line = line_of(path.read_text("utf-8"), name) if path.suffix == ".py" else None
        if line is None and any(node.findall(nodes.literal)) and _NAME.fullmatch(name):
            _LOG.warning("%s does not define %s", place, name, location=node)
        uri += f"#line-{line}" if line else ""
        link = nodes.reference("", "", *node.children, refuri=uri, internal=True)
        link["classes"].append("source-link")
        node.replace_self(link)


def _page(place: str) -> str:
    return "source/" + place.rsplit(".", 1)[0]


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    lists = (data.get("source_files", "") for data in app.env.metadata.values())
    for place in sorted({one for each in lists for one in each.split()}):
        formatter = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True)
        code = (ROOT / place).read_text("utf-8")
        body = highlight(code, get_lexer_for_filename(place), formatter)
        title = html.escape(place)
        yield _page(place), {"title": title, "body": f"<h1>{title}</h1>\n{body}"}, "page.html"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", _lead_to_pages)
    app.connect("html-collect-pages", _pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
