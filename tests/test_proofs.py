"""Every tagged formula of the book and of docs/math has a proof."""

import re
from pathlib import Path

from tags import formulas

TESTS = Path(__file__).parent
PROVEN = re.compile(r'@holds\(\s*"([\w.]+)"')


def test_every_tag_is_proven_once():
    proofs = [
        tag
        for folder in ("book", "derivations")
        for path in sorted((TESTS / folder).glob("test_*.py"))
        for tag in PROVEN.findall(path.read_text("utf-8"))
    ]
    assert sorted(proofs) == sorted(formulas())
