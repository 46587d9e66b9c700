"""Standard streams that are missing, closed, or less than files."""

import io
import subprocess
import sys

import pytest

from minicnn.streams import PLAIN, is_terminal, say


class Writer:
    """What programs put in the place of standard output: `write`, and nothing else."""

    def __init__(self, **more):
        self.text = ""
        vars(self).update(more)

    def write(self, text):
        self.text += text


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


def test_only_a_terminal_is_one():
    for stream in (None, Writer(), closed(), io.StringIO(), Writer(isatty=lambda: None)):
        assert is_terminal(stream) is False
    assert is_terminal(Writer(isatty=lambda: True)) is True


@pytest.mark.parametrize("encoding", [{}, {"encoding": None}, {"encoding": "klingon"}])
def test_a_line_reaches_whatever_can_be_written_to(monkeypatch, encoding):
    out = Writer(**encoding)
    monkeypatch.setattr(sys, "stdout", out)
    say("1 ─ 2")
    assert out.text == "1 ─ 2\n"


@pytest.mark.parametrize("stream", [None, closed()])
def test_without_an_output_nothing_is_said(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    say("anything")


def test_a_line_is_seen_at_once(monkeypatch):
    flushed = []
    out = Writer(flush=lambda: flushed.append(out.text))
    monkeypatch.setattr(sys, "stdout", out)
    say("now")
    assert flushed == ["now\n"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_what_an_encoding_lacks_becomes_something_similar(monkeypatch, encoding):
    out = Writer(encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    say("─█ 顔 \udcef")
    assert out.text == "-# ? ?\n"


def test_the_error_handler_is_for_encoding_alone():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", PLAIN)


@pytest.mark.skipif(sys.platform == "win32", reason="file descriptors of POSIX")
@pytest.mark.parametrize("missing", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_the_number_of_a_closed_stream_is_not_given_to_a_file(tmp_path, missing):
    code = """if True:
        import os, subprocess, sys
        from minicnn.streams import open_missing_streams
        for number in map(int, sys.argv[2:]):
            os.close(number)
            setattr(sys, ("stdin", "stdout", "stderr")[number], None)
        open_missing_streams()
        with open(sys.argv[1], "w") as file:
            assert file.fileno() > 2
            print("to standard output", flush=True)
            print("to standard error", file=sys.stderr, flush=True)
            os.write(2, b"from a library in C")
            child = "import os; os.fstat(0), os.fstat(1), os.fstat(2)"
            subprocess.run([sys.executable, "-c", child], check=True)
            assert sys.stdin.read() == ""
            file.write("mine")
    """
    told = [str(number) for number in missing]
    path = tmp_path / "file"
    run = [sys.executable, "-c", code, path, *told]
    result = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 0, result
    assert path.read_text() == "mine"
    assert result.stdout == ("" if 1 in missing else "to standard output\n")
    assert ("to standard error" in result.stderr) is (2 not in missing)
