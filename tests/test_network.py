"""Networks: their structure, their weights, and how they are called."""

import copy
import pickle

import graphs
import numpy as np
import oracles
import pytest

import minicnn
from minicnn import Model, Sequential
from minicnn.layers import Add, Average, Concatenate, Conv2D, Dense, Flatten, Input, Layer

ALL = pytest.mark.parametrize("name", graphs.GRAPHS)


def two_ends():
    a, b = Input((3,), name="a"), Input((2,), name="b")
    x = Concatenate()([a, b])
    return minicnn.Model([a, b], [Dense(2, name="first")(x), Dense(4, name="second")(a)])


def test_calls_on_tensors_compute_nothing_and_know_shapes():
    inputs = Input((8, 6, 3))
    x = Conv2D(4, 3, strides=2)(inputs)
    assert (inputs.shape, x.shape) == ((None, 8, 6, 3), (None, 3, 2, 4))
    assert repr(x) == "<Tensor of 'conv2d', shape=(None, 3, 2, 4)>"
    with pytest.raises(ValueError, match="holds no numbers; build a model"):
        np.asarray(x)


def test_calls_on_arrays_give_arrays():
    layer = Dense(3)
    x = np.ones((2, 5), np.float32)
    np.testing.assert_array_equal(layer(x), x @ layer.params["kernel"])
    model = graphs.residual()
    images = graphs.batch(model, dtype="float32")[0]
    np.testing.assert_array_equal(model(images), model.forward(images, training=False)[0])
    np.testing.assert_allclose(model(images), model.predict(images), atol=1e-6)


@ALL
@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_computes_the_same_and_shares_nothing(name, again):
    model = graphs.GRAPHS[name]()
    model.compile("sgd", "categorical_crossentropy")
    x, y = graphs.batch(model, dtype="float32")
    other = again(model)
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    before = model.predict(x)
    other.train_on_batch(x, y)
    np.testing.assert_array_equal(model.predict(x), before)
    model.train_on_batch(x, y)
    np.testing.assert_array_equal(other.predict(x), model.predict(x))


def test_deep_networks_can_be_copied():
    x = inputs = Input((2,))
    for _ in range(400):
        x = Flatten()(x)
    model = minicnn.Model(inputs, x)
    assert len(copy.deepcopy(model).layers) == 401
    assert len(pickle.loads(pickle.dumps(model)).layers) == 401


def test_weights_come_in_kerass_order_each_once():
    model = graphs.nested()
    names = list(model.trainable_params())
    assert names[:2] == ["row/conv2d/kernel", "row/conv2d/bias"]
    assert len(model.get_weights()) == 6 + 2 + 2  # a row, a convolution, a dense layer
    assert model.count_params() == sum(array.size for array in model.get_weights())
    model.set_weights([array + 1 for array in model.get_weights()])
    assert (model.get_layer("row").get_layer("conv2d").params["bias"] == 1).all()


def test_a_model_from_inside_shares_the_weights_of_the_whole():
    inputs = Input((4,))
    hidden = Dense(3, activation="relu", name="hidden")(inputs)
    model = minicnn.Model(inputs, Dense(2, name="out")(hidden))
    below = minicnn.Model(inputs, hidden)
    above = minicnn.Model(hidden, model.outputs[0])
    x = np.ones((2, 4), np.float32)
    np.testing.assert_array_equal(above(below(x)), model(x))
    assert above.get_layer("out") is model.get_layer("out")
    assert [layer.name for layer in below.layers] == ["input_layer", "hidden"]


def test_several_inputs_and_outputs():
    model = two_ends()
    x = [np.ones((7, 3), np.float32), np.zeros((7, 2), np.float32)]
    first, second = model.predict(x, batch_size=3)
    assert (first.shape, second.shape) == ((7, 2), (7, 4))
    by_name = model.predict({"b": x[1], "a": x[0]})
    np.testing.assert_array_equal(by_name[0], first)
    assert (model.input_shape, model.output_shape) == (
        [(None, 3), (None, 2)],
        [(None, 2), (None, 4)],
    )
    whole, _ = model.forward(x, training=False)
    np.testing.assert_array_equal(whole[1], second)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, x: m.predict(x[0]), r"predict: 'functional' has 2 inputs \(a, b\), got 1"),
        (lambda m, x: m.predict({"a": x[0]}), "has the inputs a, b, got a"),
        (lambda m, x: m.predict([x[1], x[0]]), r"expected the input 'a' of shape \(n, 3\), got"),
        (lambda m, x: m.predict([x[0], x[1][:4]]), "the inputs have 7, 4 samples"),
        (lambda m, x: m.forward(x[0], training=False), "has 2 inputs, got 1"),
    ],
)
def test_wrong_inputs_are_named(call, message):
    x = [np.ones((7, 3), np.float32), np.zeros((7, 2), np.float32)]
    with pytest.raises(ValueError, match=message):
        call(two_ends(), x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda i: minicnn.Model(i, np.ones(3)), "outputs must be Tensors, .* got numpy.ndarray"),
        (lambda i: minicnn.Model([], i), "inputs must be Tensors, .* got nothing"),
        (
            lambda i: minicnn.Model(i, Add()([Dense(2, name="x")(i), Dense(2, name="x")(i)])),
            "two layers are named 'x'",
        ),
        (lambda i: Add()([i, Dense(3)(i)]), "inputs of shapes .4,. and .3,. cannot be broadcast"),
        (lambda i: Add()(i), "Add 'add': build: expected two or more inputs, got 1"),
        (lambda i: Concatenate(axis=0)([i, i]), "axis 0 is not an axis of samples"),
        (lambda i: graphs.residual()(i), r"takes inputs of shapes \[\(8, 6, 3\)\], got \[\(4,\)\]"),
    ],
)
def test_wrong_networks_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make(Input((4,)))


def test_names_that_were_given_stay():
    inputs = Input((4,))
    x = Dense(2)(Dense(3, name="dense")(Dense(4)(inputs)))
    model = minicnn.Model(inputs, x)
    assert [layer.name for layer in model.layers[1:]] == ["dense_1", "dense", "dense_2"]


def test_trainable_reaches_into_nested_models():
    model = graphs.nested()
    model.get_layer("row").trainable = False
    assert not any(name.startswith("row/") for name in model.trainable_params())
    model.trainable = True
    assert any(name.startswith("row/") for name in model.trainable_params())


def test_the_summary_says_what_each_layer_takes(capsys):
    graphs.shared().summary()
    text = capsys.readouterr().out
    assert "again; again" in text
    assert "input_layer; again; again" in text
    graphs.nested().summary()
    text = capsys.readouterr().out
    assert "row (Sequential)" in text
    assert "inner (Functional)" in text
    assert "None" not in text
    a, b = Input((3,)), Input((3,))
    two = minicnn.Model(a, [Dense(2)(a), Dense(4)(a)], name="two")
    minicnn.Model(b, two(b)).summary()
    assert "(n, 2), (n, 4)" in capsys.readouterr().out


def test_seeds_of_layers_that_are_called_by_hand():
    def kernels():
        minicnn.set_random_seed(5)
        inputs = Input((4,))
        first, second = Dense(3), Dense(3)
        second(first(inputs))
        return first.params["kernel"], second.params["kernel"]

    for ours, again in zip(kernels(), kernels(), strict=True):
        np.testing.assert_array_equal(ours, again)
    assert (kernels()[0][:3] != kernels()[1]).any()


class Nothing(Layer):
    def forward(self, x, *, training, key):
        return x, None

    def backward(self, dy, cache):
        return dy, {}


def test_a_layer_of_ones_own_in_a_graph():
    inputs = Input((4,))
    model = minicnn.Model(inputs, Add()([Nothing()(inputs), inputs]))
    np.testing.assert_array_equal(model(np.ones((1, 4))), 2)


# -- habits from Keras --


def test_models_with_numbered_names_can_be_joined():
    a, b = Input((3,)), Input((4,))
    one, two = minicnn.Model(a, Dense(2)(a)), minicnn.Model(b, Dense(2)(b))
    joined = minicnn.Model([a, b], Concatenate()([one(a), two(b)]))
    again = minicnn.Model([a, b], Concatenate()([one.outputs[0], two.outputs[0]]))
    x = [np.ones((5, 3), np.float32), np.ones((5, 4), np.float32)]
    np.testing.assert_array_equal(joined.predict(x), again.predict(x))
    for model in (joined, again):
        names = [layer.name for layer in model.layers]
        assert len(names) == len(set(names))


def test_models_from_files_can_be_joined_too(tmp_path):
    files = [tmp_path / f"{number}.keras" for number in range(3)]
    for file in files:
        Sequential([Input((3,)), Dense(3), Dense(2)]).save(file)
    models = [minicnn.load_model(file) for file in files]
    x, data = Input((3,)), np.ones((2, 3), np.float32)
    expected = np.mean([model.predict(data) for model in models], axis=0)
    ensemble = Model(x, Average()([model(x) for model in models]))
    np.testing.assert_allclose(ensemble.predict(data), expected, rtol=1e-6)
    side_by_side = Model([model.input for model in models], Add()([m.output for m in models]))
    np.testing.assert_allclose(side_by_side.predict([data] * 3), 3 * expected, rtol=1e-6)
    assert len({layer.name for layer in side_by_side.layers}) == len(side_by_side.layers)
    side_by_side.save(tmp_path / "all.keras")
    again = minicnn.load_model(tmp_path / "all.keras")
    np.testing.assert_array_equal(again.predict([data] * 3), side_by_side.predict([data] * 3))


def test_a_name_that_was_given_stays_in_a_file(tmp_path):
    for name in ("dense_of_mine", "dense_1", "other"):
        Sequential([Input((3,)), Dense(3, name=name)], name="row").save(tmp_path / "m.keras")
        model = minicnn.load_model(tmp_path / "m.keras")
        assert (model.name, model.layers[0].name) == ("row", name)
    two = [minicnn.load_model(tmp_path / "m.keras") for _ in range(2)]
    with pytest.raises(ValueError, match="two layers are named 'other'"):
        Model([model.input for model in two], Add()([model.output for model in two]))


def test_layers_of_two_rows_can_be_reused_in_a_third(tmp_path):
    rows = [minicnn.Sequential([Input((3,)), Dense(3)]) for _ in range(2)]
    both = minicnn.Sequential([Input((3,)), rows[0].layers[0], rows[1].layers[0]])
    assert len({layer.name for layer in both.layers}) == 2
    both.save(tmp_path / "m.keras")
    x = np.ones((2, 3), np.float32)
    np.testing.assert_array_equal(minicnn.load_model(tmp_path / "m.keras")(x), both(x))
    np.testing.assert_array_equal(rows[1](rows[0](x)), both(x))


def test_a_list_of_inputs_may_stand_in_a_list():
    model = Sequential([Input((3,)), Dense(2), Dense(4)])
    part = Model([model.inputs], [model.layers[0].output, model.output])
    assert [y.shape for y in part(np.ones((5, 3), np.float32))] == [(5, 2), (5, 4)]


def test_inputs_by_name():
    left, right = Input((3,)), Input((2,))
    model = minicnn.Model({"left": left, "right": right}, Concatenate()([left, right]))
    x = {"right": np.zeros((4, 2), np.float32), "left": np.ones((4, 3), np.float32)}
    np.testing.assert_array_equal(model.predict(x), [[1, 1, 1, 0, 0]] * 4)
    np.testing.assert_array_equal(model(x), model.predict(x))


def test_what_no_output_uses_keeps_its_weights(tmp_path):
    a = Input((3,))
    hidden = Dense(4, name="hidden")(a)
    inner = minicnn.Model(a, [Dense(2, name="used")(a), Dense(4, name="unused")(hidden)])
    x = Input((3,))
    model = minicnn.Model(x, inner(x)[0])
    assert model.count_params() == inner.count_params()
    assert len(model.get_weights()) == len(inner.get_weights()) == 6
    model.save_weights(tmp_path / "m.weights.h5")
    before = inner.get_weights()
    model.set_weights([array + 1 for array in before])
    model.load_weights(tmp_path / "m.weights.h5")
    for array, kept in zip(inner.get_weights(), before, strict=True):
        np.testing.assert_array_equal(array, kept)
    model.compile("sgd", "mse")
    model.train_on_batch(np.ones((2, 3), np.float32), np.ones((2, 2), np.float32))


def test_a_model_of_nothing_comes_back(tmp_path):
    a = Input((3,))
    minicnn.Model(a, a).save(tmp_path / "m.keras")
    x = np.ones((2, 3), np.float32)
    np.testing.assert_array_equal(minicnn.load_model(tmp_path / "m.keras").predict(x), x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda a: minicnn.Model([a, a], Dense(2)(a)), "Model: an input is listed twice"),
        (lambda a: minicnn.Model(a, Dense(2)(a), name="a/b"), "name must be a text without '/'"),
        (lambda a: minicnn.Sequential(name=3), "name must be a text without '/', got 3"),
    ],
)
def test_more_wrong_networks_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make(Input((3,)))


def test_a_layer_that_two_models_share_cannot_be_saved(tmp_path):
    a, layer = Input((3,)), Dense(3, name="both")
    inner = minicnn.Model(a, layer(a), name="inner")
    x = Input((3,))
    model = minicnn.Model(x, layer(inner(x)), name="outer")
    with pytest.raises(ValueError, match="'both' is a layer of 'inner' and of 'outer'; a file"):
        model.save(tmp_path / "m.keras")


def test_frozen_layers_do_not_count_the_input():
    model = graphs.residual()
    for layer in model.layers[1:]:
        layer.trainable = False
    assert not model.trainable


def test_a_model_is_called_with_tensors_of_tensorflow():
    tf = oracles.tensorflow()
    model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Dense(2)])
    x = np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(model(tf.constant(x)), model(x))


def test_it_prints_its_class_its_name_and_how_many_layers_it_has():
    model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Dense(2)], name="row")
    assert repr(model) == "<Sequential 'row', layers=1>"
