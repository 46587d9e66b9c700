import copy

import numpy as np
import oracles
import pytest
from keras_twin import DTYPES, close, compare
from oracles import keras

import minicnn
from minicnn import activations
from minicnn.layers import Activation, Dense, Input, PReLU
from minicnn.layers.activation import FUNCTIONS, get

#: In float64, TensorFlow computes these with constants that it has rounded to float32.
ROUNDED = ["gelu", "leaky_relu"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_like_keras(name, dtype):
    if dtype == "float64" and name in ROUNDED:
        x = np.random.default_rng(0).normal(size=50)
        theirs = getattr(keras().activations, name)(keras().ops.convert_to_tensor(x))
        np.testing.assert_allclose(get(name).forward(x)[0], theirs.numpy(), rtol=0, atol=1e-7)
        return
    compare("Activation", (3, 4), dtype, activation=name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["relu", "relu6", "elu", "selu", "hard_sigmoid", "hard_silu"])
def test_kinks_like_keras(name, dtype):
    x = np.array([[-4.0, -3.0, -1.0, -0.0], [0.0, 3.0, 6.0, 7.0]])
    compare("Activation", (4,), dtype, activation=name, x=x)


def test_none_is_linear():
    assert get(None).name == "linear"


@pytest.mark.parametrize("name", ["glu", 3, ["relu"]])
def test_unknown_names_are_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"is unknown; expected one of linear, relu, relu6, leaky"):
        Activation(name)


@pytest.mark.parametrize("function", [np.tanh, lambda x: x, PReLU()])
def test_what_has_no_derivative_is_refused_in_a_sentence(function):
    with pytest.raises(ValueError, match="has no derivative that is known here; write a Layer"):
        Dense(3, activation=function)


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("relu", 2),
        ("relu6", 2),
        ("leaky_relu", 2),
        ("elu", 2),
        ("selu", 2),
        ("hard_sigmoid", 1),
        ("hard_silu", 1),
        ("tanh", None),
        ("sigmoid", None),
        ("gelu", None),
    ],
)
def test_branches_where_there_are_kinks(name, pieces):
    layer = Activation(name)
    layer.build((2,))
    _, cache = layer.forward(np.array([[-1.0, 1.0]]), training=True)
    found = layer.branches(cache)
    assert (None if found is None else len(np.unique(found))) == pieces


@pytest.mark.parametrize("name", ["hard_sigmoid", "hard_silu"])
def test_the_hard_forms_have_three_pieces(name):
    function = get(name)
    _, cache = function.forward(np.array([-4.0, 0.0, 4.0]))
    assert len(np.unique(function.pieces(cache))) == 3


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("relu", (0.25, 2.0), {"threshold": 0.5}),
        ("relu", (), {"max_value": 1.0}),
        ("leaky_relu", (0.25,), {}),
        ("elu", (), {"alpha": 0.7}),
        ("softmax", (0,), {}),
        ("log_softmax", (), {"axis": 1}),
        ("swish", (), {}),
        ("hard_swish", (), {}),
    ],
)
def test_a_call_is_kerass(name, args, options, dtype):
    x = np.random.default_rng(0).normal(size=(4, 5)).astype(dtype)
    theirs = getattr(keras().activations, name)(keras().ops.convert_to_tensor(x), *args, **options)
    close(getattr(activations, name)(x, *args, **options), theirs)


def test_a_call_takes_lists_and_whole_numbers():
    assert activations.relu([-1, 2]).tolist() == [0.0, 2.0]
    assert activations.relu(np.array([-1, 2])).dtype == np.float32


def test_a_call_on_a_tensor_is_a_layer():
    inputs = Input((3,))
    model = minicnn.Model(inputs, activations.swish(Dense(2)(inputs)))
    assert [type(layer) for layer in model.layers[1:]] == [Dense, Activation]
    with pytest.raises(TypeError, match="relu: a call on Tensors takes no negative_slope"):
        activations.relu(inputs, 0.1)


def test_unknown_arguments_are_named():
    with pytest.raises(TypeError, match="gelu: expected x and approximate, got axis"):
        activations.gelu([1.0], axis=1)
    with pytest.raises(TypeError, match="tanh: expected x and nothing else, got 1 further"):
        activations.tanh([1.0], 2)


def test_functions_and_names_of_keras_and_its_written_forms_are_understood():
    layer = Dense(3, activation=activations.swish)
    assert layer.activation is activations.silu
    assert layer.get_config()["activation"] == "silu"
    assert activations.get({"class_name": "function", "config": "gelu"}) is activations.gelu
    assert activations.serialize(activations.hard_swish) == "hard_silu"
    assert copy.deepcopy(layer).activation is activations.silu
    assert set(FUNCTIONS) <= {name for name in dir(keras().activations) if name[0].islower()}
    for name in FUNCTIONS:
        theirs = keras().layers.Dense(3, activation=name).get_config()["activation"]
        assert Dense(3, activation=name).get_config()["activation"] == theirs == name


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("LeakyReLU", {"negative_slope": 0.1}),
        ("ReLU", {"max_value": 0.5, "negative_slope": 0.2, "threshold": 0.1}),
        ("ELU", {"alpha": 0.7}),
    ],
)
def test_a_layer_as_activation_trains_and_is_saved_as_in_keras(name, arguments, tmp_path):
    lib = keras()
    x = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    models = []
    for package in (minicnn, lib):
        curve = getattr(package.layers, name)(**arguments)
        model = package.Sequential(
            [package.layers.Input((4,)), package.layers.Dense(3, activation=curve)]
        )
        model.compile(package.optimizers.SGD(0.1), "mse")
        model.set_weights([np.linspace(-1, 1, 12, dtype="f4").reshape(4, 3), np.zeros(3, "f4")])
        model.fit(x, x[:, :3], epochs=3, shuffle=False, verbose=0)
        models.append(model)
    ours, theirs = models
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x, verbose=0), rtol=1e-4, atol=1e-6)
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    expected = ours.predict(x)
    back = lib.saving.load_model(tmp_path / "ours.keras")
    np.testing.assert_allclose(back.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-6)
    read = minicnn.load_model(tmp_path / "theirs.keras")
    np.testing.assert_allclose(read.predict(x), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(copy.deepcopy(ours.layers[0].activation)(x), _reread(ours)(x))


def _reread(model):
    return minicnn.layers.Dense.from_config(model.layers[0].get_config()).activation


@pytest.mark.parametrize("name", ["relu", "softmax", "sigmoid", "tanh", "elu", "gelu", "swish"])
def test_a_function_of_tensorflow_stands_for_its_name(name):
    tf = oracles.tensorflow()
    x = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    function = getattr(tf.nn, name)
    layer = minicnn.layers.Activation(function)
    np.testing.assert_allclose(layer(x), function(x), rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="activation: 'l2_loss' is unknown"):
        minicnn.layers.Activation(tf.nn.l2_loss)
