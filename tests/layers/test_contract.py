"""What every layer promises, whatever it computes."""

import numpy as np
import pytest
from layer_cases import ALL, CASES, arrays_of, batch, built, joins, shapes_of
from oracles import keras

from minicnn.layers import LAYERS
from minicnn.random import Key
from minicnn.registry import snake_case

DTYPE = pytest.mark.parametrize("dtype", ["float32", "float64"])
TRAINING = pytest.mark.parametrize("training", [True, False])


def test_every_layer_is_in_the_cases():
    assert {case[0] for case in CASES} == set(LAYERS)


@ALL
@DTYPE
@TRAINING
def test_dtype_and_shapes(name, arguments, shape, dtype, training):
    # The dtype follows the input, whatever the parameters' dtype is.
    for stored in ("float32", "float64"):
        layer = built(name, arguments, shape, stored)
        y, cache = layer.forward(batch(shape, dtype), training=training, key=1)
        assert (y.dtype, y.shape) == (dtype, (4, *layer.output_shape))
        dx, grads = layer.backward(batch(layer.output_shape, dtype), cache)
        assert isinstance(dx, tuple) == joins(shape)
        for one, size in zip(arrays_of(dx), shapes_of(shape), strict=True):
            assert (one.dtype, one.shape) == (dtype, (4, *size))
        assert list(grads) == list(layer.params)
        for key, grad in grads.items():
            assert (grad.dtype, grad.shape) == (dtype, layer.params[key].shape)
        for array in (*layer.params.values(), *layer.state.values()):
            assert array.dtype == stored or array.dtype.kind != "f"  # a count


@ALL
@TRAINING
def test_nothing_is_changed_in_place(name, arguments, shape, training):
    layer = built(name, arguments, shape)
    x, dy = batch(shape, "float32"), batch(layer.output_shape, "float32")
    given = [*arrays_of(x), dy, *layer.params.values(), *layer.state.values()]
    copies = [array.copy() for array in given]
    for array in given:
        array.flags.writeable = False
    _, cache = layer.forward(x, training=training, key=1)
    layer.backward(dy, cache)
    for array, copy in zip(given, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@ALL
@TRAINING
def test_a_layer_keeps_nothing_between_calls(name, arguments, shape, training):
    layer = built(name, arguments, shape)
    before, stores = dict(vars(layer)), (dict(layer.params), dict(layer.state))
    _, cache = layer.forward(batch(shape, "float32"), training=training, key=1)
    layer.backward(batch(layer.output_shape, "float32"), cache)
    assert vars(layer).keys() == before.keys()
    for attribute, value in vars(layer).items():
        assert value is before[attribute], attribute
    for store, old in zip((layer.params, layer.state), stores, strict=True):
        assert list(store) == list(old)
        if store is layer.state and training:
            continue  # in training its entries may be other arrays
        for key, array in store.items():
            assert array is old[key], key


@ALL
@TRAINING
def test_repeats_bit_for_bit(name, arguments, shape, training):
    results = []
    for _ in range(2):
        layer = built(name, arguments, shape)
        y, cache = layer.forward(batch(shape, "float32"), training=training, key=Key(3, 4, None, 5))
        dx, grads = layer.backward(batch(layer.output_shape, "float32"), cache)
        results.append([y, *arrays_of(dx), *grads.values(), *layer.state.values()])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


@ALL
@TRAINING
def test_backward_gives_the_same_as_often_as_it_is_called(name, arguments, shape, training):
    # Also after another forward: all it needs is in the cache.
    layer = built(name, arguments, shape)
    x, dy = batch(shape, "float32"), batch(layer.output_shape, "float32")
    _, cache = layer.forward(x, training=training, key=1)
    results = []
    for _ in range(2):
        dx, grads = layer.backward(dy, cache)
        results.append([*arrays_of(dx), *grads.values()])
        other = tuple(2 * one for one in arrays_of(x))
        layer.forward(other if joins(shape) else other[0], training=training, key=2)
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


@ALL
def test_inference_ignores_the_key_and_keeps_the_state(name, arguments, shape):
    layer = built(name, arguments, shape)
    x = batch(shape, "float32")
    before = {key: array.copy() for key, array in layer.state.items()}
    y, _ = layer.forward(x, training=False, key=1)
    np.testing.assert_array_equal(layer.forward(x, training=False, key=2)[0], y)
    np.testing.assert_array_equal(layer.forward(x, training=False)[0], y)
    if not layer.trains_when_called:
        np.testing.assert_array_equal(layer(x), y)
    for key, array in before.items():
        np.testing.assert_array_equal(layer.state[key], array)


@ALL
@TRAINING
def test_memory_order_does_not_matter(name, arguments, shape, training):
    x = batch(shape, "float64")
    layer = built(name, arguments, shape)
    dy = batch(layer.output_shape, "float64")
    y, cache = layer.forward(x, training=training, key=1)
    dx, grads = layer.backward(dy, cache)
    for reorder in (lambda a: np.repeat(a, 2, axis=-1)[..., ::2], np.asfortranarray):
        others = tuple(map(reorder, arrays_of(x)))
        for other in others:
            assert not other.flags.c_contiguous or other.size == len(other)
        layer = built(name, arguments, shape)
        other_y, cache = layer.forward(
            others if joins(shape) else others[0], training=training, key=1
        )
        np.testing.assert_allclose(other_y, y, atol=1e-12)
        other_dx, other_grads = layer.backward(np.asfortranarray(dy), cache)
        for one, expected in zip(arrays_of(other_dx), arrays_of(dx), strict=True):
            np.testing.assert_allclose(one, expected, atol=1e-12)
        for key, grad in other_grads.items():
            np.testing.assert_allclose(grad, grads[key], atol=1e-12)


@ALL
def test_a_derivative_of_another_shape_is_refused(name, arguments, shape):
    layer = built(name, arguments, shape)
    dy = batch(layer.output_shape, "float32", n=9)
    _, cache = layer.forward(batch(shape, "float32"), training=True, key=1)
    right, _ = layer.backward(dy[:4], cache)
    sizes = ", ".join(map(str, layer.output_shape))
    message = rf"{name} '{layer.name}': backward: expected dy of shape \(n, {sizes}\), got \(4, "
    for wrong in (dy[:4, ..., :0], dy[:4, None], dy[:4].tolist()):
        with pytest.raises(ValueError, match=message):
            layer.backward(wrong, cache)
    for wrong in (dy[:2], dy[:1], dy):  # of another number of samples
        try:
            dx, _ = layer.backward(wrong, cache)
        except ValueError:
            continue
        # A derivative that is the same at every x does not know how many there were.
        assert not layer.params
        for one, expected in zip(arrays_of(dx), arrays_of(right), strict=True):
            assert len(one) == len(wrong)
            np.testing.assert_array_equal(one[:4], expected[: len(wrong)])


@ALL
def test_bad_input_is_named(name, arguments, shape):
    layer = built(name, arguments, shape)
    x = batch(shape, "float32")
    first, *rest = arrays_of(x)

    def refused(wrong, message, layer=layer):
        with pytest.raises(ValueError, match=message):
            layer.forward((wrong, *rest) if joins(shape) else wrong, training=False)

    sizes = ", ".join(map(str, shapes_of(shape)[0]))
    expected = rf"{name} .*forward: expected shape \(n, {sizes}\), got"
    refused(first[..., :1], expected)
    for wrong in (
        first.astype(np.uint8),
        first.astype(np.float16),
        first.astype(complex),
        first.tolist(),
    ):
        refused(wrong, "expected a float32 or float64 array, got")
    bad = (*shapes_of(shape)[0][:-1], 0)
    with pytest.raises(ValueError, match="input_shape must hold positive sizes"):
        layer.build((bad, *shape[1:]) if joins(shape) else bad)
    if name != "InputLayer":  # is built from the start
        unbuilt = LAYERS[name](**arguments)
        refused(first, "the layer is not built; call build", unbuilt)


@pytest.mark.parametrize(
    ("name", "arguments", "shape"), [case for case in CASES if joins(case[2])], ids=str
)
def test_a_layer_that_joins_wants_a_tuple_of_as_many_arrays(name, arguments, shape):
    layer = built(name, arguments, shape)
    x, count = batch(shape, "float32"), len(shape)
    for wrong, got in ((x[0], "ndarray"), (x[:1], "1 values"), ((*x, x[0]), f"{count + 1} values")):
        with pytest.raises(ValueError, match=f"expected {count} arrays in a tuple, got {got}"):
            layer.forward(wrong, training=False)
    with pytest.raises(ValueError, match=r"build: expected two.* inputs, got 1"):
        LAYERS[name](**arguments).build(shape[0])


@ALL
def test_config_makes_an_equal_layer(name, arguments, shape):
    layer = built(name, arguments | {"name": "mine"}, shape)
    config = layer.get_config()
    again = LAYERS[name].from_config(config)
    assert again.get_config() == config
    assert again.name == "mine"
    again.build(shape)
    again.params, again.state = layer.params, dict(layer.state)
    x = batch(shape, "float32")
    expected, _ = layer.forward(x, training=True, key=1)
    np.testing.assert_array_equal(again.forward(x, training=True, key=1)[0], expected)


@ALL
def test_config_speaks_keras(name, arguments, shape):
    theirs = getattr(keras().layers, name)(**arguments)
    ours = LAYERS[name].from_config(theirs.get_config())
    written, read = ours.get_config(), theirs.get_config()
    assert type(theirs).from_config(written).get_config() == read
    # Arguments left out have the only value we support, or are constraints that are not set.
    none = {key for key in read if key.endswith("_constraint") and read[key] is None}
    assert set(read) - set(written) <= set(type(ours).fixed_arguments) | none


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


def test_dtypes():
    for dtype in ("float16", "int8", "mixed_bfloat16"):
        with pytest.raises(
            ValueError, match=f"dtype must be 'float32' or 'float64', got '{dtype}'"
        ):
            LAYERS["Flatten"](dtype=dtype)
