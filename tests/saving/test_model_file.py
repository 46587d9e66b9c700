"""What is saved comes back, and what cannot be is said."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input
from minicnn.optimizers import SGD, Adam
from minicnn.saving import ModelFileError
from minicnn.saving.optimizer_variables import variables

X = np.random.default_rng(1).random((5, 6, 5, 1), np.float32)
Y = np.eye(3, dtype=np.float32)[[0, 1, 2, 2, 1]]


def state(model):
    slots = variables(model.optimizer, model.trainable_params())
    return [*model.get_weights(), *(array for _, array in slots)]


def assert_same(one, other):
    for a, b in zip(state(one), state(other), strict=True):
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_ours_to_ours_is_identical_and_goes_on_identically(model, tmp_path, dtype):
    if dtype == "float64":
        model.astype(dtype)
        model.compile("adam", "categorical_crossentropy")
    x, y = X.astype(dtype), Y.astype(dtype)
    model.train_on_batch(x, y)
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    assert other.get_weights()[0].dtype == dtype
    assert_same(model, other)
    assert [layer.get_config() for layer in other.layers] == [
        layer.get_config() for layer in model.layers
    ]
    for _ in range(3):
        assert model.train_on_batch(x, y) == other.train_on_batch(x, y)
    assert_same(model, other)
    np.testing.assert_array_equal(model.predict(x), other.predict(x))


def test_half_precision_is_for_kernels_alone(model, tmp_path):
    model.layers[1].state["moving_variance"][:] = 1e-9  # float16 would make it 0
    model.save(tmp_path / "whole.keras")
    model.save(tmp_path / "half.keras", half=True)
    other = minicnn.load_model(tmp_path / "half.keras")
    for array, back in zip(model.get_weights(), other.get_weights(), strict=True):
        stored = array.astype(np.float16) if array.ndim > 1 else array
        assert back.dtype == np.float32
        np.testing.assert_array_equal(back, stored)
    whole, half = (zipfile.ZipFile(tmp_path / f"{name}.keras") for name in ("whole", "half"))
    with whole, half:
        assert whole.read("config.json") == half.read("config.json")


def test_a_number_too_large_for_half_precision_is_refused(model, tmp_path):
    model.layers[0].params["kernel"][0, 0] = 1e5
    with pytest.raises(ValueError, match=r"conv2d/kernel in half precision holds NaN or infinity"):
        model.save(tmp_path / "half.keras", half=True)
    assert list(tmp_path.iterdir()) == []


def test_saved_twice_is_the_same_but_for_the_date(model, tmp_path):
    contents = []
    for name in ("a.keras", "b.keras"):
        model.save(tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            contents.append([archive.read(name) for name in archive.namelist()[1:]])
    assert contents[0] == contents[1]


def test_the_shell_is_kerass(saved):
    with zipfile.ZipFile(saved) as archive:
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_what_keras_does_not_keep_travels_along(model, saved):
    other = minicnn.load_model(saved)
    assert other.extra == {"class_names": ["a", "b", "c"]}
    assert other.seed == 7
    assert (other.name, [metric.name for metric in other.metrics]) == ("sequential", ["accuracy"])


def test_weights_read_can_be_written_to(saved):
    for array in state(minicnn.load_model(saved)):
        assert array.flags.writeable
        assert array.flags.c_contiguous


def test_more_layers_of_a_class_than_one_digit_counts(tmp_path):
    network = minicnn.Sequential([Input((2,)), *(Dense(2) for _ in range(12))])
    network.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    for a, b in zip(network.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_uncompiled_and_unfitted(tmp_path):
    network = minicnn.Sequential([Input((2,)), Dense(2)])
    network.save(tmp_path / "m.keras")
    assert minicnn.load_model(tmp_path / "m.keras").optimizer is None
    network.compile(SGD(0.125, momentum=0.5), "mse")
    network.save(tmp_path / "m.keras")
    found = minicnn.load_model(tmp_path / "m.keras").optimizer
    assert (found.iterations, found.learning_rate, found.slots) == (0, 0.125, {"momentum": {}})


def test_rates_keep_their_digits(tmp_path):
    network = minicnn.Sequential([Input((2,)), Dense(2)])
    network.compile(Adam(0.1), "mse")
    network.save(tmp_path / "m.keras")
    assert minicnn.load_model(tmp_path / "m.keras").optimizer.learning_rate == 0.1


def test_metadata_may_be_missing(repack):
    assert minicnn.load_model(repack(metadata=None)).extra == {}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.update(optimizer={"class_name": "Lion", "config": {}}), "optimizer: 'Lion'"),
        (
            lambda c: c["optimizer"]["config"].update(loss_scale_factor=2),
            "loss_scale_factor=2 is not supported",
        ),
        (lambda c: c["optimizer"]["config"].update(learning_rate="fast"), "learning_rate"),
        (lambda c: c["optimizer"].update(config=5), "compile_config cannot be read"),
        (lambda c: c.update(loss="focal"), "loss: 'focal' is unknown"),
        (lambda c: c.update(metrics=["iou"]), "metric: 'iou' is unknown"),
        (lambda c: c.update(metrics="accuracy"), "metrics must be a list"),
        (lambda c: c.update(loss={"a": "mse"}), "loss: 'a' is not an output"),
        (lambda c: c.update(loss=["mse", "mse"]), "expected a list or dict with one for each"),
        (lambda c: c.update(loss_weights=["x"]), "loss weight of the output .* must be a number"),
        (lambda c: c.update(weighted_metrics=["iou"]), "metric: 'iou' is unknown"),
    ],
)
def test_unknown_training_is_left_out_with_a_warning(model, change_config, edit, message):
    path = change_config(lambda config: edit(config["compile_config"]))
    with pytest.warns(
        UserWarning, match=f"the model was read but not compiled: .*{message}"
    ) as seen:
        other = minicnn.load_model(path)
    assert len(seen) == 1
    assert seen[0].filename == __file__
    assert (other.optimizer, other.loss, other.metrics) == (None, None, [])
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


def test_training_that_is_no_object_is_left_out_with_a_warning(change_config):
    path = change_config(lambda config: config.update(compile_config=["adam"]))
    with pytest.warns(UserWarning, match="not compiled: compile_config must be an object"):
        assert minicnn.load_model(path).optimizer is None


def test_names_of_functions_are_losses(change_config):
    function = {"module": "builtins", "class_name": "function", "config": "mean_squared_error"}
    path = change_config(lambda config: config["compile_config"].update(loss=function))
    assert type(minicnn.load_model(path).loss).__name__ == "MeanSquaredError"


def test_an_optimizer_of_other_parameters_starts_anew(model, tmp_path, change_weights):
    def edit(file):
        del file["optimizer/vars/5"]

    path = change_weights(edit)
    with pytest.warns(UserWarning, match="holds 13 variables of the optimizer, expected 14"):
        other = minicnn.load_model(path)
    assert other.optimizer.iterations == 0
    other.train_on_batch(X, Y)

    with pytest.warns(UserWarning, match="holds 0 variables of the optimizer"):
        minicnn.load_model(change_weights(lambda file: file.pop("optimizer")))


def test_freezing_after_training_keeps_the_slots_of_the_rest(model, tmp_path):
    model.layers[0].trainable = False
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    assert_same(model, other)
    model.train_on_batch(X, Y)
    other.train_on_batch(X, Y)
    assert_same(model, other)


def test_other_minor_versions_write_less(model, change_config):
    """As Keras 3.3 does: a dtype by name, no axes of initializers, an optimizer by name."""

    def edit(config):
        for layer in config["config"]["layers"]:
            layer.pop("build_config", None)
            layer["config"]["dtype"] = "float32"
        del config["config"]["build_input_shape"]
        config["config"]["dtype"] = "float32"
        config["compile_config"] = {"optimizer": "adam", "loss": "mse", "metrics": ["acc"]}

    other = minicnn.load_model(change_config(edit))
    assert other.optimizer.iterations == 1
    assert [metric.name for metric in other.metrics] == ["acc"]


def test_extra_must_be_an_object(repack):
    with pytest.raises(ModelFileError, match=r"'minicnn' in its member metadata\.json must be"):
        minicnn.load_model(repack(metadata='{"minicnn": [1]}'))


def test_what_cannot_be_read_is_not_written(model, saved, tmp_path):
    before = saved.read_bytes()
    model.layers[0].params["bias"][0] = np.nan
    with pytest.raises(ValueError, match="was not written: conv2d/bias holds NaN or infinity"):
        model.save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


def test_names_and_places_are_checked(model, tmp_path):
    with pytest.raises(OSError, match=r"m\.keras cannot be written: No such file or directory\."):
        model.save(tmp_path / "missing" / "m.keras")
    unbuilt = minicnn.Sequential([Dense(3)])
    with pytest.raises(ValueError, match="save: 'sequential' has no weights yet; give it an Input"):
        unbuilt.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="save_weights: 'sequential' has no weights yet"):
        unbuilt.save_weights(tmp_path / "m.weights.h5")
    assert list(tmp_path.iterdir()) == []


def test_h5py_is_loaded_only_to_save_or_load():
    script = "import sys, minicnn.saving; print('h5py' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout == "False\n"
