import io
import re
import sys

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input

X = np.random.default_rng(0).random((10, 3), dtype=np.float32)
Y = np.eye(2, dtype=np.float32)[[0, 1] * 5]


@pytest.fixture
def model():
    model = minicnn.Sequential([Input((3,)), Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model


class Terminal(io.StringIO):
    def isatty(self):
        return True


def open_terminal(monkeypatch, columns=160):
    """Put a terminal in the place of standard output; in the test, as pytest changes it before."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def test_a_line_per_epoch_where_there_is_no_terminal(model, capsys):
    model.fit(X, Y, epochs=2, validation_split=0.2)
    first, second = capsys.readouterr().out.splitlines()
    figures = r"loss \d\.\d{4}  accuracy \d\.\d{4}  val_loss \d\.\d{4}  val_accuracy \d\.\d{4}"
    assert re.fullmatch(rf"Epoch 1/2  {figures}  \d+ images/s  \d+ s", first)
    assert second.startswith("Epoch 2/2")


def test_evaluation_prints_its_figures(model, capsys):
    model.evaluate(X, Y)
    assert re.fullmatch(
        r"loss \d\.\d{4}  accuracy \d\.\d{4}  \d+ images/s\n", capsys.readouterr().out
    )


def test_silence(model, capsys):
    model.fit(X, Y, verbose=0)
    model.evaluate(X, Y, verbose=0)
    model.predict(X)
    assert capsys.readouterr().out == ""


def test_a_bar_on_a_terminal(model, monkeypatch):
    terminal = open_terminal(monkeypatch)
    model.fit(X, Y, epochs=2, batch_size=5)
    model.evaluate(X, Y)
    text = terminal.getvalue()
    for part in ("Epoch 1/2", "Epoch 2/2", "2/2", "images/s", "accuracy", "left", "Evaluation"):
        assert part in text


def test_a_narrow_terminal_shows_the_time_left_and_every_figure(model, monkeypatch):
    terminal = open_terminal(monkeypatch, columns=80)
    model.fit(X, Y, batch_size=5, validation_split=0.5)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue()).replace("\r", "\n")
    assert re.search(
        r"^Epoch 1/1 1/1 \d:\d\d:\d\d left loss \d\.\d+  accuracy .* images/s", shown, re.M
    )
    assert "…" not in shown
    assert re.search(
        r"^Epoch 1/1  loss .* val_accuracy \d\.\d{4}  \d+ images/s  \d+ s$", shown, re.M
    )


class Writer:
    """What programs put in the place of standard output: `write`, and nothing else."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


@pytest.mark.parametrize("verbose", ["auto", 0, 1, 2])
def test_an_output_that_can_only_be_written_to(model, monkeypatch, verbose):
    monkeypatch.setattr(sys, "stdout", Writer())
    monkeypatch.setattr(sys, "stderr", Writer())
    stop = minicnn.callbacks.EarlyStopping("loss", patience=0, min_delta=9, verbose=1)
    model.fit(X, Y, epochs=3, verbose=verbose, callbacks=[stop])
    model.evaluate(X, Y, verbose=verbose)
    shown = sys.stdout.text
    assert ("Epoch 2/3  loss" in shown) is (verbose != 0)
    assert "Epoch 2: early stopping\n" in shown
    model.summary()
    assert sys.stdout.text.endswith(" bytes in float32)\n")


@pytest.mark.parametrize("verbose", ["auto", 0, 1, 2])
def test_no_output_at_all(model, monkeypatch, verbose):
    """As under pythonw."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    history = model.fit(X, Y, epochs=2, verbose=verbose)
    assert len(history.history["loss"]) == 2
    model.evaluate(X, Y, verbose=verbose)
    model.summary()


def test_a_table_in_an_encoding_without_its_lines(model, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", out)
    model.summary()
    assert "\n ----" in out.buffer.getvalue().decode("ascii")


def test_two_prints_lines_on_a_terminal_too(model, monkeypatch):
    terminal = open_terminal(monkeypatch)
    model.fit(X, Y, verbose=2)
    assert terminal.getvalue().startswith("Epoch 1/1  loss")
