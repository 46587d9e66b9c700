"""Small models in files, and tools to spoil them."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest

import minicnn
from minicnn.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, Softmax


@pytest.fixture
def model():
    """A trained model of all kinds of weights, state and slots."""
    layers = [Input((6, 5, 1)), Conv2D(2, 3), BatchNormalization(), Flatten(), Dense(3), Softmax()]
    network = minicnn.Sequential(layers, seed=7)
    network.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x = rng.random((4, 6, 5, 1), np.float32)
    network.train_on_batch(x, np.eye(3, dtype=np.float32)[[0, 1, 2, 0]])
    network.extra["class_names"] = ["a", "b", "c"]
    return network


@pytest.fixture
def saved(model, tmp_path):
    """The model's file."""
    path = tmp_path / "model.keras"
    model.save(path)
    return path


@pytest.fixture
def members(saved):
    """What is in the file: name to bytes."""
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def repack(members, tmp_path):
    """Write the members to another file, some of them changed; None leaves one out."""

    def pack(compression=zipfile.ZIP_STORED, **changes):
        path = tmp_path / "other.keras"
        names = {
            "metadata": "metadata.json",
            "config": "config.json",
            "weights": "model.weights.h5",
        }
        changed = members | {names.get(key, key): value for key, value in changes.items()}
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in changed.items():
                if content is not None:
                    archive.writestr(name, content)
        return path

    return pack


@pytest.fixture
def change_config(members, repack):
    """Write the file with a config that a function has changed in place."""

    def change(edit):
        config = json.loads(members["config.json"])
        edit(config)
        return repack(config=json.dumps(config))

    return change


@pytest.fixture
def change_weights(members, repack):
    """Write the file with weights that a function of the open HDF5 file has changed."""

    def change(edit):
        buffer = io.BytesIO(members["model.weights.h5"])
        with h5py.File(buffer, "r+") as file:
            edit(file)
        return repack(weights=buffer.getvalue())

    return change
