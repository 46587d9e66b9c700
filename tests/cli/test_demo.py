"""``minicnn demo``: once as it is, which takes minutes; otherwise with a small network."""

import json

import pytest
from command import run_command
from tiny import faces, tiny_network

from minicnn.cli import main
from minicnn.fer.datasets import synthetic
from minicnn.fer.models import network

FILES = [
    "checkpoints",
    "config.toml",
    "evaluation.json",
    "face.png",
    "history.csv",
    "model.keras",
    "run.json",
    "timing.csv",
]


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """The demo in this process, in an empty folder, with little to learn."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(network, "fer_network", tiny_network)
    monkeypatch.setattr(synthetic, "load_synthetic", faces)
    return tmp_path / "runs" / "demo"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_demo_learns(environment, tmp_path):
    result = run_command("demo", cwd=tmp_path, environment=environment, timeout=3600)
    assert (result.returncode, result.stderr) == (0, "")
    out = tmp_path / "runs" / "demo"
    assert sorted(path.name for path in out.iterdir()) == FILES
    evaluation = json.loads((out / "evaluation.json").read_text())
    assert evaluation["accuracy"] > 0.8
    assert evaluation["images"] == 512
    assert "was drawn as happy; the saved model says: happy (" in result.stdout
    shown = [line.split() for line in result.stdout.splitlines()]
    assert ["accuracy", f"{evaluation['accuracy']:.2%}"] in shown


def test_it_ends_by_saying_what_to_do_next(quick, capsys):
    assert main(["demo"]) == 0
    shown = capsys.readouterr().out
    assert "minicnn predict --model runs/demo/model.keras" in shown
    assert "minicnn train --data fer2013.zip" in shown
    assert sorted(path.name for path in quick.iterdir()) == FILES


def test_its_own_folder_is_replaced(quick):
    assert main(["demo"]) == main(["demo"]) == 0


def test_another_folder_is_replaced_only_if_asked_for(quick, capsys):
    out = quick.parent / "mine"
    assert main(["demo", "--out", str(out)]) == 0
    before = (out / "model.keras").read_bytes()
    assert main(["demo", "--out", str(out)]) == 2
    assert "mine already holds a run" in capsys.readouterr().err
    assert (out / "model.keras").read_bytes() == before
    assert main(["demo", "--out", str(out), "--overwrite"]) == 0


def test_a_place_that_is_a_file_is_refused(quick, capsys):
    quick.parent.write_text("mine")
    assert main(["demo"]) == 2
    assert "runs is a file." in capsys.readouterr().err
