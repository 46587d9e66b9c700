"""serialize and deserialize, and classes that files may name."""

import subprocess
import sys

import numpy as np
import pytest
from oracles import keras

import minicnn
from minicnn import initializers, layers, losses, metrics, models, optimizers, utils
from minicnn.layers import Dense, Input, Layer


@pytest.fixture(autouse=True)
def unregistered():
    with utils.custom_object_scope({}):  # which restores what other tests have registered
        utils.get_custom_objects().clear()
        yield
    for cls in (Twice, Wrong):
        cls.registered_name = None


class Twice(Layer):
    def forward(self, x, *, training, key):
        return 2 * x, ()

    def backward(self, dy, cache):
        return 2 * dy, {}


class Wrong(Twice):
    def forward(self, x, *, training, key):
        return 3 * x, ()


def test_a_layer_comes_back_as_it_was():
    layer = Dense(3, activation="relu", name="scores", kernel_regularizer="l2")
    back = layers.deserialize(layers.serialize(layer))
    assert type(back) is Dense
    assert back.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("module", "thing"),
    [
        (losses, losses.Huber(0.5)),
        (metrics, metrics.TopKCategoricalAccuracy(2)),
        (optimizers, optimizers.Adam(0.25)),
        (minicnn.initializers, minicnn.initializers.HeNormal()),
        (minicnn.regularizers, minicnn.regularizers.L2(0.5)),
        (minicnn.schedules, minicnn.schedules.ExponentialDecay(0.1, 2, 0.5)),
    ],
)
def test_what_is_no_layer_comes_back_too(module, thing):
    back = module.deserialize(module.serialize(thing))
    assert type(back) is type(thing)
    assert back.get_config() == thing.get_config()


def test_registered_classes_are_known_to_files(tmp_path):
    model = models.Sequential([Input((2,)), Twice(), Dense(1)])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="unknown class 'Twice'"):
        models.load_model(tmp_path / "m.keras")
    x = np.ones((1, 2), np.float32)
    with utils.custom_object_scope({}):  # forgets the class at the end
        assert utils.register_keras_serializable("mine")(Twice) is Twice
        assert utils.get_custom_objects() == {"mine>Twice": Twice}
        loaded = models.load_model(tmp_path / "m.keras")
        np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
        assert utils.get_registered_name(Twice) == "mine>Twice"
        assert utils.get_registered_object("mine>Twice") is Twice
        models.model_from_json(model.to_json())
        assert type(layers.deserialize(layers.serialize(Twice()))) is Twice
    assert utils.get_custom_objects() == {}
    with pytest.raises(ValueError, match="unknown class 'Twice'"):
        layers.deserialize(layers.serialize(Twice()))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_registered_names_in_files_go_both_ways_with_keras(tmp_path, name):
    lib = keras()

    def row(package, twice):
        return package.Sequential([package.layers.Input((2,)), twice, package.layers.Dense(1)])

    with lib.saving.custom_object_scope({}), minicnn.saving.custom_object_scope({}):

        @lib.saving.register_keras_serializable("mine", "Double")
        class Theirs(lib.layers.Layer):
            def call(self, x):
                return 2 * x

        # Another package's class of the same name is not taken for it.
        minicnn.saving.register_keras_serializable("yours", "Double")(Wrong)
        minicnn.saving.register_keras_serializable("mine", "Double")(Twice)
        x = np.ones((1, 2), np.float32)
        model = row(minicnn, Twice())
        minicnn.saving.save_model(model, tmp_path / name)
        read = lib.saving.load_model(tmp_path / name, compile=False)
        np.testing.assert_allclose(read.predict_on_batch(x), model.predict(x), rtol=1e-6)
        model = row(lib, Theirs())
        lib.saving.save_model(model, tmp_path / name)
        read = minicnn.saving.load_model(tmp_path / name)
        assert type(read.layers[0]) is Twice
        np.testing.assert_allclose(read.predict(x), model.predict_on_batch(x), rtol=1e-6)
        del minicnn.saving.get_custom_objects()["mine>Double"]
        with pytest.raises(ValueError, match="has the unknown class"):
            minicnn.saving.load_model(tmp_path / name)


def test_a_subclass_is_not_registered_with_its_base():
    class Thrice(Twice):
        pass

    with utils.custom_object_scope({}):
        utils.register_keras_serializable("mine")(Twice)
        assert layers.serialize(Twice())["registered_name"] == "mine>Twice"
        assert layers.serialize(Thrice())["registered_name"] is None
        assert utils.get_registered_name(Thrice) == "Thrice"
        assert utils.get_registered_object("mine>Thrice", {"mine>Thrice": Thrice}) is Thrice
        assert utils.get_registered_object("nothing") is None


def test_the_saving_module_has_kerass_names_as_well():
    code = (
        "import sys, minicnn as keras\n"
        "assert 'h5py' not in sys.modules\n"
        "assert keras.saving.load_model is keras.models.load_model\n"
        "from minicnn.saving import ModelFileError, register_keras_serializable, load_weights\n"
        "assert keras.saving.register_keras_serializable is register_keras_serializable\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_class_of_ones_own_comes_back_by_config_and_by_name():
    class Half(losses.Huber):
        pass

    with utils.custom_object_scope({"Half": Half}):
        back = losses.deserialize({"class_name": "Half", "config": {"delta": 0.5}})
        assert (type(back), back.delta) == (Half, 0.5)
        assert type(losses.deserialize("Half")) is Half


def test_a_class_that_no_file_can_hold_is_not_registered():
    with pytest.raises(ValueError, match=r"object has no get_config\(\) that a file could be"):
        utils.register_keras_serializable()(object)


def test_custom_objects_that_are_no_dict_are_refused_as_before(tmp_path):
    models.Sequential([Input((2,)), Dense(1)]).save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="custom_objects must be a dict"):
        models.load_model(tmp_path / "m.keras", custom_objects=[Twice])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_registered_functions_go_both_ways_with_keras(tmp_path):
    lib = keras()

    def halves(shape, dtype=None):
        return np.full(shape, 0.5, "float32")

    def row(package):
        dense = package.layers.Dense(1, kernel_initializer=halves)
        return package.Sequential([package.layers.Input((2,)), dense])

    with lib.saving.custom_object_scope({}), minicnn.saving.custom_object_scope({}):
        lib.saving.register_keras_serializable("mine")(halves)
        row(lib).save(tmp_path / "theirs.keras")
        read = models.load_model(tmp_path / "theirs.keras", custom_objects={"halves": halves})
        assert read.layers[0].kernel_initializer.function is halves
        minicnn.saving.register_keras_serializable("mine")(halves)
        assert models.load_model(tmp_path / "theirs.keras").layers
        row(minicnn).save(tmp_path / "ours.keras")
        assert models.load_model(tmp_path / "ours.keras").layers
        assert lib.models.load_model(tmp_path / "ours.keras").layers


def test_a_function_comes_back_by_its_name():
    def halves(shape, dtype=None):
        return np.full(shape, 0.5, dtype)

    written = initializers.serialize(initializers.get(halves))
    read = initializers.deserialize(written, {"halves": halves})
    assert read.function is halves
    with pytest.raises(ValueError, match="'halves' is a function of somebody's own"):
        initializers.deserialize(written)
