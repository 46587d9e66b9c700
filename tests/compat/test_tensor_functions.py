"""Functions of keras.ops on what layers give."""

import numpy as np
import pytest

import minicnn
from minicnn import backend
from minicnn.layers import Dense, Input

ops = minicnn.ops
X, Y = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 2)).astype(np.float32)

FUNCTIONS = {
    "abs": lambda x, y: ops.abs(x),
    "add": lambda x, y: ops.add(x, y),
    "add, number": lambda x, y: ops.add(x, 2.5),
    "concatenate": lambda x, y: ops.concatenate([x, y], axis=-1),
    "concatenate, rows": lambda x, y: ops.concatenate([x, y], axis=1),
    "concatenate, backend": lambda x, y: backend.concatenate([x, y]),
    "max": lambda x, y: ops.max(x, axis=[1, 2]),
    "maximum": lambda x, y: ops.maximum(x, y),
    "mean": lambda x, y: ops.mean(x, axis=(1, 2)),
    "mean, keepdims": lambda x, y: ops.mean(x, axis=(-3, -2), keepdims=True),
    "minimum": lambda x, y: ops.minimum(x, y),
    "multiply": lambda x, y: ops.multiply(x, y),
    "multiply, number": lambda x, y: ops.multiply(0.5, x),
    "relu": lambda x, y: ops.relu(x),
    "reshape": lambda x, y: ops.reshape(x, (-1, 32)),
    "sigmoid": lambda x, y: ops.sigmoid(x),
    "softmax": lambda x, y: ops.softmax(x),
    "subtract": lambda x, y: ops.subtract(x, y),
    "tanh": lambda x, y: backend.tanh(x),
    "average_pool": lambda x, y: ops.average_pool(x, 2),
    "cast": lambda x, y: ops.cast(x, "float32"),
    "clip": lambda x, y: ops.clip(x, 0, 0.5),
    "convert_to_tensor": lambda x, y: ops.relu(ops.convert_to_tensor(x)),
    "elu": lambda x, y: ops.elu(x),
    "exp": lambda x, y: ops.exp(x),
    "expand_dims": lambda x, y: ops.expand_dims(x, 1),
    "expand_dims, last": lambda x, y: ops.expand_dims(x, -1),
    "gelu": lambda x, y: ops.gelu(x, approximate=False),
    "hard_sigmoid": lambda x, y: ops.hard_sigmoid(x),
    "leaky_relu": lambda x, y: ops.leaky_relu(x),
    "leaky_relu, slope": lambda x, y: ops.leaky_relu(x, 0.3),
    "log_softmax": lambda x, y: ops.log_softmax(x),
    "max_pool": lambda x, y: ops.max_pool(x, 3, strides=1, padding="same"),
    "pad": lambda x, y: ops.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]]),
    "relu6": lambda x, y: ops.relu6(9 * x),
    "selu": lambda x, y: ops.selu(x),
    "silu": lambda x, y: ops.silu(x),
    "softplus": lambda x, y: ops.softplus(x),
    "square": lambda x, y: ops.square(x),
    "squeeze": lambda x, y: ops.squeeze(ops.max(x, axis=(1, 2), keepdims=True)),
    "squeeze, axis": lambda x, y: ops.squeeze(ops.max(x, axis=(1, 2), keepdims=True), axis=-2),
    "swish": lambda x, y: ops.swish(x),
    "transpose": lambda x, y: ops.transpose(x, (0, 3, 1, 2)),
    "negative": lambda x, y: ops.negative(x),
    "divide": lambda x, y: ops.divide(x, 4.0),
    "batch_flatten": lambda x, y: backend.batch_flatten(x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_layer_computes_what_the_function_does(name):
    x, y = Input((4, 4, 2)), Input((4, 4, 2))
    outputs = FUNCTIONS[name](x, y)
    inputs, given = ([x, y], [X, Y]) if _takes_both(name) else (x, X)
    model = minicnn.Model(inputs, outputs)
    np.testing.assert_allclose(model(given), FUNCTIONS[name](X, Y), rtol=1e-5, atol=1e-6)
    assert outputs.shape[1:] == FUNCTIONS[name](X, Y).shape[1:]


def _takes_both(name):
    return name in {"add", "maximum", "minimum", "multiply", "subtract"} or "concat" in name


def test_arguments_by_name():
    x = Input((4, 4, 2))
    assert ops.mean(x=x, axis=(1, 2)).shape == (None, 2)
    assert ops.add(x1=x, x2=x).shape == ops.multiply(x, x2=x).shape == (None, 4, 4, 2)
    assert backend.batch_flatten(x=x).shape == (None, 32)
    with pytest.raises(NotImplementedError, match=r"^reshape: .* is that of the batch; got -1"):
        ops.reshape(x, -1)


def test_axes_and_arguments_without_a_layer_are_refused():
    x = Input((4, 4, 2))
    with pytest.raises(
        NotImplementedError, match=r"^mean: .* over the axes \(1, 2\) of images onl"
    ):
        ops.mean(x, axis=-1)
    with pytest.raises(NotImplementedError, match=r"^max: .*axis=None"):
        ops.max(Dense(3)(Input((5,))))
    with pytest.raises(NotImplementedError, match=r"^clip: .* from 0 only, got -1"):
        ops.clip(x, -1, 1)
    with pytest.raises(NotImplementedError, match=r"^gelu: .* pass approximate=False"):
        ops.gelu(x)
    with pytest.raises(NotImplementedError, match=r"^cast: .* is float32 and stays so, got 'int"):
        ops.cast(x, "int32")
    for widths, mode in [(1, "constant"), ([[0, 0], [1, 1], [1, 1], [0, 0]], "reflect")]:
        with pytest.raises(NotImplementedError, match=r"^pad: .* zeros around images only"):
            ops.pad(x, widths, mode)
    with pytest.raises(NotImplementedError, match=r"^maximum: expected two outputs of layers"):
        ops.maximum(x, 0.0)
