"""Models with several outputs learn as they do in Keras: losses, weights, metrics, names."""

import numpy as np
import oracles
import pytest

import minicnn
from minicnn.callbacks import BackupAndRestore, Callback
from minicnn.data.batches import ArrayBatches, Batch
from minicnn.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D, ReLU
from minicnn.learning import gradients

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 6)).astype("f4")
FACE = np.eye(3, dtype="f4")[RNG.integers(0, 3, 12)]
AGE = RNG.random((12, 1)).astype("f4")
W, V = np.linspace(0.2, 2, 12).astype("f4"), np.linspace(1.5, 0.1, 12).astype("f4")
LOSSES = {"face": "categorical_crossentropy", "age": "mse"}
METRICS = {"face": ["accuracy"], "age": ["mae", "mse"]}


def two_heads(lib, keys=None):
    layers = lib.layers
    inputs = layers.Input((6,))
    x = layers.Dense(5, activation="tanh", kernel_regularizer="l2")(inputs)
    heads = [layers.Dense(3, activation="softmax", name="face")(x), layers.Dense(1, name="age")(x)]
    model = lib.Model(inputs, heads if keys is None else dict(zip(keys, heads, strict=True)))
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=w.shape, scale=0.4) for w in model.get_weights()])
    return model


def compiled(**arguments):
    model = two_heads(minicnn)
    model.compile("sgd", **{"loss": LOSSES} | arguments)
    return model


# -- Keras as the oracle --

COMPILED = {
    "lists": {
        "loss": ["categorical_crossentropy", "mse"],
        "loss_weights": [1.0, 0.3],
        "metrics": [["accuracy"], ["mae"]],
    },
    "dicts": {
        "loss": {"age": "mse", "face": "categorical_crossentropy"},
        "loss_weights": {"age": 0.2, "face": 2.0},
        "metrics": METRICS,
        "weighted_metrics": {"age": ["mae"], "face": ["mse"]},
    },
    "one for all": {"loss": "mse", "metrics": ["mae", "accuracy"]},
    "one without": {"loss": ["categorical_crossentropy", None], "metrics": [None, ["mae"]]},
}
DATA = {
    "list": ([FACE, AGE], W),
    "dict": ({"age": AGE, "face": FACE}, None),  # in Keras, not with weights
    "tuple, a weight for each": ((FACE, AGE), (W, V)),
}


@pytest.mark.parametrize(
    ("how", "data"),
    [
        ("lists", "tuple, a weight for each"),
        ("dicts", "list"),
        ("one for all", "dict"),
        ("one without", "list"),
    ],
)
@pytest.mark.filterwarnings("ignore:Gradients do not exist")  # of Keras, about an output without
def test_three_steps_are_kerass(how, data):
    keras = oracles.keras()
    y, weight = DATA[data]
    trained = []
    for lib in (minicnn, keras):
        model = two_heads(lib)
        eager = {} if lib is minicnn else {"run_eagerly": True}
        model.compile(lib.optimizers.Adam(0.01), **COMPILED[how], **eager)
        fit = {"batch_size": 5, "epochs": 1, "shuffle": False, "verbose": 0}
        held_out = (X[:4], [FACE[:4], AGE[:4]])
        history = model.fit(X, y, sample_weight=weight, validation_data=held_out, **fit).history
        figures = model.evaluate(X, y, sample_weight=weight, verbose=0)
        trained.append((history, figures, model.get_weights()))
    (ours, our_figures, our_weights), (theirs, their_figures, their_weights) = trained
    assert set(ours) == set(theirs)
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=2e-5, err_msg=name)
    # A list, in Keras's order.
    np.testing.assert_allclose(our_figures, their_figures, rtol=2e-5)
    for a, b in zip(our_weights, their_weights, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


def test_outputs_in_a_dict_are_kerass():
    keras = oracles.keras()
    found = []
    for lib in (minicnn, keras):
        model = two_heads(lib, ["years", "feeling"])
        eager = {} if lib is minicnn else {"run_eagerly": True}
        losses = {"feeling": "mae", "years": "mse"}  # Keras lists them in this order
        model.compile("sgd", losses, metrics=[["mae"], ["mse"]], **eager)
        y = {"feeling": AGE, "years": FACE}
        figures = model.train_on_batch(X, y, return_dict=True)
        predicted = model.predict_on_batch(X)
        listed = model.evaluate(X, y, verbose=0)
        found.append((figures, predicted, listed, model.output_names, model.get_weights()))
    assert found[0][3] == found[1][3]
    np.testing.assert_allclose(found[0][2], found[1][2], rtol=2e-5)
    for k in (0, 1):
        assert set(found[0][k]) == set(found[1][k])
        for name, values in found[1][k].items():
            np.testing.assert_allclose(found[0][k][name], values, rtol=2e-5, atol=1e-6)
    for a, b in zip(found[0][4], found[1][4], strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


# -- the gradient --


def auxiliary():
    """An auxiliary classifier in the middle, a head on top, and an output that both share."""
    minicnn.set_random_seed(3)
    inputs = Input((8, 8, 2))
    x = MaxPooling2D()(ReLU()(BatchNormalization()(Conv2D(3, 3)(inputs))))
    features = Flatten(name="features")(x)
    early = Dense(3, activation="softmax", name="early")(features)
    late = Dense(4, activation="tanh")(features)
    outputs = [early, Dense(2, activation="sigmoid", name="late")(late), features]
    return minicnn.Model(inputs, outputs).astype("float64")


@pytest.mark.parametrize(
    ("losses", "factors"),
    [
        (["categorical_crossentropy", "binary_crossentropy", "mse"], [1.0, 0.3, 2.0]),
        (["mse", "binary_crossentropy", None], None),
        ([None, "mae", "huber"], [1.0, 3.0, 0.1]),
    ],
)
def test_the_gradient_of_a_sum_of_losses(losses, factors):
    model = auxiliary()
    model.compile("sgd", losses, loss_weights=factors)
    rng = np.random.default_rng(1)
    shapes = [tensor.sample_shape for tensor in model.outputs]
    y = tuple(rng.dirichlet(np.ones(*shape), 4) for shape in shapes)
    weights = (rng.random(4), rng.random(4), None)
    batch = Batch(rng.normal(size=(4, 8, 8, 2)), y, weights, np.arange(4))
    values, _, grads = gradients(model, batch)
    wanted = sum(loss is not None for loss in losses)
    assert len(values) == 1 + wanted
    for name, array in model.trainable_params().items():
        direction, h = rng.normal(size=array.shape), 1e-6
        start = array.copy()
        slopes = []
        for side in (h, -h):
            array[...] = start + side * direction
            slopes.append(gradients(model, batch)[0][0])
        array[...] = start
        slope = (slopes[0] - slopes[1]) / (2 * h)
        assert np.sum(grads[name] * direction) == pytest.approx(slope, rel=1e-6, abs=1e-8), name


def test_one_loss_of_two_outputs_is_that_of_a_model_with_one():
    """To the bit: the head without a loss sends zeros."""
    model = compiled(loss=["categorical_crossentropy", None])
    alone = minicnn.Model(model.inputs, model.outputs[0])
    alone = minicnn.Model.from_config(alone.get_config())
    alone.set_weights(model.get_weights()[:4])
    alone.compile("sgd", "categorical_crossentropy")
    fit = {"batch_size": 5, "epochs": 2, "shuffle": False, "verbose": 0}
    before = model.get_weights()
    assert model.fit(X, [FACE, None], **fit).history == alone.fit(X, FACE, **fit).history
    for a, b in zip(model.get_weights()[:4], alone.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.get_weights()[4], before[4])


# -- every way in --


def generated(y, weight=None):
    for part in (slice(5), slice(5, 10), slice(10, 12)):
        cut = (
            [one[part] for one in y] if isinstance(y, list) else {k: v[part] for k, v in y.items()}
        )
        yield (X[part], cut) if weight is None else (X[part], cut, weight[part])


def test_arrays_generators_and_sources_are_the_same_batches():
    arguments = {"epochs": 1, "verbose": 0}
    expected = compiled(metrics=METRICS).fit(
        X, [FACE, AGE], sample_weight=W, batch_size=5, shuffle=False, **arguments
    )
    for data in (
        generated([FACE, AGE], W),
        generated({"age": AGE, "face": FACE}, W),
        ArrayBatches(X, (FACE, AGE), W, batch_size=5),
        ArrayBatches(X, (FACE, AGE), (W, W), batch_size=5),
    ):
        assert compiled(metrics=METRICS).fit(data, **arguments).history == expected.history
    first = compiled(metrics=METRICS).train_on_batch(X[:5], (FACE[:5], AGE[:5]), W[:5])
    again = compiled(metrics=METRICS)
    assert again.test_on_batch(X[:5], [FACE[:5], AGE[:5]], {"face": W[:5], "age": W[:5]}) == (
        pytest.approx(first)
    )
    assert again.metrics_names == [*expected.history]


def test_all_targets_are_split_alike():
    split = compiled().fit(
        X, [FACE, AGE], sample_weight=[W, None], validation_split=0.25, epochs=2, verbose=0
    )
    model = compiled()
    model.seed = 0
    cut = compiled().fit(
        X[:9],
        {"face": FACE[:9], "age": AGE[:9]},
        sample_weight=[W[:9], None],
        validation_data=(X[9:], [FACE[9:], AGE[9:]], [W[9:], None]),
        epochs=2,
        verbose=0,
    )
    names = ["loss", "face_loss", "age_loss", "val_loss", "val_face_loss", "val_age_loss"]
    assert list(split.history) == names
    for name in names:
        np.testing.assert_allclose(split.history[name], cut.history[name], rtol=1e-6)


def test_lines_show_every_loss(capsys):
    compiled(metrics=METRICS).fit(X, [FACE, AGE], epochs=1, verbose=2)
    shown = capsys.readouterr().out
    for name in ("face_loss ", "age_loss ", "face_accuracy ", "age_mae "):
        assert name in shown


def test_a_training_that_was_broken_off_goes_on_to_the_bit(tmp_path):
    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.training.epoch == 1 and batch == 1:
                raise KeyboardInterrupt

    def model():
        minicnn.set_random_seed(0)
        made = two_heads(minicnn)
        made.compile(
            minicnn.optimizers.Adam(0.01), LOSSES, metrics=METRICS, weighted_metrics=METRICS
        )
        return made

    data, fit = (X, [FACE, AGE], 4, 3), {"verbose": 0, "sample_weight": W}
    whole = model().fit(*data, **fit)
    backup = BackupAndRestore(tmp_path, save_freq=1)
    with pytest.raises(KeyboardInterrupt):
        model().fit(*data, callbacks=[backup, Stop()], **fit)
    resumed = model()
    history = resumed.fit(*data, callbacks=[backup], **fit)
    assert history.history == whole.history


def test_what_is_watched_falls_or_rises():
    model = compiled(metrics=METRICS)
    for name, rises in {"age_loss": False, "val_face_accuracy": True, "age_mae": False}.items():
        stop = minicnn.callbacks.EarlyStopping(monitor=name)
        stop.set_model(model)
        assert stop._rises() == rises


def test_where_nan_comes_from_is_told():
    model = compiled()
    with pytest.warns(RuntimeWarning) as caught:
        model.fit(X, [FACE, AGE * 1e30], verbose=0)
    told = [str(w.message) for w in caught if "Training step" in str(w.message)]
    assert told == ["Training step 1: the forward pass of the loss gave infinity."]


def test_two_outputs_of_one_layer_are_numbered():
    inner, inputs = two_heads(minicnn), Input((6,))
    model = minicnn.Model(inputs, inner(inputs))
    model.compile("sgd", ["mse", "mae"], metrics=["mae", "mae"])
    name = inner.name
    assert model.metrics_names == [
        "loss",
        f"{name}_loss",
        f"{name}_loss_1",
        f"{name}_mae",
        f"{name}_mae_1",
    ]
    with pytest.raises(ValueError, match="two outputs have the same name"):
        model.fit(X, {name: FACE}, verbose=0)


def test_a_model_is_compiled_again_with_its_loss():
    model = compiled(loss_weights=[0.5, 2.0])
    before = model.evaluate(X, [FACE, AGE], verbose=0)
    model.compile("adam", model.loss)
    assert model.evaluate(X, [FACE, AGE], verbose=0) == before


def test_one_output_takes_lists_and_weights_too():
    def trained(y, weight, *arguments, **more):
        inputs = Input((6,))
        model = minicnn.Model(inputs, Dense(1, name="age", kernel_initializer="ones")(inputs))
        model.compile("sgd", *arguments, **more)
        return model.fit(X, y, sample_weight=weight, shuffle=False, verbose=0).history

    plain = trained(AGE, W, "mse", metrics=["mae"])
    assert trained([AGE], [W], {"age": "mse"}, metrics={"age": "mae"}) == plain
    assert trained({"age": AGE}, W, ["mse"], metrics=[["mae"]]) == plain
    halved = trained(AGE, W, "mse", 0.5)
    assert halved["loss"][0] == pytest.approx(plain["loss"][0] / 2)
    weighted = trained(AGE, W, "mse", metrics=["mse"], weighted_metrics=["mse", "mae"])
    assert list(weighted) == ["loss", "mse", "weighted_mse", "mae"]
    assert weighted["weighted_mse"][0] * W.mean() == pytest.approx(weighted["loss"][0], rel=1e-5)


# -- bad input --


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": {"face": "mse", "old": "mse"}}, "loss: 'old' is not an output; expected one of"),
        ({"loss": {"face": "mse"}}, "loss: the output 'age' is missing; .* face, age"),
        ({"loss": ["mse"]}, r"loss: expected a list or dict .* \(face, age\), got 1"),
        ({"loss": [None, None]}, "loss is None for every output of face, age"),
        ({"loss": ["mse", "meh"]}, "output 'age': loss: 'meh' is unknown"),
        ({"loss_weights": [1.0]}, r"loss_weights: expected a list .* \(face, age\), got 1"),
        ({"loss_weights": {"age": 1.0}}, "loss_weights: the output 'face' is missing"),
        ({"loss_weights": [1.0, "x"]}, "weight of the output 'age' must be a number"),
        ({"metrics": ["mae"]}, r"metrics: expected a list .* \(face, age\), got 1"),
        ({"metrics": {"old": "mae"}}, "metrics: 'old' is not an output; expected one of face, age"),
        ({"metrics": {"age": "meh"}}, "output 'age': metric: 'meh' is unknown"),
        ({"weighted_metrics": {"age": "meh"}}, "output 'age': metric: 'meh' is unknown"),
        ({"metrics": "mae"}, "metrics must be a list"),
    ],
)
def test_compile_names_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        compiled(**arguments)


@pytest.mark.parametrize(
    ("y", "arguments", "message"),
    [
        (FACE, {}, r"fit: y: expected a list or dict .* \(face, age\), got numpy.ndarray"),
        ([FACE], {}, r"fit: y: expected a list or dict .* \(face, age\), got 1"),
        ({"face": FACE}, {}, "fit: y: the output 'age' is missing"),
        (
            {"face": FACE, "old": AGE},
            {},
            "fit: y: 'old' is not an output; expected one of face, age",
        ),
        ([FACE, AGE[:5]], {}, "x has 12 samples and y of the output 'age' has 5"),
        ([FACE, AGE * np.nan], {}, "fit: y of the output 'age' holds NaN"),
        ([FACE[:, :2], AGE], {}, "output 'face': CategoricalCrossentropy: y_true has 2 classes"),
        ([FACE, AGE], {"sample_weight": [W]}, "sample_weight: expected a list or dict"),
        ([FACE, AGE], {"sample_weight": {"age": W}}, "sample_weight: the output 'face' is missing"),
        (
            [FACE, AGE],
            {"sample_weight": [W, W[:5]]},
            "fit: output 'age': sample_weight has 5 values for 12 samples",
        ),
        (
            [FACE, AGE],
            {"sample_weight": [np.ones((12, 3)), W]},
            "fit: output 'face': sample_weight must have one weight per row",
        ),
        ([FACE, None], {}, "fit: y of the output 'age' is missing"),
        ({"face": None, "age": AGE}, {}, "fit: y of the output 'face' is missing"),
        (
            [FACE, AGE],
            {"sample_weight": np.ones((12, 3))},
            r"must have shape \(n,\), got \(12, 3\)",
        ),
        ([FACE, AGE], {"class_weight": {0: 2.0}}, "class_weight is for models with one output"),
    ],
)
def test_fit_names_what_does_not_fit(y, arguments, message):
    model = compiled()
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        model.fit(X, y, verbose=0, **arguments)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_metrics_need_targets():
    model = compiled(loss=["categorical_crossentropy", None], metrics=[None, ["mae"]])
    with pytest.raises(ValueError, match="output 'age' has metrics, but no targets"):
        model.evaluate(X, [FACE], verbose=0)


def test_a_source_must_bring_all_targets():
    model = compiled()
    for y in (FACE, (FACE,), (FACE, AGE, AGE)):
        with pytest.raises(ValueError, match="an array for each of the outputs face, age"):
            model.fit(ArrayBatches(X, y), verbose=0)


@pytest.mark.parametrize("loss", ["mse", minicnn.losses.MeanSquaredError()])
def test_a_loss_that_is_set_by_hand_is_not_that_of_several_outputs(loss):
    model = compiled()
    model.loss = loss
    for call in (model.fit, model.evaluate, model.train_on_batch, model.test_on_batch):
        with pytest.raises(ValueError, match=f"^{call.__name__}: model.loss .* face, age.*compile"):
            call(X, [FACE, AGE])


def test_the_loss_of_a_model_can_be_given_new_weights():
    model = compiled(loss_weights=[1.0, 2.0])
    model.compile("sgd", model.loss)
    assert model.loss.loss_weights == (1.0, 2.0)
    model.compile("sgd", model.loss, loss_weights=0.0)
    assert model.loss.loss_weights == (0.0, 0.0)
