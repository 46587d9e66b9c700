"""The page on a layer of one's own runs as it stands."""

import contextlib
import io
import os
import textwrap
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "own-layer.md"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="docs/ is not installed")


def test_the_page_runs(tmp_path):
    blocks, block = [], []
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("    ") or (block and not line):
            block.append(line)
        elif block:
            blocks.append(textwrap.dedent("\n".join(block)))
            block = []
    code = "\n".join(blocks)
    assert "class Scale(Layer)" in code
    assert "load_model" in code
    before, out = Path.cwd(), io.StringIO()
    os.chdir(tmp_path)
    try:
        with contextlib.redirect_stdout(out):
            names: dict = {}
            exec(code, names)
    finally:
        os.chdir(before)
    assert "scale/factor" in out.getvalue()
    assert names["model"].get_layer("scale").start == 0.5
