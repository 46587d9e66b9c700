"""Outputs that are closed, full, gone, missing or in an old encoding."""

import csv
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command import COMMAND
from PIL import Image

from minicnn.cli import main

posix = pytest.mark.skipif(sys.platform == "win32", reason="redirections of a POSIX shell")


@pytest.fixture
def shell(environment, tmp_path):
    """Run the command in a shell, with redirections."""

    def run(arguments, redirections, **more):
        words = " ".join(shlex.quote(str(each)) for each in (COMMAND, *arguments))
        result = subprocess.run(
            ["sh", "-c", f"{words} {redirections}"],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in result.stderr, result.stderr
        return result

    return run


@pytest.fixture
def face(tmp_path):
    path = tmp_path / "face.png"
    Image.fromarray(np.full((48, 48), 77, np.uint8)).save(path)
    return path


@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing_else(shell, model, face, closed):
    for arguments in (
        ["train", "--help"],
        ["info"],
        ["predict", "--model", model, face],
    ):
        result = shell(arguments, closed)
        assert result.returncode == 0
        if closed == "<&-":
            assert result.stdout
    assert shell(["predict", "--model", model, "missing.png"], closed).returncode == 2


@posix
def test_a_sentence_for_a_closed_stream_goes_into_no_file(shell, model, face, data, tmp_path):
    (tmp_path / "empty").mkdir()
    call = ["predict", "--csv", "--model", model, face, "missing.png", "empty"]
    result = shell(call, "> out.csv 2>&-")
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["file", str(face), "missing.png"]
    assert {len(row) for row in rows} == {len(rows[0])}

    call = ["evaluate", "--data", data, "--model", model, "--out", "results.csv"]
    assert shell(call, "2>&- >&-").returncode == 0
    with (tmp_path / "results.csv").open(newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {5}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told_whatever_the_verb(shell, model, face, unbuffered):
    for arguments in (
        ["--help"],
        ["--version"],
        ["train", "--help"],
        ["predict", "--model", model, face],
    ):
        result = shell(arguments, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
        assert result.returncode == 2, arguments
        told = "minicnn: the output cannot be written: No space left on device.\n"
        assert result.stderr == told
        assert shell(arguments, "> /dev/full 2> /dev/full").returncode == 2
    wrong = ["predict", "--model", model, "missing.png"]
    assert shell(wrong, "2> /dev/full").returncode == 2


@posix
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error_whatever_the_verb(
    environment, model, face, unbuffered
):
    for arguments in (
        ["train", "--help"],
        ["info"],
        ["predict", "--model", model, face],
    ):
        process = subprocess.Popen(
            [COMMAND, *arguments],
            env=environment | {"PYTHONUNBUFFERED": unbuffered},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdout.close()
        _, error = process.communicate()
        assert (error, process.returncode) == ("", 141), arguments


@posix
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_old_encoding_gets_similar_characters(shell, model, face, data, encoding):
    predicted = shell(["predict", "--model", model, face], "", PYTHONIOENCODING=encoding)
    assert predicted.returncode == 0
    assert set(predicted.stdout.splitlines()[1]) == {"-"}
    assert "\n ----" in shell(["summary"], "", PYTHONIOENCODING=encoding).stdout
    report = shell(["data", "report", "--data", data], "", PYTHONIOENCODING=encoding)
    assert (report.returncode, report.stderr) == (0, "")
    assert "#" in report.stdout
    assert "?" not in report.stdout


@posix
@pytest.mark.parametrize("columns", ["0", "1"])
def test_a_narrow_terminal_hides_nothing(shell, model, face, columns):
    for arguments, shown in (
        (["info"], "numba"),
        (["summary"], "6,318,471 parameters"),
        (["predict", "--model", model, face], str(face)),
        (["train", "--help"], "--resume"),
    ):
        result = shell(arguments, "", COLUMNS=columns, TERM="dumb")
        assert result.returncode == 0
        assert shown in result.stdout


class Writer:
    """What programs put in the place of standard output: `write`, and nothing else."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


@pytest.mark.parametrize("verb", [["summary"], ["info"], ["predict"], ["predict", "--faces"]])
def test_in_a_program_that_has_replaced_the_streams(monkeypatch, face, verb):
    arguments = [*verb, str(face)] if verb[0] == "predict" else verb
    monkeypatch.setattr(sys, "stdout", Writer())
    monkeypatch.setattr(sys, "stderr", Writer())
    assert main(arguments) == 0
    assert sys.stdout.text
    assert main(["predict", "missing.png"]) == 2
    assert sys.stderr.text.endswith("missing.png does not exist, expected an image file.\n")


def test_without_any_streams(monkeypatch, face, tmp_path):
    """As under pythonw."""
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main(["summary"]) == main(["predict", str(face), "--faces"]) == 0
    assert main(["predict", os.fspath(tmp_path / "missing.png")]) == 2
    with pytest.raises(SystemExit):
        main(["--help"])
    for name in ("stdin", "stdout", "stderr"):
        getattr(sys, name).close()
