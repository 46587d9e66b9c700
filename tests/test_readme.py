"""README.md promises only what works: its Python runs, its commands exist, its links lead."""

import re
import shlex
from pathlib import Path

import pytest

from minicnn import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.md"))
)


def test_python_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    names = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert Path("small.keras").exists()
    assert names["history"].history["loss"][-1] < names["history"].history["loss"][0]


def test_indented_imports_exist():
    lines = re.findall(r"^    (from minicnn\S* import .*|import minicnn.*)$", README, re.MULTILINE)
    assert lines
    for line in lines:
        exec(line, {})


def test_commands_are_the_ones_there_are():
    commands = re.findall(r"^    (minicnn [a-z].*)$", README, re.MULTILINE)
    verbs = {shlex.split(command)[1] for command in commands}
    assert verbs == set(cli._VERBS)
    for command in commands:
        cli._parser().parse_args(shlex.split(command)[1:])


@pytest.mark.parametrize(
    ("document", "name", "page"),
    [
        ("README.md", "| ONNX's tests", "onnx.md"),
        ("README.md", "| Keras's own tests", "keras-tests.md"),
        ("docs/verification/README.md", "| [onnx.md]", "onnx.md"),
        ("docs/verification/README.md", "| [keras-tests.md]", "keras-tests.md"),
        ("docs/verification/README.md", "| [opinfo.md]", "opinfo.md"),
    ],
)
def test_counts_of_foreign_suites_are_those_of_their_pages(document, name, page):
    total = r"^\| \*\*all\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \|$"
    text = (ROOT / "docs/verification" / page).read_text(encoding="utf-8")
    passed, out, failed = map(int, re.search(total, text, re.MULTILINE).groups())
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(name)]
    counts = f"{passed:,} passed, {out:,} out of scope, {failed or 'none'} failed"
    assert counts in row


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z]+)\b", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    text = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"(?:\]\(|src=\")(?!https?:|#|mailto:)([^)#\s\"]+)", text)
    missing = [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]
    assert missing == []
