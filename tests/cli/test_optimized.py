"""``python -O`` drops assertions, ``-OO`` docstrings as well; the command needs neither."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import minicnn
from minicnn.cli import _VERBS


@pytest.mark.parametrize("verb", ["", *_VERBS])
def test_help_is_the_same(environment, verb):
    def shown(*options):
        command = [sys.executable, *options, "-m", "minicnn", *filter(None, [verb]), "--help"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    plain = shown()
    assert shown("-OO").stdout == plain.stdout
    assert plain.stderr == ""


@pytest.mark.parametrize("level", ["1", "2"])
def test_the_verbs_work(environment, minicnn, model, data, level):
    call = minicnn.func
    where = {"cwd": minicnn.keywords["cwd"], "environment": environment | {"PYTHONOPTIMIZE": level}}
    train = ["train", "--data", data, "--out", "run", "--epochs", "1", "--start", model]
    for arguments in (
        ["summary"],
        ["info"],
        ["predict", "--model", model, data / "test" / "happy"],
        ["data", "report", "--data", data],
        ["augment", "--data", data, "--out", "sheet.png"],
        ["evaluate", "--data", data, "--model", model, "--out", "results.json"],
        ["robustness", "--data", data, "--model", model, "--only", "noise"],
        train,
        [*train, "--resume"],
        ["figures", "--run", "run", "--data", data],
    ):
        result = call(*arguments, **where)
        assert (result.returncode, result.stderr) == (0, ""), arguments
    assert call("summary", "--model", "none.keras", **where).returncode == 2


def test_assertions_only_tell_types():
    """What they assert holds anyway: type checkers cannot see it. Nothing depends on them."""
    others = []
    for path in Path(minicnn.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                told = ast.unparse(node.test)
                if not (told.endswith(" is not None") or told.startswith("isinstance(")):
                    others.append(f"{path}: {told}")
    assert others == []
