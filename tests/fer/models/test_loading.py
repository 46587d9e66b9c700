"""``minicnn.fer.load_model``: a file, and what it does not say."""

import pytest
from tiny import tiny_network

from minicnn import load_model as load_plain
from minicnn.fer import EMOTIONS, expectations, load_model
from minicnn.layers import Dense


@pytest.fixture
def path(tmp_path):
    model = tiny_network()
    del model.extra["class_names"]
    model.save(tmp_path / "silent.keras")
    return tmp_path / "silent.keras"


def test_without_more_it_is_the_librarys(path):
    model = load_model(path)
    assert model.extra == load_plain(path).extra == {}
    assert load_model(path, {"Mine": Dense}).extra == {}
    with pytest.raises(ValueError, match="custom_objects must be a dict"):
        load_model(path, custom_objects=3)


def test_what_is_given_stays_with_the_model_and_its_next_file(path, tmp_path):
    model = load_model(path, class_names="csv", scale="-1..1")
    model.save(tmp_path / "saying.keras")
    expected = expectations(load_plain(tmp_path / "saying.keras"))
    assert expected.class_names[4:] == ("sad", "surprise", "neutral")
    assert (expected.scale, expected.assumed) == ("-1..1", ())
    again = load_model(tmp_path / "saying.keras", class_names=EMOTIONS)
    assert expectations(again).class_names == EMOTIONS


def test_a_scale_that_is_missing_beside_names_is_told(path):
    with pytest.warns(UserWarning, match=r"silent\.keras does not say how pixels are scaled: assu"):
        load_model(path, class_names="csv")
    assert expectations(load_model(path, scale="0..255")).scale == "0..255"


def test_names_and_scales_that_do_not_fit_are_refused(path):
    with pytest.raises(ValueError, match=r"outputs of shape \(7,\), expected a different class"):
        load_model(path, class_names="a,b")
    with pytest.raises(ValueError, match="scale must be one of"):
        load_model(path, scale="255")
