"""Weights in Keras's older layout, by order and by name; and what is refused."""

import h5py
import numpy as np
import pytest
from hostile import refused
from legacy_files import chain_config, chain_weights, write_layers, write_names

import minicnn
from minicnn.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, LeakyReLU
from minicnn.saving import ModelFileError

NAMES = [layer["config"]["name"] for layer in chain_config()]


def network(units=3, names=("a", "b", "c")):
    layers = [
        Conv2D(4, 3, activation="relu", name=names[0]),
        BatchNormalization(name=names[1]),
        LeakyReLU(0.25),
        Flatten(),
        Dense(units, activation="softmax", name=names[2]),
    ]
    return minicnn.Sequential([Input((8, 7, 2)), *layers])


def flat(weights):
    return [array for layer in weights.values() for array in layer.values()]


def assert_weights(model, arrays):
    for own, other in zip(model.get_weights(), arrays, strict=True):
        np.testing.assert_array_equal(own, other)


def stored(path, weights=None, names=NAMES, **options):
    with h5py.File(path, "w") as file:
        write_layers(file, names, chain_weights() if weights is None else weights, **options)
    return path


@pytest.mark.parametrize("split", [0, 2, 3])
@pytest.mark.parametrize("name", ["w.h5", "w.hdf5", "w.weights.h5"])
def test_by_order(tmp_path, name, split):
    model = network()
    model.compile("adam", "mse")
    model.load_weights(stored(tmp_path / name, split=split))
    assert_weights(model, flat(chain_weights()))


def test_by_name(tmp_path):
    model = network(names=("dense_1", "conv2d_1", "other"))
    before = model.get_weights()
    with pytest.raises(ModelFileError, match="'conv2d_1' has 2 weights in it, expected 4"):
        model.load_weights(stored(tmp_path / "w.h5"), by_name=True)
    model = network(names=("conv2d_1", "other", "dense_1"))
    before = model.get_weights()
    model.load_weights(tmp_path / "w.h5", by_name=True)
    expected = chain_weights()
    assert_weights(
        model, [*expected["conv2d_1"].values(), *before[2:6], *expected["dense_1"].values()]
    )


def test_by_name_takes_other_layers_and_their_number_as_they_are(tmp_path):
    model = minicnn.Sequential([Input((120,)), Dense(3, name="dense_1"), Dense(2, name="new")])
    before = model.get_weights()
    with pytest.raises(ModelFileError, match=r"weights of 3 layers \(conv2d_1, .*, expected .* 2"):
        model.load_weights(stored(tmp_path / "w.h5"))
    model.load_weights(tmp_path / "w.h5", by_name=True)
    assert_weights(model, [*chain_weights()["dense_1"].values(), *before[2:]])


@pytest.mark.parametrize("by_name", [True, False])
def test_other_shapes_can_be_skipped(tmp_path, by_name):
    model = network(5, names=("conv2d_1", "batch_normalization_1", "dense_1"))
    before = model.get_weights()
    path = stored(tmp_path / "w.h5")
    with pytest.raises(ModelFileError, match=r"dense_1/kernel:0 .* has shape .120, 3., expected"):
        model.load_weights(path, by_name=by_name)
    assert_weights(model, before)
    with (
        pytest.warns(UserWarning, match=r"dense_1/kernel was skipped: it has shape \(120, 3\)"),
        pytest.warns(UserWarning, match=r"dense_1/bias was skipped: it has shape \(3,\)"),
    ):
        model.load_weights(path, skip_mismatch=True, by_name=by_name)
    assert_weights(model, [*flat(chain_weights())[:6], *before[6:]])


def test_other_counts_are_skipped_only_by_name(tmp_path):
    weights = chain_weights()
    del weights["conv2d_1"]["conv2d_1/bias:0"]
    path = stored(tmp_path / "w.h5", weights)
    model = network(names=("conv2d_1", "batch_normalization_1", "dense_1"))
    before = model.get_weights()
    with pytest.raises(ModelFileError, match="'conv2d_1' has 1 weights in it, expected 2"):
        model.load_weights(path, skip_mismatch=True)
    with pytest.warns(UserWarning, match="skipped: layer 'conv2d_1' has 1 weights in it"):
        model.load_weights(path, skip_mismatch=True, by_name=True)
    assert_weights(model, [*before[:2], *flat(chain_weights())[2:]])


def test_states_of_random_generators_are_no_weights(tmp_path):
    weights = chain_weights() | {
        "dropout_1": {"dropout_1/StateVar:0": np.zeros(3, np.int64)},
        "flatten_1": {"seed_generator/seed_generator_state": np.zeros(2, np.uint32)},
    }
    model = network()
    model.load_weights(stored(tmp_path / "w.h5", weights))
    assert_weights(model, flat(chain_weights()))


def test_halves_become_singles(tmp_path):
    weights = {
        name: {key: array.astype(np.float16) for key, array in layer.items()}
        for name, layer in chain_weights().items()
    }
    model = network()
    model.load_weights(stored(tmp_path / "w.h5", weights))
    assert {array.dtype.name for array in model.get_weights()} == {"float32"}
    assert_weights(model, flat(weights))


def test_theano_turned_filters_upside_down(tmp_path):
    model = network()
    model.load_weights(stored(tmp_path / "w.h5", backend="theano"))
    kernel, *others = flat(chain_weights())
    assert_weights(model, [kernel[::-1, ::-1], *others])


def test_a_version_need_not_be_stated(tmp_path):
    model = network()
    model.load_weights(stored(tmp_path / "w.h5", version=None))
    assert_weights(model, flat(chain_weights()))


@pytest.mark.parametrize("name", ["w.h5", "w.hdf5"])
def test_ours_come_back(tmp_path, name):
    model, other = network(), network()
    model.set_weights(flat(chain_weights()))
    model.compile("adam", "mse")
    model.save_weights(tmp_path / name)
    other.load_weights(tmp_path / name)
    assert_weights(other, flat(chain_weights()))
    with h5py.File(tmp_path / name) as file:
        assert list(file["c"].attrs["weight_names"]) == ["c/kernel", "c/bias"]


def test_nan_is_neither_written_nor_read(tmp_path):
    model = network()
    model.layers[0].params["bias"][0] = np.nan
    with pytest.raises(ValueError, match=r"w\.h5 was not written: a/bias holds NaN"):
        model.save_weights(tmp_path / "w.h5")
    assert list(tmp_path.iterdir()) == []
    weights = chain_weights()
    weights["dense_1"]["dense_1/bias:0"][1] = np.inf
    with pytest.raises(ModelFileError, match="c/bias holds NaN or infinity"):
        network().load_weights(stored(tmp_path / "w.h5", weights))


def hostile(tmp_path, edit):
    path = stored(tmp_path / "w.h5")
    with h5py.File(path, "r+") as file:
        edit(file, tmp_path)
    return path


def replaced(place, value):
    def edit(file, folder):
        del file[place]
        file[place] = value(folder) if callable(value) else value

    return edit


def renamed(name):
    def edit(file, folder):
        write_names(file["dense_1"], "weight_names", [name, "dense_1/bias:0"])

    return edit


def first_layer_renamed(name):
    def edit(file, folder):
        write_names(file, "layer_names", [name, *NAMES[1:]])

    return edit


KERNEL = "dense_1/dense_1/kernel:0"


def virtual(file, folder):
    del file[KERNEL]
    layout = h5py.VirtualLayout((120, 3), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "a", (120, 3))
    file.create_virtual_dataset(KERNEL, layout)


def external(file, folder):
    del file[KERNEL]
    (folder / "secret").write_bytes(bytes(1440))
    file.create_dataset(KERNEL, (120, 3), "f4", external=[(str(folder / "secret"), 0, 1440)])


def unwritten(file, folder):
    del file[KERNEL]
    file.create_dataset(KERNEL, (1 << 20, 1 << 20), "f4", chunks=(1 << 10, 1 << 10))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (replaced(KERNEL, h5py.SoftLink("/conv2d_1")), "is a link to another place"),
        (replaced("dense_1/dense_1", h5py.SoftLink("/conv2d_1")), "is a link to another place"),
        (replaced("dense_1", h5py.ExternalLink("x.h5", "/a")), "is a link to another place"),
        (virtual, "is a virtual dataset"),
        (external, "is stored outside the file"),
        (unwritten, "has shape .1048576, 1048576., expected .120, 3"),
        (replaced(KERNEL, np.zeros((120, 3), "i4")), "must hold float16, float32, float64"),
        (replaced("dense_1/dense_1", np.zeros(3)), "lack 'dense_1/kernel:0' in /dense_1"),
        (replaced("dense_1", np.zeros(3)), "lack the group of the layer 'dense_1'"),
        (renamed("../conv2d_1/conv2d_1/kernel:0"), r"lack '\.\./conv2d_1/conv2d_1/kernel:0'"),
        (renamed("/conv2d_1/conv2d_1/kernel:0"), "lack '/conv2d_1/conv2d_1/kernel:0'"),
        (renamed("dense_1/."), "name 'dense_1/.', which is no array"),
        (renamed("dense_1/"), "name 'dense_1/', which is no array"),
        (renamed("dense_1"), "dense_1 in its weights is missing, expected an array"),
        (renamed("gone/kernel:0"), "lack 'gone/kernel:0'"),
        (renamed("x" * 5000), "is missing, expected an array"),
        (first_layer_renamed("."), "lack the group of the layer '.'"),
        (first_layer_renamed("dense_1/dense_1"), "lack the group of the layer 'dense_1/dense_1'"),
        (first_layer_renamed("dense_1"), "name the layer 'dense_1' twice"),
        (first_layer_renamed(""), "lack the group of the layer ''"),
        (
            lambda file, _: file["dense_1"].attrs.pop("weight_names"),
            "'weight_names' of /dense_1 is",
        ),
        (lambda file, _: write_names(file, "layer_names", []), "weights of 0 layers .none., exp"),
    ],
)
def test_what_a_file_may_not_do(tmp_path, edit, message):
    model = network()
    before = model.get_weights()
    refused(hostile(tmp_path, edit), message, model.load_weights)
    assert_weights(model, before)


def test_names_in_bytes_that_are_no_text(tmp_path):
    def edit(file, folder):
        file["dense_1"].attrs["weight_names"] = np.array([b"\xff\xfe", b"dense_1/bias:0"])

    refused(hostile(tmp_path, edit), "is not UTF-8", network().load_weights)


def test_cut_anywhere_is_an_error(tmp_path):
    model, path = network(), stored(tmp_path / "w.h5")
    whole = path.read_bytes()
    for length in {*range(0, 60, 7), *range(60, len(whole), 997), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match="cannot be read as weights"):
            model.load_weights(path)
