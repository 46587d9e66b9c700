"""The files of --out, as evaluate and robustness write them."""

import os
from pathlib import Path

import pytest

from minicnn.cli.out_option import check_out, show

FORMS = {".txt": "a table\n", ".csv": "a,b\n", ".json": "{}\n"}


def test_figures_are_shown_and_written_in_each_form(tmp_path, capsys):
    paths = [tmp_path / "a.json", tmp_path / "b.CSV", tmp_path / "c.txt", tmp_path / "d.json"]
    check_out(paths)
    assert os.listdir(tmp_path) == []
    show(FORMS, paths)
    assert capsys.readouterr().out == FORMS[".txt"]
    assert [path.read_text() for path in paths] == ["{}\n", "a,b\n", "a table\n", "{}\n"]


def test_what_is_there_stays_until_there_is_something_newer(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")
    check_out([path])
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(OSError, match=r"folder\.json cannot be written: it is a folder, expected"):
        check_out([tmp_path / "a.txt", tmp_path / "folder.json"])
    with pytest.raises(FileNotFoundError, match=r"a\.txt cannot be written: No such file"):
        check_out([tmp_path / "nowhere" / "a.txt"])
    with pytest.raises(ValueError, match=r"ending in \.txt, \.csv, \.json, got a\.pdf\."):
        check_out([Path("nowhere/a.txt"), Path("a.pdf")])
    assert os.listdir(tmp_path) == ["folder.json"]
