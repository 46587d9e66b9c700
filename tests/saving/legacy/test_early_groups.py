"""``.keras`` files of Keras 2.12 to 2.15 are read: other names of groups, other configurations."""

import json
import zipfile

import numpy as np
import pytest

import minicnn
from minicnn.saving.legacy.early_groups import EARLY_GROUP, renumbered


def test_names_count_by_their_order():
    stored = ["conv2d", "conv2d_2", "conv2d_4", "conv2d_10", "dense_1", "flatten", "re_lu_3"]
    assert renumbered(stored) == {
        "conv2d": "conv2d",
        "conv2d_1": "conv2d_2",
        "conv2d_2": "conv2d_4",
        "conv2d_3": "conv2d_10",
        "dense": "dense_1",
        "flatten": "flatten",
        "re_lu": "re_lu_3",
    }


@pytest.fixture
def of_keras_2(members, repack, change_weights):
    """Write the model's file as Keras 2.12 did: each layer with weights is counted twice."""

    def config():
        config = json.loads(members["config.json"])
        for layer in config["config"]["layers"]:
            inner = layer["config"]
            inner["dtype"] = "float32"
            if layer["class_name"] == "InputLayer":
                inner["batch_input_shape"] = inner.pop("batch_shape")
            if layer["class_name"] == "BatchNormalization":
                inner["axis"] = [3]
            if layer["class_name"] == "Conv2D":
                inner["batch_input_shape"] = [None, 6, 5, 1]
        config["compile_config"]["optimizer"]["config"] |= {
            "is_legacy_optimizer": False,
            "jit_compile": False,
        }
        return json.dumps(config)

    def write(rename):
        def edit(file):
            if rename:
                file.move("layers", EARLY_GROUP)
                file.move(f"{EARLY_GROUP}/dense", f"{EARLY_GROUP}/dense_2")
            del file["optimizer/vars/1"]  # the learning rate was no variable

        with zipfile.ZipFile(change_weights(edit)) as archive:
            weights = archive.read("model.weights.h5")
        metadata = json.dumps({"keras_version": "2.12.0", "date_saved": "2023-05-01@10:00:00"})
        return repack(metadata=metadata, config=config(), weights=weights)

    return write


@pytest.mark.parametrize("rename", [True, False], ids=["2.12", "2.15"])
def test_files_of_keras_2(model, of_keras_2, rename):
    with pytest.warns(UserWarning, match="holds 13 variables of the optimizer, expected 14"):
        other = minicnn.load_model(of_keras_2(rename))
    for own, read in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(own, read)
    assert type(other.optimizer).__name__ == "Adam"
