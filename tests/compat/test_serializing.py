"""serialize and deserialize, and classes that files may name."""

import numpy as np
import pytest

import minicnn
from minicnn import layers, losses, metrics, models, optimizers, utils
from minicnn.layers import Dense, Input, Layer


class Twice(Layer):
    def forward(self, x, *, training, key):
        return 2 * x, ()

    def backward(self, dy, cache):
        return 2 * dy, {}


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
        models.model_from_json(model.to_json())
        assert type(layers.deserialize(layers.serialize(Twice()))) is Twice
    assert utils.get_custom_objects() == {}
    with pytest.raises(ValueError, match="unknown class 'Twice'"):
        layers.deserialize(layers.serialize(Twice()))


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
