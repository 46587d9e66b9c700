"""``minicnn convert``."""

import json
import shutil

import numpy as np
import pytest
from told_networks import TOLD, network

from minicnn import Sequential, load_model
from minicnn.fer import EMOTIONS, expectations
from minicnn.layers import Dense, Flatten, Input

SEVEN = ", ".join(EMOTIONS)
CSV = "angry, disgust, fear, happy, sad, surprise, neutral"


@pytest.fixture
def silent(tmp_path):
    model = network(names=None)
    model.compile("adam", "categorical_crossentropy")
    model.save(tmp_path / "silent.keras")
    return "silent.keras"


def lines(result):
    assert result.returncode == 0, result
    return result.stdout.splitlines()


def test_what_is_given_is_in_the_new_file(minicnn, silent, tmp_path):
    options = ["--classes", "csv", "--scale", "-1..1"]
    result = minicnn("convert", silent, "-o", "model.keras", *options)
    size = (tmp_path / "model.keras").stat().st_size
    assert lines(result) == [
        "silent.keras: 3 layers, 75 parameters.",
        "  images   48x48, grey",
        "  scale    -1..1",
        f"  classes  {CSV}",
        f"model.keras: {size:,} bytes.",
    ]
    assert result.stderr == ""
    written, read = load_model(tmp_path / "model.keras"), load_model(tmp_path / silent)
    assert written.extra == {"class_names": CSV.split(", "), "scale": "-1..1"}
    for one, other in zip(written.get_weights(), read.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert written.optimizer.get_config() == read.optimizer.get_config()


def test_what_is_assumed_is_told_and_written(minicnn, silent, tmp_path):
    result = minicnn("convert", silent, "--out", "model.keras")
    assert lines(result)[2:4] == ["  scale    0..1 (assumed)", f"  classes  {SEVEN} (assumed)"]
    assert [line.partition(" does not ")[2][:20] for line in result.stderr.splitlines()] == [
        "name its classes: as",
        "say how pixels are s",
    ]
    extra = load_model(tmp_path / "model.keras").extra
    assert extra == {"class_names": list(EMOTIONS), "scale": "0..1"}
    again = minicnn("convert", "model.keras", "-o", "again.keras", "--half")
    assert (lines(again)[2:4], again.stderr) == (["  scale    0..1", f"  classes  {SEVEN}"], "")
    assert lines(again)[-1].endswith(" bytes, kernels in half precision.")
    assert load_model(tmp_path / "again.keras").extra == extra
    assert load_model(tmp_path / "again.keras").optimizer is None
    kernel = load_model(tmp_path / "again.keras").get_weights()[0]
    half = load_model(tmp_path / silent).get_weights()[0].astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(kernel, half)


@pytest.mark.parametrize("told", TOLD)
def test_what_the_model_says_is_kept(minicnn, told, tmp_path):
    model = TOLD[told]()
    model.save(tmp_path / "old.keras")
    result = minicnn("convert", "old.keras", "-o", "model.keras")
    assert "assumed" not in result.stdout + result.stderr
    assert lines(result)[1].endswith("colour (RGB)" if "colour" in told else "grey")
    assert expectations(load_model(tmp_path / "model.keras")) == expectations(model)


def test_other_models_are_converted_as_they_are(minicnn, refused, tmp_path):
    Sequential([Input((4,)), Dense(2, activation="softmax")]).save(tmp_path / "iris.keras")
    result = minicnn("convert", "iris.keras", "-o", "model.keras")
    assert lines(result)[1].startswith("  images   not for images of faces: 'sequential' takes ")
    assert load_model(tmp_path / "model.keras").extra == {}
    call = ["convert", "iris.keras", "-o", "other.keras", "--classes", "a,b"]
    assert "expected grey images (h, w, 1) or colour" in refused(*call)

    ten = Sequential([Input((28, 28, 1)), Flatten(), Dense(10, activation="softmax")])
    ten.save(tmp_path / "ten.keras")
    result = minicnn("convert", "ten.keras", "-o", "ten-out.keras", "--scale", "0..255")
    assert lines(result)[3] == "  classes  no names; --classes A,B,C,... gives them"
    assert load_model(tmp_path / "ten-out.keras").extra == {"scale": "0..255"}


def test_what_cannot_be_is_refused_and_nothing_is_written(refused, silent, tmp_path):
    before = sorted(tmp_path.iterdir())
    assert "--out must name a .keras file, got m.h5." in refused("convert", silent, "-o", "m.h5")
    same = refused("convert", silent, "-o", silent)
    assert f"{silent} exists, expected another --out or --overwrite." in same
    assert "nowhere/m.keras cannot be written" in refused(
        "convert", silent, "-o", "nowhere/m.keras"
    )
    assert "none.keras does not exist" in refused("convert", "none.keras", "-o", "m.keras")
    assert "expected a different class name" in refused(
        "convert", silent, "-o", "m.keras", "--classes", "a,b"
    )
    assert "scale must be one of" in refused("convert", silent, "-o", "m.keras", "--scale", "8bit")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_may_be_converted_in_place(minicnn, silent, tmp_path):
    shutil.copy(tmp_path / silent, tmp_path / "kept.keras")
    lines(minicnn("convert", silent, "-o", silent, "--classes", "csv", "--overwrite"))
    assert load_model(tmp_path / silent).extra["class_names"][-1] == "neutral"


def test_the_words_of_a_hostile_file_are_refused(refused, tmp_path):
    model = network()
    model.extra = {"scale": {"0..1": 1}}
    model.save(tmp_path / "odd.keras")
    call = ["predict", "face.png", "--model", "odd.keras"]
    (tmp_path / "face.png").write_bytes(b"")
    assert "the scale of 'told' must be one of" in refused(*call)
    assert json.dumps(model.extra)
