"""Which files a list of files and folders stands for."""

import os

import pytest

from minicnn.data.listing import list_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jpg", "a.txt", ".hidden", "deep/er/c.png", "deep/Thumbs.db", "other/d.png"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "photos"


NAMES = ["a.txt", "b.jpg", "deep/er/c.png", "other/d.png"]


def test_a_folder_stands_for_all_its_files(folder):
    files, hidden, _ = list_files([str(folder)])
    assert [file.name for file in files] == NAMES
    assert [file.path for file in files] == [os.path.join(folder, name) for name in NAMES]
    assert hidden == 2


def test_files_stay_as_they_are_named_and_in_order(folder):
    files, hidden, _ = list_files(["x/no.jpg", str(folder / "deep"), str(folder / ".hidden")])
    assert [file.name for file in files] == ["no.jpg", "er/c.png", ".hidden"]
    assert files[0].path == "x/no.jpg"
    assert hidden == 1


def test_a_link_to_a_folder_above_is_not_followed_in_circles(folder):
    (folder / "deep" / "round").symlink_to(folder, target_is_directory=True)
    (folder / "twin").symlink_to(folder / "other", target_is_directory=True)
    files, _, _ = list_files([str(folder)])
    assert [file.name for file in files] == [*NAMES, "twin/d.png"]


def test_a_folder_without_files_is_named_and_the_others_are_listed(folder, tmp_path):
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    files, _, problems = list_files([str(tmp_path / "empty"), str(folder)])
    assert [file.name for file in files] == NAMES
    assert problems == [
        f"{tmp_path / 'empty'} is a folder without files, expected images in it.",
    ]


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_listed(folder, monkeypatch):
    listed = os.scandir

    def scandir(path):
        if os.path.basename(path) == "er":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    files, _, problems = list_files([str(folder)])
    assert [file.name for file in files] == [name for name in NAMES if "deep/er" not in name]
    (problem,) = problems
    assert problem.endswith("er cannot be listed: Permission denied.")
