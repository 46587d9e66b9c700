"""A formula has one tag in the code and the same one in its derivation."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import minicnn

PACKAGE = Path(minicnn.__file__).parent
MATH = PACKAGE.parent / "docs" / "math"
TAG = r"([a-z]\w*\.\d+)"
DEFINED = re.compile(rf"\\tag\{{{TAG}\}}")
NAMED = re.compile(rf"\\tag\{{{TAG}\}}|\({TAG}\)")

pytestmark = pytest.mark.skipif(not MATH.is_dir(), reason="docs/ is not installed with the package")


def named(text: str) -> set[str]:
    """Tags that a text defines or cites."""
    return {first or second for first, second in NAMED.findall(text)}


def docstrings(path: Path) -> str:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, documented))
    return "\n".join(filter(None, map(ast.get_docstring, nodes)))


SOURCES = {path: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
CHAPTERS = {path.stem: path.read_text("utf-8") for path in sorted(MATH.glob("*.md"))}
IN_DOCSTRINGS = set().union(*(named(docstrings(path)) for path in SOURCES))
DERIVED = {
    tag
    for stem, text in CHAPTERS.items()
    for tag in named(text)
    if tag[: len(stem) + 1] == f"{stem}."
}


def test_every_formula_of_the_code_is_derived():
    assert set() == IN_DOCSTRINGS - DERIVED


def test_every_derivation_arrives_in_the_code():
    assert set() == DERIVED - IN_DOCSTRINGS


def test_what_is_cited_exists():
    cited = set().union(*map(named, [*SOURCES.values(), *CHAPTERS.values()]))
    assert cited - IN_DOCSTRINGS == set()


def test_a_tag_stands_once_in_the_code_and_once_in_the_docs():
    for texts in (SOURCES, CHAPTERS):
        count = Counter(tag for text in texts.values() for tag in DEFINED.findall(text))
        assert [tag for tag, times in count.items() if times > 1] == []


@pytest.mark.parametrize("stem", CHAPTERS)
def test_the_files_that_a_chapter_names_exist(stem):
    for path in re.findall(r"`((?:minicnn|tests)/[\w/]+(?:\.py)?)`?", CHAPTERS[stem]):
        assert (PACKAGE.parent / path).exists(), path
    for link in re.findall(r"\]\((?!http)([^)#]+)", CHAPTERS[stem]):
        assert (MATH / link).exists(), link
