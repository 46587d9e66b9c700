"""The table of places in docs/architecture.md names files and functions that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="docs/ is not installed")


def rows() -> list[str]:
    text = PAGE.read_text("utf-8")
    section = text[text.index("## Where is ...?") : text.index("## From a call to a step")]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", rows() if PAGE.is_file() else [])
def test_the_files_and_functions_exist(row):
    pairs = re.findall(r"`(\w+)` in `([\w/]+\.py)`", row)
    files = re.findall(r"`([\w/]+\.py)`", row)
    assert files
    for path in files:
        assert (ROOT / "minicnn" / path).is_file(), path
    for name, path in pairs:
        assert f"def {name}(" in (ROOT / "minicnn" / path).read_text("utf-8"), name
