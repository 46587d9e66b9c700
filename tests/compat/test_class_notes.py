"""Classes with call in files: load_model gives an object of the class to who has it."""

import itertools

import numpy as np
import pytest

import minicnn
from minicnn import layers
from minicnn.models import load_model

IMAGES = np.random.default_rng(0).uniform(size=(6, 4, 4, 1)).astype(np.float32)


class Coder(minicnn.Model):
    def __init__(self, latent=3, **kwargs):
        super().__init__(**kwargs)
        self.latent = latent
        self.decoder = minicnn.Sequential([layers.Dense(16), layers.Reshape((4, 4, 1))])
        self.encoder = minicnn.Sequential([layers.Flatten(), layers.Dense(latent)])

    def call(self, x):
        return self.decoder(self.encoder(x))

    def get_config(self):
        return super().get_config() | {"latent": self.latent}


def trained(path):
    model = Coder(2)
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(IMAGES, IMAGES, verbose=0)
    model.encoder.trainable = False
    model.save(path)
    return model


def test_the_class_comes_back_and_trains_on(tmp_path):
    model = trained(tmp_path / "coder.keras")
    read = load_model(tmp_path / "coder.keras", custom_objects={"Coder": Coder})
    assert (type(read), read.latent, read.name) == (Coder, 2, "coder")
    np.testing.assert_array_equal(read.encoder(IMAGES), model.encoder(IMAGES))
    assert not read.encoder.trainable
    for one in (model, read):
        one.fit(IMAGES, IMAGES, epochs=2, initial_epoch=1, batch_size=4, verbose=0)
    np.testing.assert_array_equal(read(IMAGES), model(IMAGES))
    assert read.evaluate(IMAGES, IMAGES, verbose=0) == model.evaluate(IMAGES, IMAGES, verbose=0)


def test_the_optimizer_goes_on_under_other_names(tmp_path):
    numbers = itertools.count()

    class Counted(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3, name=f"number_{next(numbers)}")

        def call(self, x):
            return self.dense(layers.Flatten()(x))

    model, targets = Counted(), np.ones((6, 3))
    model.compile("adam", "mse")
    model.fit(IMAGES, targets, verbose=0)
    model.save(tmp_path / "counted.keras")
    read = load_model(tmp_path / "counted.keras", custom_objects={"Counted": Counted})
    assert read.dense.name == "number_1"
    for one in (model, read):
        one.train_on_batch(IMAGES, targets)
    np.testing.assert_array_equal(read(IMAGES), model(IMAGES))


def test_without_the_class_it_is_a_graph(tmp_path):
    model = trained(tmp_path / "coder.keras")
    read = load_model(tmp_path / "coder.keras")
    assert type(read) is minicnn.models.Model
    read.save(tmp_path / "again.keras")
    again = load_model(tmp_path / "again.keras", custom_objects={"Coder": Coder})
    np.testing.assert_array_equal(again.decoder.weights[0], model.decoder.weights[0])


def test_registered_classes_and_scopes(tmp_path):
    trained(tmp_path / "coder.keras")
    with minicnn.utils.custom_object_scope({"Coder": Coder}):
        assert type(load_model(tmp_path / "coder.keras")) is Coder


class Joined(minicnn.Model):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.first, self.second = layers.Dense(2), layers.Dense(2)


class InTwo(Joined):
    def call(self, x, y):
        return self.first(x) + self.second(y)


class InList(Joined):
    def call(self, inputs):
        return self.first(inputs[0]) + self.second(inputs[1])


class InDict(Joined):
    def call(self, inputs):
        return self.first(inputs["a"]) + self.second(inputs["b"])


@pytest.mark.parametrize("cls", [InTwo, InList, InDict])
def test_several_inputs(cls, tmp_path):
    x, y = IMAGES[:, 0, :, 0], IMAGES[:, 0, :2, 0]
    given = {InTwo: (x, y), InList: ([x, y],), InDict: ({"a": x, "b": y},)}[cls]
    model = cls()
    expected = model(*given)
    model.save(tmp_path / "model.keras")
    read = load_model(tmp_path / "model.keras", custom_objects={cls.__name__: cls})
    assert type(read) is cls
    np.testing.assert_array_equal(read(*given), expected)


def broken(cls, config):
    return cls(**(config | {"latent": 5}))


def demanding(cls, config):
    return cls(config["nothing"])


@pytest.mark.parametrize("from_config", [broken, demanding])
def test_a_class_that_does_not_fit_is_left_out_with_a_warning(from_config, tmp_path):
    model = trained(tmp_path / "coder.keras")
    other = type("Coder", (Coder,), {"from_config": classmethod(from_config)})
    with pytest.warns(
        UserWarning, match=r"^load_model: the model computes what .* is not of the class Coder, "
    ):
        read = load_model(tmp_path / "coder.keras", custom_objects={"Coder": other})
    assert type(read) is minicnn.models.Model
    np.testing.assert_array_equal(read(IMAGES), model(IMAGES))


def test_what_json_cannot_say_is_not_noted(tmp_path):
    model = type("Odd", (Coder,), {"get_config": lambda self: {"latent": abs}})()
    model(IMAGES)
    model.save(tmp_path / "odd.keras")
    assert "class" not in load_model(tmp_path / "odd.keras").extra


def test_a_clone_is_of_the_class():
    model = Coder(2)
    model(IMAGES)
    clone = minicnn.models.clone_model(model)
    assert (type(clone), clone.latent, clone.optimizer) == (Coder, 2, None)
    assert np.abs(clone(IMAGES) - model(IMAGES)).max() > 0
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone(IMAGES), model(IMAGES))


def test_a_clone_of_a_class_without_a_config_is_a_graph():
    class Odd(Coder):
        def __init__(self, size):
            super().__init__(size + 1)

    odd = Odd(1)
    odd(IMAGES)
    assert minicnn.models.clone_model(odd)(IMAGES).shape == IMAGES.shape


def test_the_librarys_load_model_knows_classes_too(tmp_path):
    class Net(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    x = np.ones((1, 3), np.float32)
    model = Net()
    expected = model(x)
    model.save(tmp_path / "net.keras")
    again = minicnn.load_model(tmp_path / "net.keras", custom_objects={"Net": Net})
    assert type(again) is Net
    np.testing.assert_array_equal(again(x), expected)
    assert type(minicnn.load_model(tmp_path / "net.keras")) is minicnn.Model
