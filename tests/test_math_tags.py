"""A formula has one tag in the code and the same one in its derivation."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from latex import normalised, tagged

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


def formulas(text: str) -> dict[str, str]:
    """Return the formulas of ``.. math::`` directives by their tags."""
    found, lines = {}, text.splitlines()
    for i, line in enumerate(lines):
        if not (start := re.match(r"(\s*)\.\. math::", line)):
            continue
        body = [line[start.end() :]]
        for more in lines[i + 1 :]:
            if len(more) - len(more.lstrip()) <= len(start[1]):
                break
            body.append(more)
        block = "\n".join(body)
        found |= {tag: normalised(block) for tag in DEFINED.findall(block)}
    return found


def test_docstring_and_derivation_have_the_same_formula():
    in_code = {}
    for path in SOURCES:
        in_code |= formulas(docstrings(path))
    in_docs = {}
    for text in CHAPTERS.values():
        in_docs |= {tag: normalised(formula) for tag, formula in tagged(text).items()}
    both = in_code.keys() & in_docs.keys()
    assert len(both) > 140
    assert {tag: (in_code[tag], in_docs[tag]) for tag in both if in_code[tag] != in_docs[tag]} == {}


def test_normalised_formulas_differ_where_the_formulas_do():
    same = normalised(r"\frac1m(x) \cdot y")
    assert normalised(r"\frac{1}{m} \left( x \right)\, y \tag{a.1}") == same
    assert normalised("q s + j d") != normalised("q s' + j d'")
    assert normalised(r"x^{2}") != normalised(r"x_2")


def test_nothing_that_github_shows_otherwise():
    # A backslash before punctuation, and two of them: \cr begins a row on both.
    assert [stem for stem, text in CHAPTERS.items() if re.search(r"\\[,;!]", text)] == []
    assert [stem for stem, text in CHAPTERS.items() if re.search(r"\$\$[^$]*\\\\", text)] == []


def test_the_index_of_the_pages_lists_them_all():
    listed = re.findall(r"^(\w+)$", CHAPTERS["index"], re.MULTILINE)
    assert sorted(listed) == sorted(CHAPTERS.keys() - {"index"})


def test_every_tag_stands_beside_its_formula():
    tagged_here = {tag for text in CHAPTERS.values() for tag in tagged(text)}
    assert tagged_here == DERIVED
