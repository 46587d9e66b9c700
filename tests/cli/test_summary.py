"""``minicnn summary``."""

from minicnn import load_model


def test_the_documented_network(minicnn):
    result = minicnn("summary")
    assert (result.returncode, result.stderr) == (0, "")
    assert "6,318,471 parameters" in result.stdout


def test_a_saved_model(minicnn, model, capsys):
    load_model(model).summary()
    assert minicnn("summary", "--model", model).stdout == capsys.readouterr().out


def test_a_model_that_is_not_there(refused):
    assert "none.keras does not exist" in refused("summary", "--model", "none.keras")
