"""The folder of a run: what is set aside, and what is replaced."""

import pytest

from minicnn.fer.runs.folder import RunFolder
from minicnn.files import write_text


def test_nothing_that_took_work_is_not_set_aside(tmp_path):
    assert RunFolder(tmp_path / "missing").set_aside() is None
    write_text(tmp_path / "config.toml", "epochs = 1\n")
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / ".a.checkpoint.0123abcd.part").write_bytes(b"half")
    assert RunFolder(tmp_path).set_aside() is None
    assert (tmp_path / "config.toml").exists()


def test_each_run_is_set_aside_in_a_folder_of_its_own(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for number in (1, 2):
        write_text(tmp_path / "model.keras", str(number))
        write_text(tmp_path / "checkpoints-are-no-files.txt", "")
        aside = RunFolder(tmp_path).set_aside()
        assert aside == tmp_path / f"earlier-{number}"
        assert (aside / "model.keras").read_text() == str(number)
        assert not (tmp_path / "model.keras").exists()
    assert (tmp_path / "notes.txt").exists()


def test_a_replaced_run_leaves_no_file_behind(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "a.checkpoint").write_bytes(b"old")
    write_text(tmp_path / "history.csv", "epoch\n1\n")
    (tmp_path / "notes.txt").write_text("mine")
    RunFolder(tmp_path).clear()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_other_commands_add_stays(tmp_path):
    folder = RunFolder(tmp_path)
    for path in (folder.robustness, folder.report, folder.evaluation):
        write_text(path, "mine")
    folder.figures.mkdir()
    folder.check(overwrite=False)
    folder.clear()
    added = ["evaluation.json", "figures", "report.html", "robustness.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == added


def test_a_path_that_no_folder_can_have():
    with pytest.raises(
        ValueError, match=r"^'a\\x00b' holds a null byte, which no file name can have"
    ):
        RunFolder("a\0b")


def test_a_place_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(PermissionError, match=r"run cannot be a run folder: .* cannot be written"):
        RunFolder(tmp_path / "run").check(overwrite=False)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(FileExistsError, match="run cannot be a run folder: File exists"):
        RunFolder(tmp_path / "run").clear()
    assert (tmp_path / "run").read_text() == "mine"
