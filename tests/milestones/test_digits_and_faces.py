"""Milestones 2 and 3: the exercises' solutions reach them, wrong answers are named."""

import sys
from pathlib import Path

import pytest

from minicnn.cli import main
from minicnn.milestones import digits, faces

EXERCISES = Path(__file__).parents[2] / "docs" / "book" / "exercises"

pytestmark = pytest.mark.skipif(not EXERCISES.is_dir(), reason="docs/ is not installed")


def mine(tmp_path, needed, **instead):
    """Write one file of the solutions; `instead` names other files, such as e14_3="stub"."""
    path, texts = tmp_path / "mine.py", []
    for number in dict.fromkeys(needed.values()):
        (folder,) = EXERCISES.glob(f"{number}-*")
        name = instead.get("e" + number.replace(".", "_"), "solution")
        texts.append((folder / f"{name}.py").read_text("utf-8"))
    path.write_text("\n\n".join(texts), "utf-8")
    return str(path)


def test_the_solutions_read_the_digits(tmp_path, capsys):
    pytest.importorskip("sklearn")
    assert main(["milestone", "2", mine(tmp_path, digits.NEEDED)]) == 0
    out = capsys.readouterr().out
    assert out.endswith("Milestone 2 is reached: your LeNet reads handwritten digits.\n")


def test_the_solutions_tell_the_faces(tmp_path, capsys):
    assert main(["milestone", "3", mine(tmp_path, faces.NEEDED)]) == 0
    out = capsys.readouterr().out
    assert out.endswith("Milestone 3 is reached: your layers tell the emotions of drawn faces.\n")


def test_a_layer_that_overwrites_its_input_is_told(tmp_path, capsys):
    path = mine(tmp_path, faces.NEEDED)
    with open(path, "a", encoding="utf-8") as file:
        file.write(
            "\n\nclass Softplus(Softplus):\n"
            "    def forward(self, x, *, training, key):\n"
            "        x += 1\n        return super().forward(x, training=training, key=key)\n"
        )
    assert main(["milestone", "3", path]) == 2
    assert "Softplus overwrites an array that it was given, in line" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "instead", "expected"),
    [
        ("2", {"e8_4": "stub"}, "convolve: y["),
        ("2", {"e9_4": "stub"}, "im2col: "),
        ("2", {"e10_3": "stub"}, "max_pool_backward: dx["),
        ("2", {"e12_3": "wrong_unscaled"}, "dropout["),
        ("2", {"e6_4": "stub"}, "adam_step: "),
        ("3", {"e14_2": "wrong_mirrored_slope"}, "Softplus: the gradient check finds x wrong."),
        (
            "3",
            {"e14_2": "wrong_overflow"},
            "Softplus at -1000, 0 and 1000: y[2, 0] is 700, expected 1000.",
        ),
        ("3", {"e14_3": "wrong_mean_for_sum"}, "LayerNorm: the gradient check finds beta wrong."),
        ("3", {"e14_4": "wrong_share"}, "BoxBlur: the gradient check finds x wrong."),
    ],
)
def test_what_is_wrong_is_named(tmp_path, capsys, number, instead, expected):
    if number == "2":
        pytest.importorskip("sklearn")
    needed = {"2": digits, "3": faces}[number].NEEDED
    assert main(["milestone", number, mine(tmp_path, needed, **instead)]) == 2
    assert f"minicnn milestone: {expected}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "module", "changes", "told"),
    [
        ("2", digits, {"EPOCHS": 0}, "% of the other digits are right, expected 97%."),
        (
            "3",
            faces,
            {"EPOCHS": 1, "FACES": 14, "OTHERS": 7, "TOLD": 1.1},
            "% of the other faces are right, expected 110%.",
        ),
    ],
)
def test_a_network_that_has_not_learned_is_told(
    tmp_path, capsys, monkeypatch, number, module, changes, told
):
    if number == "2":
        pytest.importorskip("sklearn")
    for name, value in changes.items():
        monkeypatch.setattr(module, name, value)
    assert main(["milestone", number, mine(tmp_path, module.NEEDED)]) == 2
    assert told in capsys.readouterr().err


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="the digits come with scikit-learn; run"):
        next(digits.reach(None))
