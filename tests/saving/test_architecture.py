"""Networks to JSON and back, here and in Keras."""

import json

import numpy as np
import oracles
import pytest
from graphs import GRAPHS, batch
from legacy_files import chain_config, chain_weights
from saving_twins import X, activations, images, small

import minicnn
from minicnn.layers import Dense, Input


@pytest.fixture(scope="module")
def keras():
    return oracles.keras()


def same(model, other, x):
    other.set_weights(model.get_weights())
    np.testing.assert_allclose(
        np.asarray(other.predict(x, verbose=0)), np.asarray(model.predict(x, verbose=0)), atol=1e-5
    )


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_go_both_ways(keras, name):
    model = GRAPHS[name]()
    x, _ = batch(model, dtype="float32")
    theirs = keras.models.model_from_json(model.to_json())
    same(model, theirs, x)
    same(model, minicnn.model_from_json(theirs.to_json()), x)
    assert minicnn.model_from_json(model.to_json()).to_json() == model.to_json()


@pytest.mark.parametrize("build", [images, activations])
def test_rows_go_both_ways(keras, build):
    model = build(minicnn)
    theirs = keras.models.model_from_json(model.to_json())
    same(model, theirs, X)
    same(model, minicnn.model_from_json(build(keras).to_json()), X)


def test_what_compile_was_given_is_in_it(keras):
    for lib, read in (
        (minicnn, keras.models.model_from_json),
        (keras, minicnn.model_from_json),
        (minicnn, minicnn.model_from_json),
    ):
        model = small(lib)
        model.compile(lib.optimizers.SGD(0.25), "mse", metrics=["accuracy"])
        other = read(model.to_json())
        assert type(other.optimizer).__name__ == "SGD"
        assert float(other.optimizer.learning_rate) == 0.25
        model = small(lib)
        assert getattr(read(model.to_json()), "optimizer", None) is None


def test_new_weights_are_those_of_a_model_written_in_python():
    minicnn.set_random_seed(1)
    model = small(minicnn)
    minicnn.set_random_seed(1)
    again = minicnn.model_from_json(model.to_json())
    for own, read in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(own, read)
        assert read.flags.writeable


@pytest.mark.parametrize("bare", [True, False])
def test_json_of_keras_2(bare):
    layers = chain_config()
    inner = layers if bare else {"name": "row", "layers": layers}
    text = json.dumps({"class_name": "Sequential", "config": inner, "keras_version": "2.2.4"})
    model = minicnn.model_from_json(text)
    model.set_weights([array for group in chain_weights().values() for array in group.values()])
    assert model.predict(np.ones((2, 8, 7, 2), np.float32)).shape == (2, 3)


def test_own_layers_and_arguments_of_dumps():
    class Own(minicnn.layers.Layer):
        def forward(self, x, *, training, key):
            return 2 * x, None

        def backward(self, dy, cache):
            return 2 * dy, {}

    text = minicnn.Sequential([Input((3,)), Own(), Dense(2)]).to_json(indent=2)
    assert text.startswith('{\n  "module"')
    model = minicnn.model_from_json(text, custom_objects={"Own": Own})
    assert model.layers[0](np.ones((1, 3), np.float32)).tolist() == [[2, 2, 2]]
    with pytest.raises(
        ValueError, match="model_from_json: layer 1 of its config: 'own' has the unkn"
    ):
        minicnn.model_from_json(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "model_from_json: the text is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "the text must be a JSON object"),
        ("{}", "holds a model of class None, expected 'Sequential' or 'Functional'"),
        (b"\xff", "is not JSON"),
        (" " * (5 << 20), "takes 5.0 MiB, more than the 4.0 MiB allowed"),
        (
            {"class_name": "Sequential"},
            r"expected a text, got dict; from a file: model_from_json\(",
        ),
        (None, "expected a text, got NoneType"),
    ],
)
def test_what_is_not_the_json_of_a_model(text, message):
    with pytest.raises(ValueError, match=message):
        minicnn.model_from_json(text)


def test_weights_are_counted_before_they_are_made():
    config = json.loads(small(minicnn).to_json())
    config["config"]["layers"][2]["config"]["units"] = 10**9
    with pytest.raises(ValueError, match=r"weights of shape .286, 1000000000. take .* MiB"):
        minicnn.model_from_json(json.dumps(config))


def test_training_that_is_unknown_is_left_out_with_a_warning():
    model = small(minicnn)
    model.compile("adam", "mse")
    config = json.loads(model.to_json())
    config["compile_config"]["loss"] = "hinges"
    with pytest.warns(UserWarning, match="read but not compiled: loss: 'hinges'") as seen:
        other = minicnn.model_from_json(json.dumps(config))
    assert seen[0].filename == __file__
    assert other.optimizer is None


def test_a_model_without_weights_has_no_json():
    with pytest.raises(ValueError, match="to_json: 'sequential' has no weights yet"):
        minicnn.Sequential([Dense(2)]).to_json()
    with pytest.raises(ValueError, match="model_from_json: custom_objects must be a dict"):
        minicnn.model_from_json("{}", custom_objects=[Dense])
