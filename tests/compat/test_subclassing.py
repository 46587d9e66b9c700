"""Models and blocks written as classes with ``call``."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from oracles import keras
from small_classes import small

import minicnn
from minicnn import layers

IMAGES = np.random.default_rng(0).normal(size=(6, 8, 8, 3)).astype(np.float32)
VECTORS = IMAGES.reshape(6, -1)
LABELS = np.array([0, 1, 2, 0, 1, 2])


class Block(layers.Layer):
    def __init__(self, filters, rate=0.5, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm = layers.BatchNormalization()
        self.shortcut = layers.Conv2D(filters, 1)
        self.dropout = layers.Dropout(rate)

    def call(self, x, training=False):
        y = self.norm(self.conv(x), training=training)
        return self.dropout(minicnn.activations.relu(y), training=training) + self.shortcut(x)


class Classifier(minicnn.Model):
    def __init__(self, classes=3, rate=0.5):
        super().__init__()
        self.blocks = [Block(4, rate), Block(5, rate)]
        self.pool = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(classes, activation="softmax")

    def call(self, inputs, training=None, mask=None):
        x = inputs
        for block in self.blocks:
            x = block(x, training=training)
        return self.head(self.pool(x))


def as_graph(model):
    """The layers of a Classifier without dropout, connected by Model(inputs, outputs)."""
    inputs = x = layers.Input((8, 8, 3))
    for block in model.blocks:
        y = layers.ReLU()(block.norm(block.conv(x)))
        x = layers.Add()([y, block.shortcut(x)])
    return minicnn.Model(inputs, model.head(model.pool(x)))


def test_a_class_trains_like_the_graph_of_its_layers():
    by_class = Classifier(rate=0)
    by_class.build((None, 8, 8, 3))
    models = by_class, as_graph(copy.deepcopy(by_class))
    for model in models:
        model.seed = 5
        model.compile(minicnn.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        model.fit(IMAGES, LABELS, batch_size=3, epochs=2, verbose=0)
    ours, theirs = (model.predict(IMAGES, verbose=0) for model in models)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert minicnn.check_gradients(by_class, IMAGES).passed


def test_layers_follow_the_training_that_they_are_handed():
    model = Classifier()
    out = model(IMAGES)
    np.testing.assert_array_equal(model(IMAGES), out)
    dropped = model(IMAGES, training=True)
    assert np.abs(dropped - model(IMAGES, training=True)).max() > 0
    before = model.blocks[0].norm.state["moving_mean"].copy()
    model(IMAGES, training=True)
    assert np.abs(model.blocks[0].norm.state["moving_mean"] - before).max() > 0


def test_names_and_layers():
    model = Classifier()
    kept = [*model.blocks, model.pool, model.head]
    assert (model.name, model.layers, model.built) == ("classifier", kept, False)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(IMAGES, LABELS, verbose=0)
    assert model.layers == kept
    assert [layer.name for layer in kept[:2]] == ["block", "block_1"]
    assert small(lambda self, x: self.dense(x)).name == "mine"
    model.trainable = False
    assert not model.blocks[0].conv.trainable


def test_its_file_is_that_of_a_graph(tmp_path):
    model = Classifier()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, LABELS, verbose=0)
    expected = model.predict(IMAGES, verbose=0)
    model.save(tmp_path / "model.keras")
    read = minicnn.load_model(tmp_path / "model.keras")
    assert type(read) is minicnn.Model
    np.testing.assert_array_equal(read.predict(IMAGES, verbose=0), expected)
    model.save_weights(tmp_path / "only.weights.h5")
    again = Classifier()
    with pytest.raises(ValueError, match=r"load_weights: 'classifier' has no weights yet; "):
        again.load_weights(tmp_path / "only.weights.h5")
    again.build((None, 8, 8, 3))
    again.load_weights(tmp_path / "only.weights.h5")
    np.testing.assert_array_equal(again.predict(IMAGES, verbose=0), expected)


def test_keras_opens_its_file(tmp_path):
    lib = keras()
    model = Classifier()
    expected = model.predict(IMAGES, verbose=0)
    model.save(tmp_path / "model.keras")
    read = lib.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(read.predict(IMAGES, verbose=0), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("built", [False, True])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies(built, copied):
    model = Classifier()
    if built:
        model(IMAGES)
    again = copied(model)
    assert again.built == built
    if built:
        np.testing.assert_array_equal(again(IMAGES), model(IMAGES))
        again.blocks[0].conv.params["kernel"] += 1
        assert np.abs(again(IMAGES) - model(IMAGES)).max() > 0
    else:
        assert again(IMAGES).shape == (6, 3)


def test_blocks_in_rows_and_graphs():
    row = minicnn.Sequential([Block(4), layers.Flatten(), layers.Dense(2)], seed=1)
    assert row.predict(IMAGES, verbose=0).shape == (6, 2)
    same = minicnn.Sequential([Block(4), layers.Flatten(), layers.Dense(2)], seed=1)
    np.testing.assert_array_equal(same(IMAGES), row(IMAGES))  # the row's seed names them
    x = layers.Input((8, 8, 3))
    block = Block(4)
    shared = minicnn.Model(x, layers.Concatenate()([block(x), block(x)]))
    assert shared.count_params() == block.count_params()


def test_seeds():
    class Nested(minicnn.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.block = Block(4)
            self.row = minicnn.Sequential([layers.Flatten(), layers.Dense(3)])

        def build(self, input_shape):
            self.late = layers.Dense(3)
            self.late.build((None, 3))

        def call(self, x):
            return self.late(self.row(self.block(x)))

    for make in (Classifier, Nested):
        minicnn.set_random_seed(3)
        first = make()(IMAGES)
        minicnn.set_random_seed(3)
        np.testing.assert_array_equal(make()(IMAGES), first)
    first = Nested(seed=1)(IMAGES)
    assert np.abs(Nested(seed=2)(IMAGES) - first).max() > 0
    again = Nested(seed=1)
    np.testing.assert_array_equal(again(IMAGES), first)
    assert np.abs(again.late.kernel.numpy() - again.row.layers[1].kernel.numpy()[:3]).max() > 0
    following = minicnn.random.next_seed()
    assert following != minicnn.random.next_seed()


def test_a_build_that_makes_layers():
    shapes = []

    class Late(layers.Layer):
        def build(self, input_shape):
            shapes.append(input_shape)
            self.dense = layers.Dense(2 * input_shape[-1])
            self.built = True

        def call(self, x):
            return self.dense(x)

    row = minicnn.Sequential([layers.Input((5,)), Late(), Late()])
    assert row.output_shape == (None, 20)
    assert shapes == [(None, 5), (None, 10)]
    late = Late()
    late.build((None, 5))
    assert late.built
    assert late(np.ones((2, 5), np.float32)).shape == (2, 10)


def test_layers_cannot_be_set_once_they_are_connected():
    model = Classifier()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(IMAGES, LABELS, verbose=0)
    model.head, model.note, model.blocks = model.head, [1, 2], list(model.blocks)
    for name, value in {
        "head": layers.Dense(7),
        "snapshot": copy.deepcopy(model),
        "blocks": model.blocks[:1],
        "extra_heads": {"b": layers.Dense(1)},
        "pool": None,
    }.items():
        with pytest.raises(ValueError, match=rf"^'classifier': {name} holds layers, and call has"):
            setattr(model, name, value)
    assert model.predict(IMAGES, verbose=0).shape == (6, 3)


def test_losses_of_several_outputs_need_a_built_model():
    class Two(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = layers.Dense(3), layers.Dense(2)

        def call(self, x):
            return {"first": self.a(x), "second": self.b(x)}

    losses = {"first": "mse", "second": "mse"}
    with pytest.raises(
        ValueError, match=r"^compile: the outputs of 'two' are not known until it is b"
    ):
        Two().compile("sgd", losses)
    model = Two()
    model.build((None, 192))
    model.compile("sgd", losses)
    model.fit(VECTORS, {"first": np.zeros((6, 3)), "second": np.zeros((6, 2))}, verbose=0)


def test_whole_numbers_become_floats():
    block = small(lambda self, x: self.dense(2.0 * x))
    whole = np.arange(12).reshape(2, 6)
    np.testing.assert_array_equal(block(whole), block(whole.astype(np.float32)))


def test_threads_may_call_a_new_model_at_once():
    for _ in range(5):
        model = Classifier()
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(model, [IMAGES] * 8))
        for result in results[1:]:
            np.testing.assert_array_equal(result, results[0])


def test_a_build_may_call_that_of_its_base_class_first():
    class Late(layers.Layer):
        def build(self, input_shape):
            super().build(input_shape)
            self.dense = layers.Dense(2)
            self.dense.build(input_shape)

        def call(self, x):
            return self.dense(x)

    class Later(Late):
        def build(self, input_shape):
            super().build(input_shape)
            self.other = layers.Dense(3)
            self.other.build(self.dense.compute_output_shape(input_shape))

        def call(self, x):
            return self.other(super().call(x))

    assert minicnn.Sequential([layers.Input((5,)), Late(), Later()]).output_shape == (None, 3)


def test_a_block_in_a_graph_has_the_places_of_a_layer():
    x = layers.Input((8, 8, 3))
    block = Block(4)
    assert block(IMAGES).shape == (6, 8, 8, 4)
    y = block(x)
    assert (block.input, block.output) == (x, y)
    model = minicnn.Model(x, layers.Flatten()(y))
    features = minicnn.Model(model.inputs, model.get_layer("block").output)
    np.testing.assert_array_equal(features(IMAGES), block(IMAGES))
    again = copy.deepcopy(block)
    assert again.output is again.outputs[0]


def test_scripts_may_tell_the_shape_of_the_output():
    class Doubled(layers.Layer):
        def call(self, x):
            return layers.Concatenate()([x, x])

        def compute_output_shape(self, input_shape):
            return (*input_shape[:-1], 2 * input_shape[-1])

    assert Doubled()(layers.Input((5,))).shape == (None, 10)


def test_what_call_returns_and_takes():
    with pytest.raises(ValueError, match=r"^Mine: call must return what layers give, got None"):
        small(lambda self, x: None)(VECTORS)
    with pytest.raises(
        ValueError, match=r"holds no numbers; .* ReLU\(\)\(x\), not tf\.nn\.relu\(x"
    ):
        small(lambda self, x: np.mean(x))(VECTORS)
    x = layers.Input((3,))
    mine = type("Mine", (minicnn.Model,), {"call": lambda self, x: x})
    with pytest.raises(ValueError, match=r"^Mine: a model has inputs and outputs, or a call"):
        mine(inputs=x, outputs=x)


def test_a_model_that_was_not_made_says_so():
    class Mine(minicnn.Model):
        def __init__(self):
            self.dense = layers.Dense(3)

        def call(self, x):
            return self.dense(x)

    with pytest.raises(ValueError, match=r"^Mine: __init__ must call super\(\).__init__\(\) first"):
        Mine()(VECTORS)
    with pytest.raises(ValueError, match=r"^Mine: __init__ must call super\(\).__init__\(\) first"):
        Mine().compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"^Mine: __init__ must call super\(\).__init__\(\) first"):
        Mine().build((None, 192))


def test_a_shape_that_does_not_fit_leaves_the_model_as_it_was():
    model = Classifier()
    with pytest.raises(ValueError, match="Conv2D"):
        model.predict(VECTORS)
    assert model.predict(IMAGES, verbose=0).shape == (6, 3)


def test_weights_of_its_own_need_derivatives():
    class Scale(layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(shape=input_shape[-1:])

        def call(self, x):
            return x * self.factor

    with pytest.raises(NotImplementedError, match=r"^add_weight: .* has forward and backward"):
        Scale()(VECTORS)


def test_models_of_older_scripts():
    class Old(minicnn.models.Model):
        def __init__(self):
            super(Old, self).__init__(name="old")  # noqa: UP008
            self.dense = layers.Dense(3, activation="softmax")

        def call(self, x):
            return self.dense(x)

    model = Old()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["acc"])
    history = model.fit(VECTORS, LABELS, verbose=0)
    assert "acc" in history.history
    with pytest.warns(DeprecationWarning, match="predict_classes"):
        assert model.predict_classes(VECTORS).shape == (6,)
