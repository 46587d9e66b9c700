"""Help, version, and how the command ends."""

import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from command import COMMAND

from minicnn import __version__, cli

VERBS = [
    "demo",
    "train",
    "evaluate",
    "robustness",
    "figures",
    "predict",
    "data",
    "augment",
    "summary",
    "verify",
    "info",
    "milestone",
]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(minicnn, verb):
    result = minicnn(verb, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert f"usage: minicnn {verb}" in result.stdout
    assert f"example:\n  minicnn {verb}" in result.stdout


def test_help_lists_the_verbs_in_a_line_or_two_each(minicnn):
    result = minicnn("--help")
    assert (result.returncode, result.stderr) == (0, "")
    for verb in VERBS:
        assert re.search(rf"\n    {verb}\s", result.stdout)
    assert "example:" in result.stdout


def test_without_a_verb_there_is_help_and_exit_code_2(minicnn):
    result = minicnn()
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == minicnn("--help").stdout


def test_the_version(minicnn):
    assert minicnn("--version").stdout == f"minicnn {__version__}\n"


def test_an_unknown_verb_or_option_is_refused(minicnn):
    for arguments in (["teach"], ["train", "--fast"], ["train"], ["predict"]):
        result = minicnn(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert "usage: minicnn" in result.stderr
        assert "error: " in result.stderr
    assert "invalid choice: 'teach'" in minicnn("teach").stderr


@posix
def test_a_reader_that_goes_away_is_no_error(environment):
    for arguments in (["summary"], ["--help"]):
        process = subprocess.Popen(
            [COMMAND, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 141)
        process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_told(environment, unbuffered):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [COMMAND, "summary"],
            env=environment | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert result.returncode == 2
    assert result.stderr == "minicnn: the output cannot be written: No space left on device.\n"


@posix
def test_ctrl_c_stops_after_the_batch_and_says_how_to_go_on(environment, minicnn, data, tmp_path):
    command = ["train", "--data", data, "--out", "run", "--batch-size", "14", "--no-augment"]
    process = subprocess.Popen(
        [COMMAND, *command],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Shells start background jobs, this suite perhaps among them, deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert "28 training and 14 test images" in process.stdout.readline()
    assert "Epoch   1/128" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 130
    stopped = re.fullmatch(
        r"minicnn train: stopped after (?:batch 1 of )?epoch (\d+)\. "
        r"The same command with --resume continues from the last checkpoint\.\n",
        error,
    )
    assert stopped, error
    history = (tmp_path / "run" / "history.csv").read_text().splitlines()

    # Two epochs and no more, whatever has been done by now.
    result = minicnn(*command, "--resume", "--epochs", "2")
    assert (result.returncode, result.stderr) == (0, "")
    assert "The run continues after " in result.stdout.splitlines()[1]
    assert (tmp_path / "run" / "history.csv").read_text().startswith("\n".join(history[:2]))


@posix
def test_ctrl_c_elsewhere_ends_with_one_line(environment, tmp_path):
    process = subprocess.Popen(
        [COMMAND, "demo"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert "Drawing faces" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=300)
    assert (process.returncode, error) == (130, "minicnn demo: interrupted.\n")


@pytest.fixture
def verb(monkeypatch):
    """Let a function be what `minicnn info` runs."""
    return lambda run: monkeypatch.setattr(cli.info, "run", run)


@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_sentence(verb, capsys):
    verb(lambda arguments: warnings.warn("that is old", stacklevel=1))
    assert cli.main(["info"]) == 0
    assert capsys.readouterr().err == "minicnn: that is old\n"


def test_a_bug_is_no_sentence(verb):
    verb(lambda arguments: {}["missing"])
    with pytest.raises(KeyError, match="missing"):
        cli.main(["info"])
