"""Sphinx: the site works without a network: it ships MathJax and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

_LOG = logging.getLogger(__name__)
# What a browser fetches by itself; links that a reader follows may lead anywhere.
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"((?:https?:)?//[^\"]+)\""
    r"|<link\b[^>]*\brel=\"(?:stylesheet|preload|icon)\"[^>]*\bhref=\"((?:https?:)?//[^\"]+)\""
)


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    _ship_mathjax(out / "_static" / "mathjax")
    for page in sorted(out.rglob("*.html")):
        for found in _FETCHED.findall(page.read_text("utf-8")):
            _LOG.warning("%s loads %s", page.relative_to(out), "".join(found))


def _ship_mathjax(target: Path) -> None:
    """Copy the script and its fonts beside the pages."""
    spec = find_spec("mathjax")
    package = Path(str(spec.origin)).parent / "static" / "mathjax" / "es5"  # type: ignore[union-attr]
    fonts = Path("output", "chtml", "fonts", "woff-v2")
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "tex-chtml.js", target)
    shutil.copytree(package / fonts, target / fonts, dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
