"""Every tagged formula of the book has a proof."""

import re
from pathlib import Path

from tags import formulas

PROVEN = re.compile(r'@holds\(\s*"([\w.]+)"')


def test_every_tag_is_proven_once():
    proofs = [
        tag
        for path in sorted(Path(__file__).parent.glob("test_*.py"))
        for tag in PROVEN.findall(path.read_text("utf-8"))
    ]
    assert sorted(proofs) == sorted(formulas())
