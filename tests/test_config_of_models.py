"""``get_config`` and ``from_config`` of models, against Keras."""

import numpy as np
import oracles
import pytest

import minicnn
from minicnn.layers import Conv2D, Dense, Flatten, Input


def row(lib):
    layers = [lib.layers.Input((3,)), lib.layers.Dense(4, "relu", name="hidden")]
    return lib.Sequential([*layers, lib.layers.Dense(2)], name="row")


def graph(lib):
    inputs = lib.layers.Input((4, 4, 1))
    x = lib.layers.Conv2D(1, 3, padding="same")(inputs)
    x = lib.layers.Flatten()(lib.layers.Add()([x, inputs]))
    return lib.Model(inputs, lib.layers.Dense(2)(x), name="graph")


@pytest.mark.parametrize("make", [row, graph])
def test_each_reads_the_others(make):
    keras = oracles.keras()
    ours, theirs = make(minicnn), make(keras)
    weights = ours.get_weights()
    x = np.random.default_rng(0).random((2, *ours.input_shape[1:]), np.float32)
    expected = ours.predict(x, verbose=0)
    for made in (
        type(theirs).from_config(ours.get_config()),
        type(ours).from_config(theirs.get_config()),
        type(ours).from_config(ours.get_config()),
    ):
        assert made.name == make.__name__
        made.set_weights(weights)
        np.testing.assert_allclose(made.predict(x, verbose=0), expected, rtol=1e-5)


@pytest.mark.parametrize("make", [row, graph])
def test_the_class_is_kept_and_the_weights_are_new(make):
    model = make(minicnn)
    made = type(model).from_config(model.get_config())
    assert type(made) is type(model)
    assert not np.array_equal(made.get_weights()[0], model.get_weights()[0])


def test_bad_configs_are_refused_in_a_sentence():
    nobody = {"class_name": "Nobody", "config": {}}
    for config, message in [
        ({}, "from_config: its config lists no layers"),
        ({"layers": [nobody], "build_input_shape": [None, 3]}, "unknown class 'Nobody'"),
        ({"layers": {1, 2}}, "from_config: the config holds no plain values"),
    ]:
        with pytest.raises(ValueError, match=message):
            minicnn.Sequential.from_config(config)
    with pytest.raises(ValueError, match=r"get_config: .* has no weights yet"):
        minicnn.Sequential([Dense(2)]).get_config()


def test_save_leaves_a_file_that_must_stay(tmp_path):
    model = minicnn.Sequential([Input((4, 4, 1)), Conv2D(1, 3), Flatten(), Dense(1)])
    model.save(tmp_path / "m.keras")
    before = (tmp_path / "m.keras").read_bytes()
    with pytest.raises(FileExistsError, match=r"m\.keras exists already"):
        minicnn.Sequential([Input((1,)), Dense(1)]).save(tmp_path / "m.keras", overwrite=False)
    assert (tmp_path / "m.keras").read_bytes() == before
    model.save(tmp_path / "m.keras")
