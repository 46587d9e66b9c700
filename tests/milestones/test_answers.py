"""The reader's file: what is wrong with its functions is a sentence."""

from types import SimpleNamespace

import numpy as np
import pytest

from minicnn.milestones import digits, xor
from minicnn.milestones.answers import Answers


def written(tmp_path, text, *needed):
    (tmp_path / "mine.py").write_text(text, "utf-8")
    return Answers(tmp_path / "mine.py", dict.fromkeys(needed, "3.3"))


@pytest.mark.parametrize(
    ("result", "told"),
    [("None", "None"), ("dy", "one ndarray"), ("(dy, x)", "2 values")],
)
def test_an_unfinished_function_is_told_what_to_return(tmp_path, result, told):
    text = f"""
def dense(x, w, b): return x @ w + b
def dense_backward(dy, x, w): return {result}
"""
    answers = written(tmp_path, text, "dense", "dense_backward")
    with pytest.raises(ValueError, match=f"dense_backward returns {told}, expected dx, dw, db"):
        xor.compare_dense_parts(answers)


def test_the_line_is_named_however_the_path_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "def f():\n    return 1 / 0\n")
    with pytest.raises(ValueError, match=r"division by zero, in line 2 of mine\.py"):
        Answers("./mine.py", {"f": "3.3"})("f")


def test_both_moments_of_adam_are_arrays_of_their_own():
    network = digits._Network(SimpleNamespace())
    for name, m in network.m.items():
        assert not np.shares_memory(m, network.v[name])
