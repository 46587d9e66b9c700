"""``minicnn summary``."""

import pytest

from minicnn import Sequential, load_model
from minicnn.layers import Dense, Input, Layer


def test_the_documented_network(minicnn):
    result = minicnn("summary")
    assert (result.returncode, result.stderr) == (0, "")
    assert "6,318,471 parameters" in result.stdout


def test_a_saved_model(minicnn, model, capsys):
    load_model(model).summary()
    assert minicnn("summary", "--model", model).stdout == capsys.readouterr().out


def test_a_model_that_is_not_there(refused):
    assert "none.keras does not exist" in refused("summary", "--model", "none.keras")


@pytest.mark.parametrize(
    ("units", "size"), [(3, "48 bytes"), (256, "4.0 KiB"), (262_144, "4.0 MiB")]
)
def test_the_size_is_written_in_a_unit_that_fits(units, size):
    layers = [Input((3,)), Dense(units)]  # 3 weights and a bias for each unit, of 4 bytes each
    shown = []
    Sequential(layers).summary(print_fn=shown.append)
    assert shown[0].endswith(f"({size} in float32)")


def test_a_layer_of_somebodys_own(refused, tmp_path):
    class Own(Layer):
        def forward(self, x, *, training, key):
            return x, ()

        def backward(self, dy, cache):
            return dy

    Sequential([Input((3,)), Own()]).save(tmp_path / "own.keras")
    sentence = refused("summary", "--model", "own.keras")
    assert "'Own'" in sentence
    assert sentence.endswith("minicnn.load_model; the command has no such option.")
