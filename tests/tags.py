"""Proofs of the formulas in the docs, each written beside the very formula that it proves."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from latex import normalised, tagged

DOCS = Path(__file__).parents[1] / "docs"


@cache
def formulas() -> dict[str, str]:
    """Return the formula of every tag of the book, such as 3.1, and of docs/math, as dense.1."""
    found: dict[str, str] = {}
    for page in [*sorted(DOCS.glob("book/[0-9a]*.md")), *sorted(DOCS.glob("math/*.md"))]:
        for tag, formula in tagged(page.read_text("utf-8")).items():
            assert tag not in found, f"{page.name}: ({tag}) stands twice"
            found[tag] = formula
    return found


def holds(tag: str, formula: str) -> Callable:
    """Make a test of a function that proves a formula: the page must still say the same.

    The formula in the test is read side by side with its proof; if the page's changes, the proof
    has to be looked at again.
    """

    def decorate(proof: Callable[[], None]) -> Callable[[], None]:
        def test() -> None:
            page = formulas().get(tag)
            assert page is not None, f"no page has ({tag})"
            assert normalised(page) == normalised(formula), f"({tag}) has changed: {page}"
            proof()

        test.__name__ = proof.__name__
        test.tag = tag
        return test

    return decorate
