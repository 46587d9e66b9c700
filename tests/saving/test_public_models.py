"""Public models of facial emotions, where MINICNN_MODELS names their folder."""

import os
from pathlib import Path

import h5py
import numpy as np
import oracles
import pytest

import minicnn
from minicnn.layers import (
    LAYERS,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
)

FOLDER = Path(os.environ.get("MINICNN_MODELS", "/nowhere"))
needs_models = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="MINICNN_MODELS does not name the folder of the public models"
)
pytestmark = [
    needs_models,
    # Optimizers of Keras 2: their state is not read, with a word.
    pytest.mark.filterwarnings("ignore:.*the optimizer starts afresh:UserWarning"),
    # Keras's own, about a list of one input.
    pytest.mark.filterwarnings("ignore:The structure of:UserWarning"),
]


def pictures(low, high, size=48):
    """Eight grey pictures of large spots."""
    spots = np.random.default_rng(0).uniform(low, high, (8, 8, 8, 1)).astype(np.float32)
    return np.kron(spots, np.ones((1, size // 8, size // 8, 1), np.float32))


def needs(*names):
    missing = [name for name in names if name not in LAYERS]
    return pytest.mark.skipif(bool(missing), reason=f"there is no {', '.join(missing)} yet")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        pytest.param("mini-xception-keras2.hdf5", -1, 1, marks=needs("SeparableConv2D")),
        ("csv-order.keras", 0, 1),
        pytest.param("rescaling-and-augmentation.keras", 0, 255, marks=needs("RandomFlip")),
    ],
)
def test_outputs_are_those_of_keras(name, low, high):
    theirs = oracles.keras().models.load_model(FOLDER / name, compile=False)
    ours = minicnn.load_model(FOLDER / name)
    x = pictures(low, high, theirs.input_shape[1])
    expected = theirs(x, training=False).numpy()
    np.testing.assert_allclose(ours.predict(x), expected, rtol=0, atol=1e-5)


def test_a_chain_that_keras_3_does_not_open():
    """It trips over the shape in the first layer, but reads the weights."""
    path = FOLDER / "chain-keras22.hdf5"
    ours = minicnn.load_model(path)
    theirs = oracles.keras().models.model_from_json(ours.to_json())
    theirs.load_weights(path)
    x = pictures(0, 1)
    expected = theirs(x, training=False).numpy()
    np.testing.assert_allclose(ours.predict(x), expected, rtol=0, atol=1e-5)
    assert len(np.unique(expected.argmax(1))) > 1


def chain(lib):
    """The network that weights-only.h5 is of, from the shapes in it."""
    layers = [Input((48, 48, 1))]
    for filters in (32, 64, 128):
        layers += [Conv2D(filters, 3, activation="relu"), BatchNormalization()]
        layers += [MaxPooling2D(), Dropout(0.25)]
    layers += [
        Flatten(),
        Dense(256, activation="relu"),
        Dropout(0.5),
        Dense(7, activation="softmax"),
    ]
    ours = minicnn.Sequential(layers)
    return ours if lib is minicnn else lib.models.model_from_json(ours.to_json())


@pytest.mark.parametrize("by_name", [True, False])
def test_weights_alone(by_name):
    keras = oracles.keras()
    ours, theirs = chain(minicnn), chain(keras)
    for model in (ours, theirs):
        model.load_weights(FOLDER / "weights-only.h5", by_name=by_name)
    x = pictures(0, 1)
    expected = theirs(x, training=False).numpy()
    np.testing.assert_allclose(ours.predict(x), expected, rtol=0, atol=1e-5)
    with pytest.raises(ValueError, match=r"weights-only\.h5 cannot be read as a model: it holds"):
        minicnn.load_model(FOLDER / "weights-only.h5")


def test_what_is_unknown_in_mini_xception_is_named_or_read():
    """Its graph of 2017, "Model" with lists of calls, is read up to the layers that are missing."""
    path = FOLDER / "mini-xception-keras2.hdf5"
    if "SeparableConv2D" not in LAYERS:
        message = "'separable_conv2d_1' has the unknown class 'SeparableConv2D'"
        with pytest.raises(ValueError, match=message):
            minicnn.load_model(path)
        return
    model = minicnn.load_model(path)
    with h5py.File(path) as file:
        names = [name.decode() for name in file["model_weights"].attrs["layer_names"]]
    assert sorted(layer.name for layer in model.layers) == sorted(names)
    assert model.count_params() == 58_423
