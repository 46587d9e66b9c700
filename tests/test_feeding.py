import numpy as np
import pytest

import minicnn
from minicnn.data.batches import ArrayBatches, Batch
from minicnn.layers import Concatenate, Dense, Flatten, Input, Softmax
from minicnn.sources import batch_source
from minicnn.training_data import training_sources

RNG = np.random.default_rng(0)
X = RNG.random((23, 4, 4, 2), dtype=np.float32)
LABELS = RNG.integers(0, 3, 23)
Y = np.eye(3, dtype=np.float32)[LABELS]


def model(loss="categorical_crossentropy", metrics=()):
    made = minicnn.Sequential([Input((4, 4, 2)), Flatten(), Dense(3), Softmax()], seed=4)
    made.compile("sgd", loss, metrics=metrics)
    return made


def sources(x=X, y=Y, **others):
    arguments = {
        "sample_weight": None,
        "class_weight": None,
        "validation_split": 0.0,
        "steps_per_epoch": None,
        "validation_steps": None,
        "validation_batch_size": None,
        "validation_data": None,
        "batch_size": None,
        "shuffle": True,
    }
    return training_sources(model(), x, y, **(arguments | others))


def test_arrays_become_batches():
    source = batch_source("fit", model(), X.astype(float).tolist(), Y.tolist(), batch_size=5)
    batches = list(source.batches(0))
    assert [len(batch.x) for batch in batches] == [5, 5, 5, 5, 3]
    assert batches[0].x.dtype == np.float32
    np.testing.assert_array_equal(np.concatenate([batch.y for batch in batches]), Y)


def test_a_batch_source_is_left_alone():
    own, others = ArrayBatches(X, Y), ArrayBatches(X[:3], Y[:3])
    assert batch_source("evaluate", model(), own) is own
    assert sources(own, None, validation_data=others) == (own, others)


def test_weights_of_classes_are_for_training_alone():
    train, held_out = sources(class_weight={0: 0.5, 2: 3.0}, validation_split=0.3)
    assert (len(train.x), len(held_out.x)) == (16, 7)
    np.testing.assert_array_equal(train.sample_weight, np.array([0.5, 1.0, 3.0])[LABELS[:16]])
    assert held_out.sample_weight is None


def test_training_and_held_out_data_come_in_the_manner_asked_for():
    train, held_out = sources(batch_size=4, validation_split=0.3)
    assert (train.batch_size, train.shuffle, train.seed) == (4, True, 4)
    assert (held_out.batch_size, held_out.shuffle) == (4, False)


@pytest.mark.parametrize("kind", [tuple, list])
def test_validation_data_wins_over_a_split(kind):
    train, held_out = sources(validation_split=0.3, validation_data=kind([X[:5], Y[:5]]))
    assert (len(train.x), len(held_out.x)) == (23, 5)


def test_weights_of_samples_go_with_them():
    weight = np.arange(23.0)[:, None]
    train, held_out = sources(sample_weight=weight, validation_split=0.3)
    np.testing.assert_array_equal(train.sample_weight, weight[:16])
    np.testing.assert_array_equal(held_out.sample_weight, weight[16:])


def spoiled(array, value=np.nan):
    array = array.astype(float)
    array[17] = value
    return array


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.fit((X * 255).astype(np.uint8), Y), r"x holds integers \(uint8\).*/ 255"),
        (lambda m: m.predict(np.zeros((2, 4, 4, 2), int)), "predict: x holds integers"),
        (lambda m: m.predict(X[..., :1]), r"expected x of shape \(n, 4, 4, 2\), got \(23, 4, 4, 1"),
        (lambda m: m.predict(X[0, 0, 0]), "needs a batch axis"),
        (lambda m: m.predict(spoiled(X)), "x holds NaN or infinite values, first in sample 17"),
        (lambda m: m.fit(X, spoiled(Y)), "fit: y holds NaN or infinite values, first in sample 17"),
        (lambda m: m.fit(X, Y.astype(str)), "fit: y must hold numbers, got dtype <U"),
        (lambda m: m.fit(X, 3), "fit: y needs a batch axis, got the single number 3"),
        (
            lambda m: m.fit(X, Y, sample_weight=spoiled(np.ones(23))),
            "fit: sample_weight holds NaN or infinite values, first in sample 17",
        ),
        (lambda m: m.fit(X, Y[:5]), "x has 23 samples and y has 5"),
        (lambda m: m.fit(X, Y[:5], validation_split=0.3), "x has 23 samples and y has 5"),
        (lambda m: m.fit(X, Y, sample_weight=np.ones(4)), "sample_weight has 4 values for 23"),
        (lambda m: m.fit(X, Y, batch_size=0), "batch_size must be a positive integer, got 0"),
        (lambda m: m.fit(X, LABELS), r"y_true of shape \(23,\) .* to_categorical"),
        (lambda m: m.fit(X, np.eye(4, dtype="f4")[LABELS]), "4 classes on its last axis"),
        (lambda m: m.fit(X), "fit: y is missing"),
        (lambda m: m.fit(3), r"expected arrays x and y or a batch source, .* got int"),
        (lambda m: m.fit(X, Y, validation_split=1.0), r"validation_split must .* in \[0, 1\)"),
        (lambda m: m.fit(X, Y, validation_split="a"), r"validation_split must .* in \[0, 1\)"),
        (lambda m: m.fit(X, Y, validation_split=0.97), "leaves no samples on one side of 23"),
        (lambda m: m.fit(X, Y, validation_data=(X, Y, None, 1)), "got 4 parts"),
        (lambda m: m.fit(X, Y, validation_data=X), "validation_data: y is missing"),
        (lambda m: m.fit(X, Y, class_weight={0: 1}, sample_weight=np.ones(23)), "same time"),
        (lambda m: m.fit(X, Y, class_weight=[1, 2, 3]), "class_weight must be a mapping"),
        (lambda m: m.fit(X, Y, class_weight={1: -1}), "the weight of class 1 must .*got -1"),
        (
            lambda m: m.fit(X, Y, class_weight={"0": 2}),
            "'0' is not the index of a class, .* 0 to 2",
        ),
        (lambda m: m.fit(X, Y, class_weight={7: 2}), "7 is not the index of a class, .* 0 to 2"),
        (lambda m: m.train_on_batch(X, Y, class_weight={7: 2}), "7 is not the index of a class"),
        (lambda m: m.fit(X, Y, sample_weight=Y), r"fit: sample_weight must have one .* \(23,\)"),
        (
            lambda m: m.fit(X, Y, validation_data=(X, Y, Y)),
            "validation_data: sample_weight must have one",
        ),
        (lambda m: m.fit(X, Y, sample_weight=[np.nan] * 23), "sample_weight holds NaN"),
        (lambda m: m.fit(ArrayBatches(X, Y), Y), "bring their own y"),
        (lambda m: m.fit(ArrayBatches(X, Y), class_weight={0: 2}), "class_weight and .*arrays"),
        (lambda m: m.fit(ArrayBatches(X, Y), validation_split=0.1), "validation_split need arrays"),
        (lambda m: m.fit(X[:0], Y[:0]), "x holds no samples"),
        (lambda m: m.train_on_batch(X[:0], Y[:0]), "x holds no samples"),
        (lambda m: m.train_on_batch(None, Y), "train_on_batch: x must be an array of floats"),
    ],
)
def test_bad_data_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(model())


# -- several inputs and outputs --

A, B = X, RNG.random((23, 5), dtype=np.float32)


def two_inputs():
    minicnn.set_random_seed(1)
    image, row = Input((4, 4, 2), name="image"), Input((5,), name="row")
    y = Dense(3, activation="softmax")(Concatenate()([Flatten()(image), row]))
    made = minicnn.Model([image, row], y, name="two", seed=4)
    made.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return made


@pytest.mark.parametrize(
    "x",
    [[A, B], (A, B), {"image": A, "row": B}, {"row": B, "image": A}],
    ids=lambda x: f"{type(x)}",
)
def test_several_inputs_come_in_order_or_by_name(x):
    made, expected = two_inputs(), two_inputs()
    np.testing.assert_array_equal(made.predict(x), expected.predict([A, B]))
    np.testing.assert_array_equal(made.predict_on_batch(x), made.predict(x))
    history = made.fit(x, Y, batch_size=4, epochs=2, validation_split=0.3, verbose=0).history
    same = expected.fit(
        ArrayBatches((A[:16], B[:16]), Y[:16], batch_size=4, shuffle=True, seed=4),
        epochs=2,
        validation_data=([A[16:], B[16:]], Y[16:]),
        verbose=0,
    ).history
    assert history["loss"] == same["loss"]
    assert history["val_loss"] == pytest.approx(same["val_loss"], rel=1e-6)
    assert made.evaluate(x, Y, verbose=0) == expected.evaluate([A, B], Y, verbose=0)
    assert made.train_on_batch(x, Y) == expected.train_on_batch([A, B], Y)


def test_samples_of_several_inputs_stay_together():
    source = batch_source("fit", two_inputs(), [A, B], Y, batch_size=5, shuffle=True)
    for batch in source.batches(3):
        np.testing.assert_array_equal(batch.x[0], A[batch.indices])
        np.testing.assert_array_equal(batch.x[1], B[batch.indices])
        np.testing.assert_array_equal(batch.y, Y[batch.indices])


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (A, r"fit: 'two' has 2 inputs \(image, row\), got 1"),
        ([A], r"fit: 'two' has 2 inputs \(image, row\), got 1"),
        ([A, B, B], r"fit: 'two' has 2 inputs \(image, row\), got 3"),
        ({"image": A}, "fit: 'two' has the inputs image, row, got image"),
        ({"image": A, "line": B}, "fit: 'two' has the inputs image, row, got image, line"),
        ([B, A], r"fit: expected the input 'image' of shape \(n, 4, 4, 2\), got \(23, 5\)"),
        ([A, B[:9]], "fit: the inputs have 23, 9 samples; the numbers must be equal"),
        ([A, spoiled(B)], "fit: x holds NaN or infinite values, first in sample 17"),
        ([(9 * A).astype(int), B], "fit: x holds integers"),
    ],
)
def test_bad_inputs_are_named(x, message):
    with pytest.raises(ValueError, match=message):
        two_inputs().fit(x, Y, verbose=0)


def test_one_input_may_stand_in_a_list_or_a_dict():
    made = model()
    expected = made.predict(X)
    name = made.inputs[0].call.layer.name
    for x in ([X], (X,), {name: X}):
        np.testing.assert_array_equal(made.predict(x), expected)


def test_several_outputs_are_predicted():
    inputs = Input((5,))
    first, second = Dense(3, name="first")(inputs), Dense(2, name="second")(inputs)
    made = minicnn.Model(inputs, [first, second], name="both")
    one, other = made.predict(B, batch_size=4)
    assert (one.shape, other.shape) == ((23, 3), (23, 2))
    np.testing.assert_allclose(made.predict_on_batch(B)[1], other, rtol=1e-6)


class Source:
    """A batch source of whatever it is given."""

    def __init__(self, *given):
        self.given = given

    def __len__(self):
        return len(self.given)

    def batches(self, epoch):
        return iter(self.given)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Source(), ": x holds no batches"),
        (Source((X, Y)), "a batch source must yield a Batch, got tuple"),
        (Source(Batch(X.astype(float), Y)), "must yield x in the model's float32, got float64"),
        (Source(Batch((255 * X).astype("u1"), Y)), "in the model's float32, got uint8"),
        (Source(Batch((X.astype(float),), Y)), "in the model's float32, got float64"),
    ],
)
def test_a_batch_source_is_held_to_its_word(source, message):
    for verb in ("fit", "evaluate"):
        with pytest.raises(ValueError, match=message):
            getattr(model(), verb)(source, verbose=0)


def test_a_batch_source_builds_no_model():
    made = minicnn.Sequential([Flatten(), Dense(3)])
    made.compile("sgd", "mse")
    for verb in ("fit", "evaluate"):
        with pytest.raises(ValueError, match=f"{verb}: 'sequential' has no weights yet; give it"):
            getattr(made, verb)(ArrayBatches(X, Y), verbose=0)


@pytest.mark.parametrize(
    ("loss", "metric", "y", "message"),
    [
        (
            "sparse_categorical_crossentropy",
            "accuracy",
            spoiled(LABELS, 3),
            "0 to 2, got 3.0 at index 17",
        ),
        (
            "sparse_categorical_crossentropy",
            "accuracy",
            Y,
            r"one label per row, shape \(23,\), got \(23, 3\)",
        ),
        ("mse", "accuracy", Y[:, :2], r"y_true has shape \(23, 2\), y_pred \(23, 3\)"),
        (
            "categorical_crossentropy",
            "sparse_categorical_accuracy",
            Y,
            r"accuracy: y_true must hold one label per row, shape \(23,\), got \(23, 3\)",
        ),
    ],
)
def test_targets_are_looked_at_before_any_step(loss, metric, y, message):
    made = model(loss, [metric])
    before = made.get_weights()
    with pytest.raises(ValueError, match=message):
        made.fit(X, y, batch_size=4, verbose=0)
    for a, b in zip(before, made.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_images_of_one_channel_may_lack_its_axis_as_in_keras():
    model = minicnn.Sequential([Input((4, 4, 1)), Flatten(), Dense(2), Softmax()])
    model.compile("sgd", "categorical_crossentropy")
    grey = X[..., 0]
    np.testing.assert_array_equal(model.predict(grey), model.predict(X[..., :1]))
    assert model.evaluate(grey, Y[:, :2], verbose=0) == model.evaluate(
        X[..., :1], Y[:, :2], verbose=0
    )
    model.fit(iter([(grey[:8], Y[:8, :2])]), verbose=0)
    with pytest.raises(ValueError, match=r"expected x of shape \(n, 4, 4, 1\), got \(4, 4, 1\)"):
        model.predict(X[0, ..., :1])
