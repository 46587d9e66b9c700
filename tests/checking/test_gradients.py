"""The gradients of everything: layers, losses, a whole network; and the report itself."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minicnn
from minicnn import graph as graph_file
from minicnn.checking import check_gradients, check_loss_gradient
from minicnn.checking.general_position import in_general_position
from minicnn.layers import (
    LAYERS,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Layer,
    MaxPooling2D,
    Multiply,
    ReLU,
    Softmax,
)
from minicnn.layers.activation import FUNCTIONS
from minicnn.losses import (
    CategoricalCrossentropy,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
IMAGES = st.tuples(st.integers(2, 6), st.integers(2, 6), st.integers(1, 3))
SHAPES = st.one_of(IMAGES, st.tuples(st.integers(1, 6)))
PADDINGS = st.sampled_from(["valid", "same"])
ACTIVATIONS = st.sampled_from(list(FUNCTIONS))
#: Of two or three inputs: all alike, or some of their sizes 1, which are stretched.
ALIKE = SHAPES.flatmap(
    lambda shape: st.lists(
        st.tuples(*(st.sampled_from([size, size, 1]) for size in shape)), min_size=1, max_size=2
    ).map(lambda others: (shape, *others))
)
SIDE_BY_SIDE = SHAPES.flatmap(
    lambda shape: st.lists(st.integers(1, 3), min_size=2, max_size=3).map(
        lambda sizes: tuple((*shape[:-1], size) for size in sizes)
    )
)
WINDOWS = {"pool_size": PAIRS, "strides": st.none() | PAIRS, "padding": PADDINGS}
SLOPES = st.sampled_from([0.0, 0.2, 1.5])

SLIDING = {
    "kernel_size": PAIRS,
    "strides": st.just((1, 1)) | PAIRS,
    "padding": PADDINGS,
    "dilation_rate": st.just((1, 1)) | PAIRS,
    "activation": ACTIVATIONS,
    "use_bias": st.booleans(),
}

INTERPOLATIONS = st.sampled_from(["bilinear", "nearest"])
FACTORS = st.sampled_from([0.0, 0.4, (-0.2, 0.7)])
MOVED = {
    "fill_mode": st.sampled_from(["reflect", "wrap", "constant", "nearest"]),
    "interpolation": INTERPOLATIONS,
    "fill_value": st.just(0.5),
}

#: Class -> (strategies of its arguments, strategy of the input's shape).
CASES = {
    "Activation": ({"activation": ACTIVATIONS}, SHAPES),
    "Add": ({}, ALIKE),
    "AlphaDropout": ({"rate": st.sampled_from([0.0, 0.3, 0.9])}, SHAPES),
    "Average": ({}, ALIKE),
    "AveragePooling2D": (WINDOWS, IMAGES),
    "BatchNormalization": (
        {"center": st.booleans(), "scale": st.booleans(), "trainable": st.booleans()},
        SHAPES,
    ),
    "CenterCrop": ({"height": st.integers(1, 7), "width": st.integers(1, 7)}, IMAGES),
    "Concatenate": ({}, SIDE_BY_SIDE),
    "Conv2D": (
        SLIDING | {"filters": st.integers(1, 3), "groups": st.sampled_from([1, 1, 2, 3])},
        IMAGES,
    ),
    "Conv2DTranspose": (
        SLIDING
        | {
            "filters": st.integers(1, 3),
            "output_padding": st.none() | st.tuples(st.integers(0, 2), st.integers(0, 2)),
        },
        IMAGES,
    ),
    "Cropping2D": ({"cropping": st.integers(0, 2) | st.tuples(PAIRS, PAIRS)}, IMAGES),
    "Dense": (
        {"units": st.integers(1, 5), "activation": ACTIVATIONS, "use_bias": st.booleans()},
        SHAPES,
    ),
    "DepthwiseConv2D": (SLIDING | {"depth_multiplier": st.integers(1, 3)}, IMAGES),
    "Dropout": ({"rate": st.sampled_from([0.0, 0.3, 0.9, 1.0])}, SHAPES),
    "ELU": ({"alpha": st.sampled_from([1.0, 0.5])}, SHAPES),
    "Flatten": ({}, SHAPES),
    "GaussianDropout": ({"rate": st.sampled_from([0.0, 0.3, 0.9])}, SHAPES),
    "GaussianNoise": ({"stddev": st.sampled_from([0.0, 0.5])}, SHAPES),
    "GlobalAveragePooling2D": ({"keepdims": st.booleans()}, IMAGES),
    "GlobalMaxPooling2D": ({"keepdims": st.booleans()}, IMAGES),
    "GroupNormalization": (
        {
            "groups": st.sampled_from([1, 2, 3, -1]),
            "axis": st.sampled_from([-1, 1, 2]),
            "epsilon": st.sampled_from([0.001, 0.1]),
            "center": st.booleans(),
            "scale": st.booleans(),
        },
        SHAPES,
    ),
    "LayerNormalization": (
        {
            "axis": st.sampled_from([-1, 1, [1, 2], [2, 3], [1, 2, 3]]),
            "epsilon": st.sampled_from([0.001, 0.1]),
            "center": st.booleans(),
            "scale": st.booleans(),
        },
        SHAPES,
    ),
    "LeakyReLU": ({"negative_slope": SLOPES}, SHAPES),
    "MaxPooling2D": (WINDOWS, IMAGES),
    "Maximum": ({}, ALIKE),
    "Identity": ({}, SHAPES),
    "Minimum": ({}, ALIKE),
    "Multiply": ({}, ALIKE),
    "Normalization": (
        {"axis": st.sampled_from([-1, 1, [1, 2], None]), "invert": st.booleans()},
        SHAPES,
    ),
    "PReLU": ({"shared_axes": st.sampled_from([None, 1, [1, 2], [2, 3]])}, SHAPES),
    "Permute": ({"dims": st.permutations([1, 2, 3])}, IMAGES),
    "RandomBrightness": ({"factor": FACTORS, "value_range": st.just((-1, 1))}, IMAGES),
    "RandomContrast": (
        {"factor": st.sampled_from([0.4, (0.2, 0.7)]), "value_range": st.just((-1, 1))},
        IMAGES,
    ),
    "RandomFlip": (
        {"mode": st.sampled_from(["horizontal", "vertical", "horizontal_and_vertical"])},
        IMAGES,
    ),
    "RandomRotation": (MOVED | {"factor": FACTORS}, IMAGES),
    "RandomTranslation": (MOVED | {"height_factor": FACTORS, "width_factor": FACTORS}, IMAGES),
    "RandomZoom": (
        MOVED | {"height_factor": FACTORS, "width_factor": st.none() | FACTORS},
        IMAGES,
    ),
    "ReLU": (
        {
            "max_value": st.sampled_from([None, 1.0]),
            "negative_slope": SLOPES,
            "threshold": st.sampled_from([0.0, 0.3]),
        },
        SHAPES,
    ),
    "Rescaling": ({"scale": st.sampled_from([1 / 255, -2.0]), "offset": st.just(0.5)}, SHAPES),
    "Reshape": ({"target_shape": st.sampled_from([(-1,), (1, -1)])}, SHAPES),
    "Resizing": (
        {
            "height": st.integers(1, 7),
            "width": st.integers(1, 7),
            "interpolation": INTERPOLATIONS,
            "crop_to_aspect_ratio": st.booleans(),
            "pad_to_aspect_ratio": st.booleans(),
            "fill_value": st.just(0.5),
        },
        IMAGES,
    ),
    "SeparableConv2D": (
        SLIDING | {"filters": st.integers(1, 3), "depth_multiplier": st.integers(1, 2)},
        IMAGES,
    ),
    "Softmax": ({}, SHAPES),
    "SpatialDropout2D": ({"rate": st.sampled_from([0.0, 0.3, 0.9, 1.0])}, IMAGES),
    "Subtract": ({}, ALIKE.map(lambda shapes: shapes[:2])),
    "UnitNormalization": ({"axis": st.sampled_from([-1, 1, [1, 2], [1, 2, 3]])}, SHAPES),
    "UpSampling2D": ({"size": PAIRS, "interpolation": INTERPOLATIONS}, IMAGES),
    "ZeroPadding2D": ({"padding": st.integers(0, 2) | st.tuples(PAIRS, PAIRS)}, IMAGES),
}


def test_every_layer_has_a_case():
    assert set(CASES) == set(LAYERS) - {"InputLayer"}


@pytest.mark.parametrize("class_name", CASES)
@settings(max_examples=15)
@given(data=st.data())
def test_gradients_of_layers(class_name, data):
    arguments, shapes = CASES[class_name]
    shape = data.draw(shapes, "input shape")
    config = data.draw(st.fixed_dictionaries(arguments), "arguments")
    dtype = data.draw(st.sampled_from(["float32", "float64"]), "dtype")
    try:
        layer = LAYERS[class_name](**config, dtype=dtype)
        layer.build(shape, rng=0)
    except ValueError:
        assume(False)  # strides and dilation at once, or a window larger than the image
    n = data.draw(st.integers(2, 4), "n")
    joins, rng = isinstance(shape[0], tuple), np.random.default_rng(n)
    xs = tuple(rng.normal(size=(n, *one)).astype(dtype) for one in (shape if joins else (shape,)))
    training = data.draw(st.booleans(), "training")
    report = check_gradients(layer, xs if joins else xs[0], training=training, entries=30)
    assert report.passed, str(report)
    names = [f"x[{k}]" for k in range(len(xs))] if joins else ["x"]
    assert list(report) == [*names, *layer.params]


@settings(max_examples=20)
@given(
    st.sampled_from(["float32", "float64"]),
    st.tuples(st.integers(1, 4), st.integers(2, 7)),
    st.booleans(),
    st.sampled_from([0.0, 0.1]),
)
def test_gradients_of_losses(dtype, shape, from_logits, label_smoothing):
    rng = np.random.default_rng(shape[1])
    y_pred = rng.uniform(0.2, 1.0, shape)  # not normalised: that is the loss's to do
    if from_logits:
        y_pred = rng.normal(size=shape)
    y_pred = y_pred.astype(dtype)
    labels = rng.integers(shape[1], size=shape[0])
    one_hot = np.eye(shape[1])[labels]
    weight = rng.uniform(0.5, 2.0, shape[0])
    categorical = CategoricalCrossentropy(from_logits, label_smoothing)
    for loss, y_true in [
        (categorical, one_hot),
        (SparseCategoricalCrossentropy(from_logits), labels),
        (MeanSquaredError(), rng.normal(size=shape)),
    ]:
        for sample_weight in (None, weight):
            report = check_loss_gradient(loss, y_true, y_pred, sample_weight=sample_weight)
            assert report.passed, str(report)


def network(dtype="float64"):
    return minicnn.Sequential(
        [
            Input((12, 12, 1)),
            Conv2D(6, 3, padding="same", dtype=dtype),
            BatchNormalization(dtype=dtype),
            ReLU(dtype=dtype),
            MaxPooling2D(dtype=dtype),
            Dropout(0.2, dtype=dtype),
            Conv2D(8, 5, padding="same", dtype=dtype),
            BatchNormalization(dtype=dtype),
            ReLU(dtype=dtype),
            MaxPooling2D(dtype=dtype),
            Dropout(0.25, dtype=dtype),
            Flatten(dtype=dtype),
            Dense(16, dtype=dtype),
            BatchNormalization(dtype=dtype),
            ReLU(dtype=dtype),
            Dropout(0.2, dtype=dtype),
            Dense(7, dtype=dtype),
            Softmax(dtype=dtype),
        ]
    )


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_a_whole_network(training):
    x = np.random.default_rng(1).random((8, 12, 12, 1))
    report = check_gradients(network(), x, training=training, entries=50)
    assert report.passed, str(report)
    # Fifteen arrays by name, and hardly a coordinate lost to kinks.
    assert "conv2d/kernel" in report
    assert "batch_normalization_2/gamma" in report
    assert sum(row.excluded for row in report.values()) <= 3
    # In training a bias before a batch normalisation moves nothing.
    assert report["conv2d/bias"].zero == training


def forked():
    """A network with a fork, a shared layer, two inputs, and a model in it."""
    minicnn.set_random_seed(1)
    image, row = Input((6, 6, 1), name="image"), Input((3,), name="row")
    shared = Conv2D(2, 3, padding="same", activation="tanh", name="shared")
    x = Conv2D(2, 1, name="first")(image)
    x = Add()([shared(x), shared(shared(x)), x])
    inside = Input((6, 6, 2))
    squeezed = Dense(2, activation="sigmoid")(GlobalAveragePooling2D(keepdims=True)(inside))
    inner = minicnn.Model(inside, Multiply()([inside, squeezed]), name="squeeze")
    x = Flatten()(MaxPooling2D()(ReLU()(BatchNormalization()(inner(x)))))
    x = Dropout(0.2)(Concatenate()([x, row]))
    return minicnn.Model([image, row], Dense(3, activation="softmax", name="last")(x))


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_a_graph(training):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 6, 6, 1)), rng.normal(size=(5, 3))
    report = check_gradients(forked(), x, training=training, entries=50)
    assert report.passed, str(report)
    assert list(report)[:4] == ["x[0]", "x[1]", "first/kernel", "first/bias"]
    assert {"shared/kernel", "squeeze/dense/kernel", "last/bias"} <= set(report)
    assert len(report) == 2 + 5 * 2
    assert sum(row.excluded for row in report.values()) <= 3


@pytest.mark.parametrize(
    ("forget", "wrong"),
    [
        # A value that is used twice, and a layer: only the last derivative counts.
        (lambda where: isinstance(where, int), "x[0]"),
        (lambda where: isinstance(where, str), "shared/kernel"),
    ],
    ids=["graph.1", "graph.2"],
)
def test_derivatives_that_are_not_added_are_found(monkeypatch, forget, wrong):
    right = graph_file._add

    def planted(sums, where, term):
        if forget(where):
            sums[where] = term
        else:
            right(sums, where, term)

    monkeypatch.setattr(graph_file, "_add", planted)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 6, 6, 1)), rng.normal(size=(5, 3))
    report = check_gradients(forked(), x, entries=20)
    assert wrong in report.failed
    assert not {"last/kernel", "last/bias", "x[1]"} & set(report.failed)


def test_joined_inputs_are_a_tuple():
    layer = Add()
    layer.build(((2,), (2,)))
    x = np.ones((3, 2)), np.zeros((3, 2))
    report = check_gradients(layer, x)
    assert list(report) == ["x[0]", "x[1]"]
    assert report.passed
    assert check_gradients(layer, list(x)).passed
    np.testing.assert_array_equal(x[0], 1)
    for wrong in (x[0], x[:1]):
        with pytest.raises(ValueError, match="expected 2 arrays in a tuple"):
            check_gradients(layer, wrong)


def test_a_wrong_derivative_of_one_input_is_named():
    class Lazy(Add):
        def backward(self, dy, cache):
            (first, second), _ = super().backward(dy, cache)
            return (first, 0 * second), {}

    layer = Lazy()
    layer.build(((2,), (2,)))
    assert check_gradients(layer, (np.ones((3, 2)), np.ones((3, 2)))).failed == ["x[1]"]


def test_a_model_is_checked_with_one_output():
    inputs = Input((2,))
    model = minicnn.Model(inputs, [ReLU()(inputs), Dense(2)(inputs)])
    with pytest.raises(ValueError, match="has 2 outputs; check a Model with a single output"):
        check_gradients(model, np.ones((3, 2)))


def test_float32_gradients_are_the_float64_ones():
    rng = np.random.default_rng(0)
    x = rng.random((8, 12, 12, 1)).astype("float32")
    dy = rng.normal(size=(8, 7))
    single = in_general_position(network("float32"), rng, "float32")
    double = in_general_position(single, rng, "float64")
    double.set_weights(single.get_weights())
    gradients = {}
    for model, dtype in [(single, "float32"), (double, "float64")]:
        _, cache = model.forward(x.astype(dtype), training=True, key=0)
        dx, grads = model.backward(dy.astype(dtype), cache)
        gradients[dtype] = {"x": dx} | grads
    assert len(gradients["float64"]) == 15
    for name, exact in gradients["float64"].items():
        found = gradients["float32"][name]
        assert (found.dtype, exact.dtype) == (np.float32, np.float64), name
        # A bias before a batch normalisation has only rounding for a gradient.
        size = max(np.abs(exact).max(), 0.1)
        assert np.abs(found - exact).max() <= 1e-4 * size, name


def test_what_is_checked_stays_untouched():
    layer = BatchNormalization()
    layer.build((3,))
    arrays = {name: array.copy() for name, array in (layer.params | layer.state).items()}
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    before, attributes = x.copy(), dict(vars(layer))
    check_gradients(layer, x)
    assert vars(layer) == attributes
    np.testing.assert_array_equal(x, before)
    for name, array in (layer.params | layer.state).items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == np.float32


def test_the_same_seed_gives_the_same_report():
    layer = Dense(3)
    layer.build((4,), 0)
    x = np.random.default_rng(0).normal(size=(5, 4))
    assert str(check_gradients(layer, x)) == str(check_gradients(layer, x))
    assert str(check_gradients(layer, x)) != str(check_gradients(layer, x, seed=1))


def test_kinks_are_counted_and_checked_on_their_smooth_side():
    layer = ReLU()
    layer.build((3,))
    report = check_gradients(layer, np.array([[0.0, 1.0, -1.0]]))
    assert report["x"].kinks == 1
    assert report["x"].checked == 3
    assert report["x"].excluded == 0
    assert report.passed


def test_kinks_on_both_sides_are_excluded():
    layer = ReLU(max_value=1e-9)
    layer.build((2,))
    report = check_gradients(layer, np.array([[5e-10, 2.0]]))
    assert (report["x"].kinks, report["x"].excluded, report["x"].checked) == (1, 1, 1)


def test_nothing_but_kinks_is_not_a_pass():
    layer = ReLU(max_value=1e-9)
    layer.build((1,))
    report = check_gradients(layer, np.array([[5e-10]]))
    assert not report.passed
    assert "NOTHING CHECKED" in str(report)


def test_report_is_a_table():
    layer = Dense(2)
    layer.build((3,), 0)
    report = check_gradients(layer, np.ones((2, 3)))
    assert list(report) == ["x", "kernel", "bias"]
    title, head, *rows = str(report).splitlines()
    assert title == "Dense 'dense': all gradients agree"
    assert head.split() == ["array", "error", "checked", "kinks", "excluded", "verdict"]
    assert [row.split()[0] for row in rows] == list(report)
    assert all(row.endswith("ok") for row in rows)
    assert report["kernel"].size == report["kernel"].checked == 6
    assert repr(report) == "<GradientReport \"Dense 'dense'\", passed=True>"


def test_large_arrays_are_sampled():
    layer = Dense(20)
    layer.build((20,), 0)
    report = check_gradients(layer, np.ones((2, 20)), entries=7)
    assert (report["kernel"].checked, report["kernel"].size) == (7, 400)


class Lopsided(Layer):
    """Leaves out one gradient, invents another, and gives a third in a wrong shape."""

    def build(self, input_shape, rng):
        self.params = {"kernel": np.ones(input_shape), "bias": np.ones(input_shape)}

    def forward(self, x, *, training, key):
        return x * self.params["kernel"] + self.params["bias"], x

    def backward(self, dy, cache):
        return dy * self.params["kernel"], {"kernel": dy * cache, "extra": dy}


def test_keys_and_shapes_of_gradients_are_checked():
    layer = Lopsided()
    layer.build((2,))
    report = check_gradients(layer, np.ones((3, 2)))
    assert report.failed == ["kernel", "bias", "extra"]
    assert report["kernel"].problem == "gradient of shape (3, 2), expected (2,)"
    assert report["bias"].problem == "no gradient"
    assert report["extra"].problem == "a gradient without a parameter"
    assert "3 of 4 arrays WRONG" in str(report)


def test_bad_input():
    layer = Dense(2)
    with pytest.raises(ValueError, match=r"Dense 'dense': it is not built; call build"):
        check_gradients(layer, np.ones((2, 3)))
    layer.build((3,))
    with pytest.raises(ValueError, match=r"x must be a float32 or float64 array, got int64\.$"):
        check_gradients(layer, np.ones((2, 3), np.int64))
    with pytest.raises(ValueError, match=r"x\[0\] must be a float32 or float64 array, got list\.$"):
        check_gradients(layer, [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"expected shape \(n, 3\)"):
        check_gradients(layer, np.ones((2, 4)))
