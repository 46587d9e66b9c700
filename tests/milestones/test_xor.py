"""Milestone 1: solutions of the exercises reach it, wrong ones are told where they are wrong."""

from pathlib import Path

import pytest

from minicnn.cli import main
from minicnn.milestones import xor

EXERCISES = Path(__file__).parents[2] / "docs" / "book" / "exercises"
FOLDERS = ("3.3-dense", "4.3-leaky-relu", "5.3-softmax-crossentropy", "6.3-momentum")

pytestmark = pytest.mark.skipif(not EXERCISES.is_dir(), reason="docs/ is not installed")


def mine(tmp_path, **instead):
    """Write one file of all solutions; `instead` names other files, such as 3_3="stub"."""
    path = tmp_path / "mine.py"
    names = [instead.get("_" + folder[:3].replace(".", "_"), "solution") for folder in FOLDERS]
    files = [EXERCISES / folder / f"{name}.py" for folder, name in zip(FOLDERS, names, strict=True)]
    path.write_text("\n\n".join(file.read_text("utf-8") for file in files), "utf-8")
    return path


def test_the_solutions_reach_it(tmp_path, capsys):
    assert main(["milestone", "1", str(mine(tmp_path))]) == 0
    assert "4 of 4 are right" in (out := capsys.readouterr().out)
    assert out.endswith("Milestone 1 is reached: your code learns XOR.\n")


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ({"_3_3": "wrong_mean"}, "dense_backward: db[0] is "),
        ({"_3_3": "wrong_axis"}, "dense_backward: db has the shape (5,), expected (4,)."),
        ({"_4_3": "wrong_slope"}, "leaky_relu_backward: dx["),
        ({"_5_3": "wrong_sum"}, "softmax_crossentropy: dz["),
        ({"_6_3": "stub"}, "momentum_step: u["),
    ],
)
def test_what_is_wrong_is_named(tmp_path, capsys, instead, expected):
    assert main(["milestone", "1", str(mine(tmp_path, **instead))]) == 2
    assert f"minicnn milestone: {expected}" in capsys.readouterr().err


def test_a_training_that_is_too_short_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(xor, "STEPS", 1)
    assert main(["milestone", "1", str(mine(tmp_path))]) == 2
    err = capsys.readouterr().err
    assert "after 1 steps" in err
    assert "expected all of them and a loss below 0.02" in err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("del dense", "mine.py does not define dense (exercise 3.3)."),
        ("def dense(x, w, b): return 1 / 0", "dense: ZeroDivisionError: division by zero, in line"),
        ("dense = lambda x, w, b: x @ w + b[:1]", "dense: y["),
        ("def f(:", "mine.py: SyntaxError: "),
        (
            "right = dense_backward\ndef dense_backward(dy, x, w):\n    found = right(dy, x, w)\n"
            "    dy *= 0\n    return found",
            "dense_backward overwrites an array that it was given, in line",
        ),
    ],
)
def test_a_file_that_does_not_work_is_a_sentence(tmp_path, capsys, line, expected):
    path = mine(tmp_path)
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    assert main(["milestone", "1", str(path)]) == 2
    err = capsys.readouterr().err
    assert expected in err
    assert len(err.splitlines()) == 1


def test_milestones_and_files_that_there_are_not(tmp_path, capsys):
    assert main(["milestone", "9", str(mine(tmp_path))]) == 2
    assert main(["milestone", "1", str(tmp_path / "none.py")]) == 2
    assert (
        capsys.readouterr().err.splitlines()[0].startswith("minicnn milestone: N must be one of 1")
    )
