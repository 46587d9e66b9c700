import numpy as np
import pytest

import minicnn
from minicnn.cli import main
from minicnn.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, ReLU
from minicnn.layers import dense as dense_file


@pytest.fixture
def path(tmp_path):
    layers = [Conv2D(2, 3), BatchNormalization(), ReLU(), Flatten(), Dropout(0.2), Dense(3)]
    model = minicnn.Sequential([Input((6, 6, 1)), *layers])
    model.save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


def test_a_right_model_has_a_row_for_each_layer_and_the_whole(path, capsys):
    before = path.read_bytes()
    assert main(["gradcheck", str(path), "--entries", "20"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split("  ")[0] for line in lines]
    assert names[1:] == [
        *("conv2d", "batch_normalization", "re_lu", "flatten", "dropout", "dense"),
        *("the whole, training", "the whole, inference"),
    ]
    assert all(line.endswith("  ok") for line in lines[1:])
    assert path.read_bytes() == before


def test_what_is_wrong_is_told_drawn_and_exits_with_1(path, capsys, monkeypatch, tmp_path):
    right = dense_file.dense_backward

    def planted(dy, cache):
        dx, dw, db = right(dy, cache)
        return dx, dw, db / np.float64(len(dy)).astype(db.dtype)

    monkeypatch.setattr(dense_file, "dense_backward", planted)
    assert main(["gradcheck", str(path), "--draw", str(tmp_path / "wrong")]) == 1
    out = capsys.readouterr().out
    assert "WRONG: gradients" in out
    assert "WRONG: dense/bias" in out
    assert "1/4, and there are 4 samples: a mean instead of a sum?" in out
    assert [file.name for file in (tmp_path / "wrong").iterdir()] == ["dense.png"]


def test_an_error_that_is_nan_is_not_hidden_by_a_smaller_one(path, capsys, monkeypatch):
    right = dense_file.dense_backward

    def planted(dy, cache):
        dx, dw, db = right(dy, cache)
        return dx, dw, db * np.float32(np.nan)

    monkeypatch.setattr(dense_file, "dense_backward", planted)
    assert main(["gradcheck", str(path), "--entries", "1"]) == 1
    (line,) = [s for s in capsys.readouterr().out.splitlines() if s.startswith("the whole, tr")]
    assert line.split()[4] == "-"


def test_a_model_of_several_outputs_is_checked_layer_by_layer(tmp_path, capsys):
    x = Input((3,))
    model = minicnn.Model(x, [Dense(2, name="a")(x), Dense(1, name="b")(x)])
    model.save(tmp_path / "model.keras")
    assert main(["gradcheck", str(tmp_path / "model.keras")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == ["a", "b"]
    assert lines[-1] == "The model has 2 outputs; as a whole it is not checked."


def test_bad_arguments_are_named(path, capsys):
    assert main(["gradcheck", str(path), "--entries", "0"]) == 2
    assert "--entries" in capsys.readouterr().err
    assert main(["gradcheck", "missing.keras"]) == 2
