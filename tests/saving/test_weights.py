"""Stored weights must be those of the layers, whatever else is in the file."""

import time
import warnings

import h5py
import numpy as np
import pytest

from minicnn import load_model
from minicnn.saving import ModelFileError


def replace(path, data):
    def edit(file):
        if path in file:
            del file[path]
        if data is not None:
            file[path] = data

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (replace("layers/dense/vars/0", np.zeros((3, 24), "f4")), r"has shape \(3, 24\), expected"),
        (replace("layers/dense/vars/0", np.zeros((24, 3), "i4")), "must hold float16, float32"),
        (replace("layers/dense/vars/1", None), "'dense' has 1 arrays .* expected 2 .kernel, bias"),
        (replace("layers/flatten/vars/0", np.zeros(3)), "'flatten' has 1 arrays"),
        (replace("layers/dense", None), "weights belong to 4 layers, expected 5"),
        (replace("layers", None), "lack the group /layers"),
        (replace("layers/dense/vars", np.zeros(3)), "lack the group /layers/dense/vars"),
        (
            replace("layers/dense/vars/1", np.float32([0, np.nan, 0])),
            "dense/bias holds NaN or infinity, expected finite numbers",
        ),
        (replace("layers/dense/vars/1", [0, 1e300, 0]), "dense/bias holds NaN or infinity"),
        (
            replace("layers/batch_normalization/vars/3", np.float32([1, -1])),
            "batch_normalization/moving_variance holds a negative number, expected 0 or more",
        ),
        (replace("optimizer/vars/0", np.int64(-1)), "iteration holds a negative number"),
        (replace("optimizer/vars/0", np.float32(1)), "must hold int32, int64"),
        (replace("optimizer/vars/1", np.float32(np.nan)), "learning_rate must be a number"),
        (replace("optimizer/vars/1", np.zeros(3, "f4")), r"has shape \(3,\), expected \(\)"),
        (
            replace("optimizer/vars/2", np.zeros(3, "f4")),
            r"has shape \(3,\), expected \(3, 3, 1, 2",
        ),
        (replace("optimizer/vars/5", np.float32([-1, 0])), "velocity holds a negative number"),
    ],
)
def test_weights_that_do_not_fit(change_weights, edit, message):
    with pytest.raises(ModelFileError, match=message):
        load_model(change_weights(edit))


def test_links_in_place_of_groups(change_weights):
    def edit(file):
        file.move("layers/dense", "elsewhere")
        file["layers/dense"] = h5py.SoftLink("/elsewhere")

    with pytest.raises(
        ModelFileError, match="/layers/dense in its weights is a link to another place"
    ):
        load_model(change_weights(edit))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4"])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_other_storage_is_read(model, change_weights, dtype, compression):
    def edit(file):
        for name in ("layers/dense/vars/0", "optimizer/vars/2"):
            array = file[name][()]
            del file[name]
            file.create_dataset(name, data=array.astype(dtype), compression=compression)

    kernel = load_model(change_weights(edit)).layers[-2].params["kernel"]
    expected = model.layers[-2].params["kernel"].astype(dtype).astype("f4")
    np.testing.assert_array_equal(kernel, expected)
    assert kernel.dtype == np.dtype("f4")


def test_damage_inside_hdf5_is_a_sentence_and_soon_known(members, repack):
    """Whatever HDF5 makes of a changed byte, it ends with a message or a model."""
    content = members["model.weights.h5"]
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(content), 300):
        spoiled = bytearray(content)
        spoiled[place] ^= 1 << rng.integers(8)
        path = repack(weights=bytes(spoiled))
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            try:
                load_model(path)
            except ModelFileError as error:
                message = str(error)
            else:
                continue
        assert message.startswith(f"{path} cannot be read as a model: ")
        assert time.perf_counter() - started < 5
