"""Names of layers: they differ within a model, and what is accepted can be saved and read."""

import copy

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input

X = np.random.default_rng(1).normal(size=(8, 4)).astype("f4")
Y = np.random.default_rng(2).normal(size=(8, 3)).astype("f4")

ACCEPTED = [
    *("1", ".", "..", "a.b", "é漢😀", "ends in spaces  ", " ", "kernel:0", "a\\b", "a\nb"),
    *("layers", "vars", "optimizer", "dense_1", "A", "x" * 201, "x" * 1000, np.str_("numpy")),
]
REFUSED = ["", "x" * 1001, "a/b", 5, b"bytes", True, "null\0", "\ud800", ["a"]]


def test_a_name_cannot_be_taken_away():
    with pytest.raises(ValueError, match="Dense: name must be a text, got None"):
        Dense(3).name = None


def build(first=None, **model):
    row = minicnn.Sequential([Input((4,)), Dense(5, name=first), Dense(3, name="a")], **model)
    row.compile("adam", "mean_squared_error")
    return row


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_names_can_be_saved_and_read(tmp_path, name):
    model = build(name, name=name)
    model.fit(X, Y, verbose=0)
    inputs = Input((4,))
    graph = minicnn.Model(inputs, Dense(3, name="last")(model(inputs)), name)
    for number, network in enumerate((model, graph)):
        path = tmp_path / f"{number}.keras"
        network.save(path)
        again = minicnn.load_model(path)
        assert again.name == network.name == name
        assert [e.name for e in again.layers] == [e.name for e in network.layers]
        np.testing.assert_array_equal(again.predict(X), network.predict(X))
        again.save_weights(tmp_path / "w.weights.h5")
        network.load_weights(tmp_path / "w.weights.h5")
    copy.deepcopy(graph).summary(print_fn=lambda text: None)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_names_can_be_resumed(tmp_path, name):
    model, expected = build(name, seed=1), build(name, seed=1)
    expected.fit(X, Y, epochs=2, verbose=0)
    backup = minicnn.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
    model.fit(X, Y, verbose=0, callbacks=[backup])
    again = build(name, seed=1)
    again.fit(X, Y, epochs=2, verbose=0, callbacks=[backup])
    np.testing.assert_array_equal(again.get_weights()[0], expected.get_weights()[0])


@pytest.mark.parametrize("name", REFUSED)
def test_other_names_are_refused_when_they_are_given(name):
    with pytest.raises(ValueError, match="Dense: name must"):
        Dense(3, name=name)
    with pytest.raises(ValueError, match="name must"):
        minicnn.Sequential(name=name)
    layer = Dense(3)
    with pytest.raises(ValueError, match="Dense: name must"):
        layer.name = name
    assert layer.name == "dense"


def test_no_layer_takes_the_name_of_another_one_of_its_model():
    model = build()
    first, last = model.layers
    for taken in ("a", "input_layer"):
        with pytest.raises(ValueError, match=f"another layer of 'sequential' is named '{taken}'"):
            first.name = taken
    unbuilt = minicnn.Sequential([Dense(5), Dense(3, name="b")])
    with pytest.raises(ValueError, match="another layer of 'sequential' is named 'b'"):
        unbuilt.layers[0].name = "b"
    copied = copy.deepcopy(model)
    with pytest.raises(ValueError, match="another layer"):
        copied.layers[0].name = "a"
    inputs = Input((4,))
    outer = minicnn.Model(inputs, Dense(3)(model(inputs)))
    with pytest.raises(ValueError, match="another layer of 'functional' is named 'dense_1'"):
        model.name = outer.layers[-1].rename("dense_1") or "dense_1"
    assert (first.name, last.name) == ("dense", "a")


def test_two_layers_that_were_given_one_name_do_not_form_a_model():
    one, other = Dense(5), Dense(3)
    one.build((4,)), other.build((5,))
    one.name = other.name = "same"
    with pytest.raises(ValueError, match="two layers are named 'same'"):
        minicnn.Sequential([Input((4,)), one, other])


def test_every_layer_is_trained_and_saved_after_names_have_changed(tmp_path):
    model = build()
    model.fit(X, Y, verbose=0)
    first, last = model.layers
    last.name = "dense_2"
    first.name = "a"
    before = model.get_weights()
    model.fit(X, Y, verbose=0)
    assert all((now != then).any() for now, then in zip(model.get_weights(), before, strict=True))
    model.save(tmp_path / "m.keras")
    again = minicnn.load_model(tmp_path / "m.keras")
    assert [layer.name for layer in again.layers] == ["a", "dense_2"]
    assert again.get_layer("a") is again.layers[0]
    for now, then in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(now, then)


class Dense_1(Dense):  # noqa: N801
    """Whose group in a file would be that of a second Dense."""


def test_classes_whose_names_end_in_a_number_can_be_saved(tmp_path):
    layers = [Input((4,)), Dense(4), Dense(4), Dense_1(3)]
    model = minicnn.Sequential(layers)
    model.save(tmp_path / "m.keras")
    again = minicnn.load_model(tmp_path / "m.keras", {"Dense_1": Dense_1})
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
