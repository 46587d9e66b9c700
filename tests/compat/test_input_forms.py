"""The forms in which a call is given its inputs."""

import numpy as np
import pytest

import minicnn
from minicnn import layers

X, Y = np.random.default_rng(0).normal(size=(2, 4, 5)).astype(np.float32)


class Up(layers.Layer):
    def __init__(self):
        super().__init__()
        self.first, self.second = layers.Dense(3), layers.Dense(3)
        self.dropout = layers.Dropout(0.5)

    def call(self, x, skip, training=None):
        return self.dropout(self.first(x) - self.second(skip), training=training)


class Model(minicnn.Model):
    def __init__(self, how):
        super().__init__()
        self.up, self.how = Up(), how

    def call(self, inputs):
        return self.how(self.up, *inputs)


@pytest.mark.parametrize(
    "how",
    [
        lambda up, x, y: up(x, y),
        lambda up, x, y: up(x, skip=y),
        lambda up, x, y: up(x=x, skip=y),
        lambda up, x, y: up(skip=y, x=x),
        lambda up, x, y: up(x, y, False),
        lambda up, x, y: up(x, y, training=None),
    ],
)
def test_several_inputs_one_by_one(how, tmp_path):
    model = Model(how)
    result = model([X, Y])
    up = model.up
    np.testing.assert_allclose(result, up.first(X) - up.second(Y), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(how(up, X, Y), result)
    assert minicnn.check_gradients(model, [X, Y]).passed
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(minicnn.load_model(tmp_path / "model.keras")([X, Y]), result)


def test_the_first_call_may_be_on_arrays():
    up = Up()
    assert up(X, Y).shape == (4, 3)
    assert np.abs(up(X, Y, True) - up(X, Y)).max() > 0


def test_names_have_the_order_of_the_call():
    up = Up()
    expected = up(X, Y)
    for again in (up(skip=Y, x=X), up(x=X, skip=Y), up(X, skip=Y)):
        np.testing.assert_array_equal(again, expected)


def test_what_is_no_input_is_refused():
    with pytest.raises(
        TypeError, match=r"^Up: a call takes what layers give, or arrays, got int; "
    ):
        Up()(X, 2)
    with pytest.raises(TypeError, match=r"^Up: a call takes what layers give, or arrays, got noth"):
        Up()()


class Two(minicnn.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = layers.Dense(3), layers.Dense(2), layers.Dense(3)

    def call(self, inputs):
        x, y = inputs
        return {"second": self.b(y), "first": self.a(x)}


def test_several_inputs_and_outputs():
    model = Two()
    out = model([X, Y[:, :3]])
    assert {key: one.shape for key, one in out.items()} == {"first": (4, 3), "second": (4, 2)}
    assert [model.a.input_shape, model.b.input_shape] == [(5,), (3,)]
    model.compile("sgd", {"first": "mse", "second": "mse"})
    targets = {"first": np.zeros((4, 3)), "second": np.zeros((4, 2))}
    model.fit([X, Y[:, :3]], targets, verbose=0)


def test_inputs_by_name():
    class Named(Two):
        def call(self, inputs):
            return self.a(inputs["a"]) + self.c(inputs["b"])

    named = Named()
    x = {"a": X, "b": Y[:, :3]}
    assert named.predict(x, verbose=0).shape == (4, 3)
