"""What every layer promises, whatever it computes."""

import numpy as np
import pytest
from keras_twin import randomize
from oracles import keras

from minicnn.layers import LAYERS, BackwardError, Layer
from minicnn.registry import snake_case

IMAGE, ROW = (6, 5, 3), (7,)
#: Every layer with arguments off their defaults where it has any: (class, arguments, shape).
CASES = [
    ("Activation", {"activation": "relu"}, IMAGE),
    ("Activation", {"activation": "leaky_relu"}, IMAGE),
    ("Activation", {"activation": "elu"}, ROW),
    ("Activation", {"activation": "sigmoid"}, IMAGE),
    ("Activation", {"activation": "tanh"}, ROW),
    ("Activation", {"activation": "softmax"}, ROW),
    ("Activation", {"activation": "linear"}, ROW),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.01}, IMAGE),
    ("BatchNormalization", {"center": False}, ROW),
    ("BatchNormalization", {"scale": False, "trainable": False}, ROW),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "strides": 2, "padding": "same"}, IMAGE),
    ("Conv2D", {"filters": 2, "kernel_size": 2, "use_bias": False, "activation": "tanh"}, IMAGE),
    ("Conv2D", {"filters": 2, "kernel_size": 2, "kernel_regularizer": "l2"}, IMAGE),
    ("Dense", {"units": 4, "activation": "relu"}, ROW),
    ("Dense", {"units": 4, "kernel_initializer": "he_normal"}, IMAGE),
    ("Dropout", {"rate": 0.4}, IMAGE),
    ("ELU", {"alpha": 0.7}, IMAGE),
    ("Flatten", {}, IMAGE),
    ("GaussianNoise", {"stddev": 0.3}, ROW),
    ("GlobalAveragePooling2D", {}, IMAGE),
    ("GlobalAveragePooling2D", {"keepdims": True}, IMAGE),
    ("GlobalMaxPooling2D", {}, IMAGE),
    ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    ("InputLayer", {"shape": IMAGE}, IMAGE),
    ("LeakyReLU", {"negative_slope": 0.1}, ROW),
    ("MaxPooling2D", {"pool_size": (2, 3), "strides": 1}, IMAGE),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, IMAGE),
    ("Rescaling", {"scale": 0.3, "offset": -1.0}, IMAGE),
    ("Softmax", {"axis": 1}, IMAGE),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, IMAGE),
]
ALL = pytest.mark.parametrize(
    ("name", "arguments", "shape"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
DTYPE = pytest.mark.parametrize("dtype", ["float32", "float64"])
TRAINING = pytest.mark.parametrize("training", [True, False])


def built(name: str, arguments: dict, shape: tuple, dtype: str = "float32") -> Layer:
    layer = LAYERS[name](**arguments, dtype=dtype)
    layer.build(shape, 0)
    layer.index = 5
    randomize(layer, np.random.default_rng(1))
    return layer


def batch(shape: tuple, dtype: str, n: int = 4) -> np.ndarray:
    return np.random.default_rng(2).normal(size=(n, *shape)).astype(dtype)


def test_every_layer_is_in_the_cases():
    assert {case[0] for case in CASES} == set(LAYERS)


@ALL
@DTYPE
@TRAINING
def test_dtype_and_shapes(name, arguments, shape, dtype, training):
    # The dtype follows the input, whatever the parameters' dtype is.
    for stored in ("float32", "float64"):
        layer = built(name, arguments, shape, stored)
        y = layer.forward(batch(shape, dtype), training=training, key=1)
        assert (y.dtype, y.shape) == (dtype, (4, *layer.output_shape))
        dx = layer.backward(batch(layer.output_shape, dtype))
        assert (dx.dtype, dx.shape) == (dtype, (4, *shape))
        assert list(layer.grads) == list(layer.params)
        for key, grad in layer.grads.items():
            assert (grad.dtype, grad.shape) == (dtype, layer.params[key].shape)
        for array in (*layer.params.values(), *layer.state.values()):
            assert array.dtype == stored


@ALL
@TRAINING
def test_nothing_is_changed_in_place(name, arguments, shape, training):
    layer = built(name, arguments, shape)
    x, dy = batch(shape, "float32"), batch(layer.output_shape, "float32")
    given = [x, dy, *layer.params.values(), *layer.state.values()]
    copies = [array.copy() for array in given]
    for array in given:
        array.flags.writeable = False
    layer.forward(x, training=training, key=1)
    layer.backward(dy)
    for array, copy in zip(given, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@ALL
@TRAINING
def test_repeats_bit_for_bit(name, arguments, shape, training):
    results = []
    for _ in range(2):
        layer = built(name, arguments, shape)
        y = layer.forward(batch(shape, "float32"), training=training, key=(3, 4))
        dx = layer.backward(batch(layer.output_shape, "float32"))
        results.append([y, dx, *layer.grads.values(), *layer.state.values()])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


@ALL
def test_inference_ignores_the_key_and_keeps_the_state(name, arguments, shape):
    layer = built(name, arguments, shape)
    x = batch(shape, "float32")
    before = {key: array.copy() for key, array in layer.state.items()}
    y = layer.forward(x, training=False, key=1)
    np.testing.assert_array_equal(layer.forward(x, training=False, key=2), y)
    np.testing.assert_array_equal(layer.forward(x, training=False), y)
    for key, array in before.items():
        np.testing.assert_array_equal(layer.state[key], array)


@ALL
@TRAINING
def test_memory_order_does_not_matter(name, arguments, shape, training):
    x = batch(shape, "float64")
    strided = np.repeat(x, 2, axis=-1)[..., ::2]
    transposed = np.asfortranarray(x)
    layer = built(name, arguments, shape)
    dy = batch(layer.output_shape, "float64")
    y = layer.forward(x, training=training, key=1)
    dx, grads = layer.backward(dy), layer.grads
    for other in (strided, transposed):
        assert not other.flags.c_contiguous or x.size == x.shape[0]
        layer = built(name, arguments, shape)
        np.testing.assert_allclose(layer.forward(other, training=training, key=1), y, atol=1e-12)
        np.testing.assert_allclose(layer.backward(np.asfortranarray(dy)), dx, atol=1e-12)
        for key, grad in layer.grads.items():
            np.testing.assert_allclose(grad, grads[key], atol=1e-12)


@ALL
def test_backward_needs_a_forward(name, arguments, shape):
    layer = built(name, arguments, shape)
    dy = batch(layer.output_shape, "float32")
    message = f"{name} '{layer.name}': backward before forward; call forward"
    with pytest.raises(BackwardError, match=message):
        layer.backward(dy)
    layer.forward(batch(shape, "float32"), training=True, key=1)
    layer.backward(dy)
    with pytest.raises(ValueError, match=r"backward: expected dy of shape \(4, "):
        layer.backward(dy[:2])
    layer.forget()
    with pytest.raises(BackwardError):
        layer.backward(dy)


@ALL
def test_bad_input_is_named(name, arguments, shape):
    layer = built(name, arguments, shape)
    x = batch(shape, "float32")
    sizes = ", ".join(map(str, shape))
    with pytest.raises(ValueError, match=rf"{name} .*forward: expected shape \(n, {sizes}\), got"):
        layer.forward(x[..., :1], training=False)
    for wrong in (x.astype(np.uint8), x.astype(np.float16), x.astype(complex), x.tolist()):
        with pytest.raises(ValueError, match="expected a float32 or float64 array, got"):
            layer.forward(wrong, training=False)
    with pytest.raises(ValueError, match="input_shape must hold positive sizes"):
        layer.build((*shape[:-1], 0))
    if name != "InputLayer":  # is built from the start
        with pytest.raises(ValueError, match="the layer is not built; call build"):
            LAYERS[name](**arguments).forward(x, training=False)


@ALL
def test_config_makes_an_equal_layer(name, arguments, shape):
    layer = built(name, arguments | {"name": "mine"}, shape)
    config = layer.get_config()
    again = LAYERS[name].from_config(config)
    assert again.get_config() == config
    assert again.name == "mine"
    again.build(shape)
    again.index, again.params, again.state = layer.index, layer.params, dict(layer.state)
    x = batch(shape, "float32")
    expected = layer.forward(x, training=True, key=1)
    np.testing.assert_array_equal(again.forward(x, training=True, key=1), expected)


@ALL
def test_config_speaks_keras(name, arguments, shape):
    theirs = getattr(keras().layers, name)(**arguments)
    ours = LAYERS[name].from_config(theirs.get_config())
    written, read = ours.get_config(), theirs.get_config()
    assert type(theirs).from_config(written).get_config() == read
    # What we do not write has the one value that we stand for.
    assert set(read) - set(written) <= set(type(ours).fixed_arguments)


@ALL
def test_unknown_arguments_are_refused(name, arguments, shape):
    config = LAYERS[name](**arguments).get_config()
    with pytest.raises(ValueError, match=f"{name} .*unheard_of"):
        LAYERS[name].from_config(config | {"unheard_of": 1})
    for key, accepted in LAYERS[name].fixed_arguments.items():
        with pytest.raises(ValueError, match=f"{key}='other' is not supported; expected"):
            LAYERS[name].from_config(config | {key: "other"})
        LAYERS[name].from_config(config | {key: accepted[0]})


@pytest.mark.parametrize("wrong", ["a/b", 5])
def test_a_name_that_no_file_could_hold_is_refused(wrong):
    with pytest.raises(ValueError, match="Dense: name must be a text without '/', got"):
        LAYERS["Dense"](3, name=wrong)


@ALL
def test_names_are_keras_names(name, arguments, shape):
    assert LAYERS[name](**arguments).name == snake_case(name)
    assert not LAYERS[name](**arguments).named
    assert repr(built(name, arguments, shape)).startswith(f"<{name} ")


@ALL
def test_only_a_closing_softmax_takes_the_derivative_for_its_scores(name, arguments, shape):
    layer = built(name, arguments, shape)
    dz = batch(layer.output_shape, "float32")
    refused = pytest.raises(ValueError, match="there was no forward that ends in a softmax")
    with refused:
        layer.backward_from_logits(dz)
    layer.forward(batch(shape, "float32"), training=True, key=1)
    if arguments == {"activation": "softmax"}:
        assert layer.backward_from_logits(dz).shape == (4, *shape)
        with pytest.raises(ValueError, match=r"expected dz of shape \(4, 7\), got \(2, 7\)"):
            layer.backward_from_logits(dz[:2])
        layer.forget()
    with refused:
        layer.backward_from_logits(dz)


def test_dtypes():
    for dtype in ("float16", "int8", "mixed_bfloat16"):
        with pytest.raises(
            ValueError, match=f"dtype must be 'float32' or 'float64', got '{dtype}'"
        ):
            LAYERS["Flatten"](dtype=dtype)
