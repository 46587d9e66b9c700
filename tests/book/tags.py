"""Proofs of the book's formulas, each written beside the very formula that it proves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from latex import normalised, tagged

BOOK = Path(__file__).parents[2] / "docs" / "book"


def formulas() -> dict[str, str]:
    """Return the formula of every tag of the book."""
    found: dict[str, str] = {}
    for page in sorted(BOOK.glob("[0-9a]*.md")):
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
