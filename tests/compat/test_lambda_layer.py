"""Lambda layers."""

import numpy as np
import pytest
from oracles import keras

import minicnn
from minicnn.layers import Conv2D, Dense, Flatten, Input, Lambda

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 3)).astype(np.float32)


def test_a_row_that_begins_with_one(tmp_path):
    model = minicnn.Sequential(
        [
            Lambda(lambda x: x / 127.5 - 1.0, input_shape=(6, 8, 3)),
            Conv2D(4, 3, activation="elu"),
            Flatten(),
            Dense(1),
        ]
    )
    assert model.layers[0].name == "lambda"
    expected = model.predict(IMAGES, verbose=0)
    rest = IMAGES / np.float32(127.5) - 1
    for layer in model.layers[1:]:
        rest = layer(rest)
    np.testing.assert_allclose(expected, rest, rtol=1e-4, atol=1e-6)
    model.save(tmp_path / "model.keras")
    read = keras().models.load_model(tmp_path / "model.keras")  # it holds no code
    np.testing.assert_allclose(read.predict(IMAGES, verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_it_learns_and_is_called():
    model = minicnn.Sequential(
        [Input((4,)), Dense(3), Lambda(lambda x, by: by * x, arguments={"by": 2})]
    )
    x = np.ones((2, 4), np.float32)
    np.testing.assert_allclose(model(x), 2 * model.layers[0](x), rtol=1e-6)
    assert minicnn.check_gradients(model, x).passed
    doubled = Lambda(lambda x: x * 2, name="doubled")
    np.testing.assert_array_equal(doubled(x), 2 * x)
    assert doubled.name == "doubled"


def test_several_inputs():
    a, b = Input((3,)), Input((3,))
    difference = Lambda(lambda pair: abs(pair[0] - pair[1]), output_shape=(3,))([a, b])
    x, y = np.eye(3, dtype=np.float32), np.full((3, 3), 2, np.float32)
    np.testing.assert_array_equal(minicnn.Model([a, b], difference)([x, y]), abs(x - y))


def test_what_no_layer_computes_is_refused():
    with pytest.raises(NotImplementedError, match=r"x\[...\]: no layer takes any part"):
        Lambda(lambda x: x[:, 0])(IMAGES)
    with pytest.raises(ValueError, match=r"Lambda: call must return what layers give, got int"):
        Lambda(lambda x: 3)(IMAGES)
