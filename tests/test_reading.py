"""The reading path: its files exist, and are as long as it says."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
READING = DOCS / "reading.md"

pytestmark = pytest.mark.skipif(not READING.is_file(), reason="docs/ is not installed")


def listed() -> list[Path]:
    rows = [line for line in READING.read_text("utf-8").splitlines() if line.startswith("|")]
    paths = re.findall(r"\]\((\.\./minicnn/[\w/]+\.py)\)", "\n".join(rows))
    return [(DOCS / path).resolve() for path in paths]


def lines(paths: list[Path]) -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in paths)


def told(pattern: str) -> int:
    found = re.search(pattern, READING.read_text("utf-8"))
    assert found
    return int(found[1].replace(",", ""))


def test_every_file_exists_and_stands_once():
    paths = listed()
    assert len(paths) == len(set(paths)) > 15
    assert [path for path in paths if not path.is_file()] == []


def test_it_is_as_long_as_it_says():
    assert lines(listed()) == pytest.approx(told(r"about ([\d,]+) lines"), rel=0.1)


def test_the_package_is_as_long_as_it_says():
    package = sorted((DOCS.parent / "minicnn").rglob("*.py"))
    assert lines(package) == pytest.approx(told(r"some ([\d,]+) lines"), rel=0.15)
