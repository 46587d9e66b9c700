"""Exercises in code: the stub fails, the solution passes, every planted wrong answer fails."""

import importlib.util
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "docs" / "book"
FOLDERS = sorted(path for path in BOOK.glob("exercises/*") if (path / "check.py").is_file())

_spec = importlib.util.spec_from_file_location("exercises", BOOK / "exercises" / "check.py")
exercises = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exercises)


def ids(path):
    return path.name


@pytest.mark.parametrize("folder", FOLDERS, ids=ids)
def test_the_solution_passes_and_the_others_fail(folder):
    check = exercises.load(folder / "check.py").check
    check(exercises.load(folder / "solution.py"))
    wrong = sorted(folder.glob("wrong_*.py"))
    assert wrong, "plant a wrong answer"
    for path in [folder / "stub.py", *wrong]:
        with pytest.raises(AssertionError):
            check(exercises.load(path))


@pytest.mark.parametrize("folder", FOLDERS, ids=ids)
def test_its_chapter_sets_the_exercise(folder):
    number = folder.name.split("-")[0]
    chapter = number.split(".")[0]
    pages = [path.read_text("utf-8") for path in BOOK.glob(f"{chapter.zfill(2)}-*.md")]
    assert any(
        re.search(rf"^\*\*{re.escape(number)}\*\* \(in code\)", page, re.M) for page in pages
    )
    assert any(f"exercises/{folder.name}/stub.py" in page for page in pages)


def test_the_command_tells_the_reader(capsys):
    solution = BOOK / "exercises" / "1.3-slopes" / "solution.py"
    assert exercises.main("1.3", solution) == 0
    assert exercises.main("1.3", solution.with_name("stub.py")) == 1
    assert exercises.main("1.99", solution) == 2
    assert "Exercise 1.3: not yet: " in capsys.readouterr().out
