"""Paths on the command line and in configuration files."""

import argparse
from pathlib import Path

import pytest

from minicnn import cli
from minicnn.cli.path_option import as_path, image_path, text_path
from minicnn.data.array_cache import cache_folder
from minicnn.fer.runs.configuration import TrainingConfig, read_config


@pytest.fixture
def home(monkeypatch, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def verbs():
    parser = cli._parser()
    choices = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction)).choices
    return choices.items()


PATHS = [
    pytest.param(action, id=f"{verb} {action.option_strings or action.dest}")
    for verb, parser in verbs()
    for action in parser._actions
    if action.metavar in ("FILE", "FOLDER", "PATH", "IMAGE")
]


def test_there_are_paths_of_every_kind():
    kinds = {parameter.values[0].dest for parameter in PATHS}
    assert kinds - {"file"} == {
        *(
            "data",
            "out",
            "model",
            "start",
            "config",
            "folder",
            "image",
            "images",
            "draw",
            "onnx",
            "boxes",
        )
    }
    assert "file" in kinds


@pytest.mark.parametrize("option", PATHS)
def test_a_tilde_is_the_home_folder(home, option):
    """No shell expands it in ``--out=~/runs/x``."""
    assert str(option.type("~/runs/x")) == str(home / "runs" / "x")
    assert str(option.type("~")) == str(home)
    assert str(option.type("runs/~/x~")) == str(Path("runs/~/x~"))


@pytest.mark.parametrize("option", PATHS)
@pytest.mark.parametrize("given", ["", "a\0b"])
def test_what_is_no_path_is_refused(option, given):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a path, got "):
        option.type(given)


def test_an_image_that_is_called_tilde_is_meant_itself(home):
    (home.parent / "~").touch()
    assert image_path("~") == "~"
    assert (text_path("~"), as_path("~")) == (str(home), home)


def test_a_run_in_the_home_folder(minicnn, environment, home, model, data):
    call, where = minicnn.func, minicnn.keywords["cwd"]
    told = environment | {"HOME": str(home), "USERPROFILE": str(home)}
    (home / "start.keras").write_bytes(model.read_bytes())
    (home / "mine.toml").write_text('start = "~/start.keras"\nepochs = 1\n')
    options = [f"--data={data}", "--out=~/runs/x", "--config=~/mine.toml"]
    result = call("train", *options, cwd=where, environment=told)
    assert (result.returncode, result.stderr) == (0, "")
    assert (home / "runs" / "x" / "model.keras").exists()
    assert not (where / "~").exists()
    result = call("summary", "--model=~/runs/x/model.keras", cwd=where, environment=told)
    assert result.returncode == 0


def test_a_tilde_in_a_configuration(home):
    path = home / "mine.toml"
    path.write_text('start = "~/model.keras"\n')
    assert read_config(path).start == str(home / "model.keras")
    again = TrainingConfig.from_dict(read_config(path).as_dict())
    assert again.start == str(home / "model.keras")


def test_a_tilde_in_the_environment(home, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", "~/kept")
    assert cache_folder() == home / "kept"
