"""Sphinx: a page shows what it says its cells print, and warns if they print something else.

The notebook parser would show the fresh output above the one that stands in the page. The text
goes, figures stay, and take their description from the caption below them.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from printed import differences
from sphinx.application import Sphinx
from sphinx.util import logging

_LOG = logging.getLogger(__name__)


def _compare(app: Sphinx, document: nodes.document) -> None:
    for cell in document.findall(lambda node: _is(node, "cell_code")):
        after = cell.next_node(descend=False, siblings=True)
        printed = ""
        for output in [one for one in cell.children if _is(one, "cell_code_output")]:
            for one in list(output.children):
                if isinstance(one, nodes.literal_block):
                    if "stderr" not in one["classes"]:
                        printed += one.astext() + "\n"
                        output.remove(one)
                elif not _images(one):  # the value of a last line, such as [<Line2D ...>]
                    output.remove(one)
            for image in _images(output):
                if isinstance(after, nodes.paragraph) and after.astext().startswith("Figure"):
                    image["alt"] = after.astext()
                    after["classes"].append("caption")
                else:
                    _LOG.warning("a figure without a caption 'Figure ...' below", location=cell)
            if not output.children:
                cell.remove(output)
        told = isinstance(after, nodes.literal_block) and after.get("language") == "text"
        # The parser may break a line between two words that were printed one after the other.
        shown = after.astext() if told else ""
        for complaint in differences(" ".join(shown.split()), " ".join(printed.split())):
            _LOG.warning("%s", complaint, location=cell)
        if told:
            after["classes"].append("printed")


def _is(node: nodes.Node, element: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == element


def _images(node: nodes.Node) -> list[nodes.image]:
    return list(node.findall(nodes.image))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", _compare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
