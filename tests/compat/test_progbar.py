"""Progbar: what it prints."""

import io
import sys

import pytest

from minicnn.utils import Progbar


def _printed(monkeypatch, *, terminal=False, **arguments):
    class Out(io.StringIO):
        def isatty(self):
            return terminal

    out = Out()
    monkeypatch.setattr(sys, "stdout", out)
    bar = Progbar(3, interval=0, **arguments)
    for step, loss in enumerate((4.0, 2.0, 1.0)):
        bar.update(step + 1, [("loss", loss), ("rate", 10 * step)])
    return out.getvalue()


def test_one_line_at_the_end_where_there_is_no_terminal(monkeypatch):
    text = _printed(monkeypatch)
    assert text.startswith("3/3  ====================  0 s, ")
    assert text.endswith(" ms/step  loss 1.0000  rate 20.0000\n")  # the last values, as in Keras
    assert _printed(monkeypatch, verbose=2) == text
    assert _printed(monkeypatch, verbose=0) == ""


def test_a_terminal_shows_the_means_so_far(monkeypatch):
    first, second, third = _printed(
        monkeypatch, terminal=True, stateful_metrics=["rate"], unit_name="batch"
    ).split("\r")[1:]
    assert "loss 4.0000  rate 0.0000" in first
    assert "2/3" in second
    assert "ms/batch  loss 3.0000  rate 10.0000" in second
    assert third.endswith("\n")


def test_steps_are_added_and_the_target_may_be_unknown(capsys):
    bar = Progbar(None, stateless_metrics=["loss"])
    bar.add(2, [("loss", 3)])
    bar.add(1, [("loss", 0)])
    assert capsys.readouterr().out == ""
    bar.update(3, finalize=True)
    assert capsys.readouterr().out.startswith("3/unknown  0 s, ")
    with pytest.raises(ValueError, match="not both"):
        Progbar(3, stateful_metrics=[], stateless_metrics=[])
