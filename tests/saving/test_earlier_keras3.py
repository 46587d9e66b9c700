"""What earlier versions of Keras 3 write and read otherwise; docs/verification/keras-files.md."""

import io
import json
import zipfile

import h5py
import numpy as np

import minicnn
from minicnn.layers import Dense, Flatten, Input, RandomRotation


def saved(layers, optimizer, path):
    model = minicnn.Sequential([Input((4, 4, 1)), *layers, Flatten(), Dense(2)], seed=0)
    model.compile(optimizer, "mse")
    rng = np.random.default_rng(0)
    x, y = rng.random((3, 4, 4, 1), np.float32), rng.random((3, 2), np.float32)
    model.train_on_batch(x, y)
    model.save(path)
    return model, x, y


def rewrite(path, edit_config=None, edit_weights=None):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if edit_config:
        config = json.loads(members["config.json"])
        edit_config(config)
        members["config.json"] = json.dumps(config).encode()
    if edit_weights:
        buffer = io.BytesIO(members["model.weights.h5"])
        with h5py.File(buffer, "r+") as file:
            edit_weights(file)
        members["model.weights.h5"] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_dtypes_are_names_in_files(tmp_path):
    saved([], "adam", tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        config = json.loads(archive.read("config.json"))["config"]
    assert [layer["config"]["dtype"] for layer in config["layers"]] == ["float32"] * 3
    assert config["dtype"] == "float32"


def test_nadam_with_its_number_in_front(tmp_path):
    path = tmp_path / "m.keras"
    model, x, y = saved([], "nadam", path)

    def to_the_front(file):
        group = file["optimizer/vars"]
        last = len(group) - 1
        arrays = [group[str(index)][()] for index in range(last + 1)]
        del file["optimizer/vars"]
        for index, array in enumerate([*arrays[:2], arrays[last], *arrays[2:last]]):
            file[f"optimizer/vars/{index}"] = array

    rewrite(path, edit_weights=to_the_front)
    other = minicnn.load_model(path)
    model.train_on_batch(x, y)
    other.train_on_batch(x, y)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_rotation_with_a_range_of_pixels(tmp_path):
    path = tmp_path / "m.keras"
    model, x, _ = saved([RandomRotation(0.1)], "adam", path)

    def add_range(config):
        config["config"]["layers"][1]["config"]["value_range"] = [0, 255]

    rewrite(path, edit_config=add_range)
    np.testing.assert_array_equal(minicnn.load_model(path).predict(x), model.predict(x))
