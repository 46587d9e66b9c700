"""The pages of the book run, show what they print, declare their letters, and have one form."""

import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import printed
import pytest

BOOK = Path(__file__).parents[2] / "docs" / "book"
PAGES = sorted(path.name for path in BOOK.glob("[0-9a]*.md"))
CHAPTERS = [name for name in PAGES if re.match(r"(0[1-9]|1\d)-", name)]
SECTIONS = [
    "Symbols",
    "A picture",
    "By hand",
    "Derivation",
    "In NumPy",
    "In the library",
    "The check",
    "What goes wrong",
    "What it costs",
    "Exercises",
    "Source",
]

GREEK = re.compile(
    r"\\((?:var)?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau"
    r"|phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega)|ell)(?![a-zA-Z])"
)


def text(name: str) -> str:
    return (BOOK / name).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_what_it_shows(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    try:
        assert printed.run(text(name), name) == []
    finally:
        plt.close("all")


def letters(formula: str) -> set[str]:
    """Return the letters of a formula: Latin ones, and Greek ones by their command."""
    formula = re.sub(r"\\(?:text|operatorname|mathrm|tag|begin|end)\*?\s*\{[^}]*\}", " ", formula)
    return set(GREEK.findall(formula)) | set(
        re.findall(r"[A-Za-z]", re.sub(r"\\[a-zA-Z]+", " ", formula))
    )


def mathematics(page: str) -> list[str]:
    page = re.sub(r"^(`{3,}).*?^\1", "", page, flags=re.M | re.S)
    page = re.sub(r"`[^`\n]*`", "", page)
    return re.findall(r"\$\$(.+?)\$\$", page, re.S) + re.findall(
        r"(?<!\$)\$(?!\$)([^$]+)\$(?!\$)", page
    )


def symbols(page: str) -> list[str]:
    """Return the first column of the table of symbols."""
    table = re.search(r"^## Symbols\n(.*?)(?=^## )", page, re.M | re.S)
    assert table, "no section Symbols"
    rows = re.findall(r"^\|(.+?)\|", table[1], re.M)[2:]
    return [symbol for row in rows for symbol in re.findall(r"\$([^$]+)\$", row)]


@pytest.mark.parametrize("name", PAGES)
def test_every_letter_of_a_page_is_declared(name):
    declared = symbols(text(name))
    assert len(declared) == len(set(declared)), "a symbol is declared twice"
    known = set().union(*map(letters, declared))
    used = {letter: formula for formula in mathematics(text(name)) for letter in letters(formula)}
    assert {letter: used[letter] for letter in used.keys() - known} == {}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_the_form(name):
    page = text(name)
    assert re.search(rf"^# {int(name[:2])}\. ", page, re.M)
    assert "**The question.**" in page
    assert [one for one in re.findall(r"^## (.+)$", page, re.M) if one in SECTIONS] == SECTIONS
    exercises = re.findall(
        rf"^\*\*{int(name[:2])}\.(\d+)\*\* \((?:by hand|in code|break it)\)", page, re.M
    )
    assert [int(one) for one in exercises] == list(range(1, len(exercises) + 1))
    assert 4 <= len(exercises) <= 6
    assert page.count("<details><summary>Solution</summary>") >= len(exercises)


def test_a_changed_number_is_noticed():
    page = "```{code-cell} python\nprint(2 / 3, 'in', '3.2 ms')\n```\n\n```text\n%s\n```\n"
    assert printed.run(page % "0.667 in 9 ms", "page") == []
    assert printed.run(page % "0.668 in 9 ms", "page") != []
    assert printed.run(page % "0.667 on 9 ms", "page") != []
    assert printed.run(page.replace("```text", "```python"), "page") != []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_github_shows_otherwise(name):
    # A backslash before punctuation, and two of them: \cr begins a row on both.
    assert [one for one in mathematics(text(name)) if re.search(r"\\[,;!\\{}]", one)] == []
