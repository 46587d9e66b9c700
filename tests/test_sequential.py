import copy
import threading

import numpy as np
import pytest
from small_network import X, Y, layers_of, small

import minicnn
from minicnn.data.batches import ArrayBatches
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
    Softmax,
)
from minicnn.optimizers import SGD, Adam


def test_it_learns():
    model = minicnn.Sequential(
        [Input((2,)), Dense(16, activation="tanh"), Dense(2, activation="softmax")]
    )
    model.compile(Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(0).uniform(-1, 1, (400, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)  # not linearly separable
    history = model.fit(x, y, epochs=40, verbose=0)
    assert history.history["accuracy"][0] < 0.8
    assert history.history["accuracy"][-1] > 0.93


def test_the_same_seed_gives_the_same_training():
    weights = []
    for seed in (1, 1, 2):
        model = minicnn.Sequential(layers_of(minicnn, dropout=0.5), seed=seed)
        model.compile("adam", "categorical_crossentropy")
        model.fit(X, Y, batch_size=4, epochs=2, verbose=0)
        weights.append(model.get_weights())
    for a, b, _ in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != c).any() for a, c in zip(weights[0], weights[2], strict=True))


def test_the_number_of_threads_changes_nothing():
    from minicnn.kernels.threads import get_threads, set_threads

    before, weights = get_threads(), []
    try:
        for count in (1, 3):
            set_threads(count)
            model = small(dropout=0.3)
            model.fit(X, Y, batch_size=8, epochs=2, verbose=0)
            weights.append(model.get_weights())
    finally:
        set_threads(before)
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_batch_source_gives_what_arrays_give():
    one, other = small(dropout=0.2), small(dropout=0.2)
    a = one.fit(X, Y, batch_size=6, epochs=2, verbose=0)
    b = other.fit(ArrayBatches(X, Y, batch_size=6, shuffle=True, seed=0), epochs=2, verbose=0)
    assert a.history == b.history


def test_float64_images_are_taken_in_the_models_dtype():
    model = small()
    assert model.predict(X.astype(np.float64)).dtype == np.float32
    np.testing.assert_array_equal(model.predict(X.astype(np.float64)), model.predict(X))


def test_astype_makes_a_double_precision_model():
    model = small()
    single = model.predict(X)
    model.astype("float64")
    model.fit(X, Y, epochs=1, verbose=0)
    assert {array.dtype.name for array in model.get_weights()} == {"float64"}
    assert small().astype("float64").predict(X).dtype == np.float64
    np.testing.assert_allclose(small().astype("float64").predict(X), single, rtol=1e-4, atol=1e-6)


def test_lazily_built():
    model = minicnn.Sequential([Conv2D(2, 3), Flatten(), Dense(3, activation="softmax")])
    for verb in ("count_params", "trainable_params", "summary"):
        with pytest.raises(ValueError, match=f"{verb}: 'sequential' has no weights yet"):
            getattr(model, verb)()
    with pytest.raises(ValueError, match="weights: 'sequential' has no weights yet"):
        model.get_weights()
    assert model.dtype == np.float32
    model.compile("sgd", "categorical_crossentropy")
    model.fit(X, Y, epochs=1, verbose=0)
    assert model.input_shape == (None, 8, 8, 2)
    assert model.output_shape == (None, 3)


def test_a_call_builds_and_gives_the_output():
    for x in (X, Input(X.shape[1:])):
        model = minicnn.Sequential([Conv2D(2, 3), Flatten(), Dense(3, activation="softmax")])
        y = model(x)
        assert model.built
        assert tuple(y.shape[1:]) == (3,)
    np.testing.assert_array_equal(small()(X), small().predict(X, batch_size=23))
    one, other = (small(dropout=0.5)(X, training=True, key=key) for key in (1, 2))
    assert (one != other).any()


def test_a_model_may_stand_in_the_place_of_a_layer():
    whole = small(dropout=0.3)
    features = minicnn.Sequential(whole.layers[:6], name="features")
    nested = minicnn.Sequential([Input((8, 8, 2)), features, *whole.layers[6:]])
    np.testing.assert_array_equal(nested.predict(X), whole.predict(X))
    assert next(iter(nested.trainable_params())) == "features/conv2d/kernel"
    # Random numbers are drawn as in a row: the calls are counted in place.
    for model in (whole, nested):
        assert [step.stream for step in model.graph.steps] == list(range(9))
    masks = [model(X, training=True, key=3) for model in (whole, nested)]
    np.testing.assert_array_equal(*masks)
    nested.compile(SGD(0.05), "categorical_crossentropy")
    before = whole.layers[0].params["kernel"].copy()
    nested.fit(X, Y, epochs=1, verbose=0)
    assert (whole.layers[0].params["kernel"] != before).any()


def test_a_layer_may_stand_in_a_row_twice():
    dense = Dense(4, activation="tanh")
    model = minicnn.Sequential([Input((4,)), dense, ReLU()])
    with pytest.raises(ValueError, match="two layers are named 'dense'"):
        model.add(dense)


def test_astype_takes_the_optimizer_along():
    model = small()
    model.compile(Adam(), "categorical_crossentropy")
    model.fit(X, Y, epochs=1, verbose=0)
    before = model.optimizer.slots["velocity"]["conv2d/kernel"]
    model.astype("float64")
    np.testing.assert_array_equal(model.optimizer.slots["velocity"]["conv2d/kernel"], before)
    model.fit(X, Y, epochs=1, verbose=0)
    assert model.optimizer.iterations == 2


def test_layers_of_another_model_keep_their_weights():
    trained = small()
    trained.fit(X, Y, epochs=1, verbose=0)
    features = trained.layers[:-2]
    expected = [w.copy() for layer in features for w in layer.params.values()]
    new = minicnn.Sequential([Input((8, 8, 2)), *features, Dense(4), Softmax()])
    found = [w for layer in new.layers[:-2] for w in layer.params.values()]
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_array_equal(a, b)
    assert new.predict(X).shape == (23, 4)
    with pytest.raises(ValueError, match=r"was built for inputs of shape \(8, 8, 2\), got \(9,"):
        minicnn.Sequential([Input((9, 9, 2)), features[0]])


def test_sharing_layers_leaves_the_first_model_as_it_was():
    def first_epoch(share):
        model = minicnn.Sequential([Flatten(), Dropout(0.5), Dense(3), Softmax()], seed=0)
        if share:  # at another place, before and after there are weights
            minicnn.Sequential([ReLU(), *model.layers])
        model.build(X.shape[1:])
        if share:
            minicnn.Sequential([Input(X.shape[1:]), ReLU(), *model.layers])
        model.compile("sgd", "categorical_crossentropy")
        return model.fit(X, Y, epochs=1, verbose=0).history["loss"]

    assert first_epoch(share=True) == first_epoch(share=False)


def test_a_frozen_model_keeps_its_weights():
    model = small()
    assert model.trainable
    model.trainable = False
    assert not model.trainable
    before = model.get_weights()
    with pytest.warns(UserWarning, match="'sequential' has no trainable weights: nothing learns"):
        model.fit(X, Y, epochs=1, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_in_and_out():
    one, other = small(), small()
    other.set_weights([w + 1 for w in one.get_weights()])
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a + 1, b)
    with pytest.raises(ValueError, match="expected 10 arrays for 'sequential', got 1"):
        one.set_weights([np.zeros(3)])
    wrong = one.get_weights()
    wrong[1] = np.zeros(5)
    with pytest.raises(ValueError, match=r"conv2d/bias has shape \(4,\), got \(5,\)"):
        one.set_weights(wrong)


def test_deep_copies_are_independent():
    one = small()
    other = copy.deepcopy(one)
    other.fit(X, Y, epochs=1, verbose=0)
    np.testing.assert_array_equal(one.get_weights()[0], small().get_weights()[0])


def test_two_threads_may_predict_at_once():
    model, results = small(), {}
    expected = model.predict(X, batch_size=1)

    def work(name):
        results[name] = [model.predict(X, batch_size=1) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outputs in results.values():
        for output in outputs:
            np.testing.assert_array_equal(output, expected)
    assert len(results) == 3


def test_predict_on_nothing():
    assert small().predict(X[:0]).shape == (0, 3)


def test_summary_counts(capsys):
    small().summary()
    text = capsys.readouterr().out
    assert "conv2d (Conv2D)" in text
    assert "(n, 8, 8, 4)" in text
    assert "435 parameters: 427 trained, 8 not trained" in text


def test_save_and_go_on(tmp_path):
    straight, stopped = small(dropout=0.3), small(dropout=0.3)
    for model in (straight, stopped):
        model.compile(Adam(0.01), "categorical_crossentropy", metrics=["accuracy"])
    whole = straight.fit(X, Y, batch_size=6, epochs=3, verbose=0)
    stopped.fit(X, Y, batch_size=6, epochs=1, verbose=0)
    stopped.save(tmp_path / "model.keras")
    resumed = minicnn.load_model(tmp_path / "model.keras")
    rest = resumed.fit(X, Y, batch_size=6, epochs=3, initial_epoch=1, verbose=0)
    assert rest.history["loss"] == whole.history["loss"][1:]
    for a, b in zip(straight.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# -- bad input --


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda m: m.fit(X, Y, epochs=1, initial_epoch=2),
            "initial_epoch must .* got 2",
        ),
        (
            lambda m: m.fit(X, Y, epochs=1.5),
            r"fit: epochs must be a whole number .* got 1\.5",
        ),
        (lambda m: m.fit(X, Y, epochs="3"), "fit: epochs must be a whole number"),
        (lambda m: m.fit(X, Y, verbose=3), "verbose must be"),
        (
            lambda m: m.predict(X, batch_size=0),
            "batch_size must be a whole number .* got 0",
        ),
        (
            lambda m: m.fit(X, Y, callbacks=[print]),
            "expected instances of minicnn.callbacks.Call",
        ),
        (lambda m: m.build((None, 8, 8, 2)), "already built"),
        (lambda m: m.compile("adamm", "mse"), "optimizer: 'adamm' is unknown; expected one of"),
        (lambda m: m.compile("adam", "crossentropy"), "loss: 'crossentropy' is unknown"),
        (lambda m: m.compile("adam", "mse", metrics="accuracy"), r"a list, as in \['accuracy'\]"),
        (lambda m: m.get_layer("none"), "has no layer 'none'; expected one of conv2d"),
        (lambda m: m.get_layer(index=99), "has 9 layers, got index 99, expected -9 to 8"),
        (lambda m: m.get_layer(index="0"), "has 9 layers, got index '0'"),
        (lambda m: m.predict_on_batch(np.float32(5)), "predict_on_batch: x needs a batch axis"),
        (lambda m: m.test_on_batch(X), "test_on_batch: y is missing"),
        (lambda m: m.train_on_batch(X), "train_on_batch: y is missing"),
        (lambda m: m.get_layer(), "expected a name or an index, got name=None and index=None"),
        (lambda m: m.get_layer("dense", 0), "expected a name or an index, got name='dense'"),
        (lambda m: m.add("dense"), "expected a layer of minicnn, got str"),
        (lambda m: m.add(Dense), r"got the class minicnn.layers.Dense; write Dense\(...\)"),
        (lambda m: minicnn.Sequential(5), "expected a layer of minicnn, got int"),
        (
            lambda m: m.fit(X, Y, callbacks=minicnn.callbacks.EarlyStopping),
            r"got the class minicnn.callbacks.EarlyStopping; write EarlyStopping\(...\)",
        ),
        (
            lambda m: m.fit(X, Y, callbacks=[minicnn.callbacks.EarlyStopping]),
            "got the class minicnn.callbacks.EarlyStopping; write",
        ),
        (lambda m: m.evaluate(X, Y, callbacks=5), "callbacks.Callback, got int"),
        (lambda m: m.compile("sgd", "mse", metrics=5), "metrics must be a list"),
        (lambda m: m.add(Input((3,))), "an Input must be the first layer"),
        (lambda m: m.add(Dense(3, name="dense")), "two layers are named 'dense'"),
        (lambda m: m.add(MaxPooling2D()), "MaxPooling2D"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small())


def test_a_layer_that_does_not_fit_is_not_in_the_model():
    model = small()
    expected = model.predict(X)
    for layer in (MaxPooling2D(), Dense(3, name="dense"), "dense"):
        with pytest.raises(ValueError, match=r"MaxPooling2D|named 'dense'|got str"):
            model.add(layer)
        assert len(model.layers) == len(model.graph.steps) == 9
        np.testing.assert_array_equal(model.predict(X), expected)
    model.add(Dense(2))
    assert model.output_shape == (None, 2)


def test_an_empty_model_says_so():
    for layers in ([], [Input((8, 8, 2))]):
        model = minicnn.Sequential(layers)
        model.compile("sgd", "mse")
        for call in (lambda m: m.fit(X, Y), lambda m: m.predict(X)):
            with pytest.raises(ValueError, match="'sequential' has no layers"):
                call(model)


def test_nothing_works_before_compile():
    model = minicnn.Sequential([Input((8, 8, 2)), Flatten(), Dense(3), Softmax()])
    for call in (model.fit, model.evaluate, model.train_on_batch):
        with pytest.raises(ValueError, match="'sequential' is not compiled; call compile"):
            call(X, Y)


def test_names_are_unique_and_kerass():
    model = minicnn.Sequential(
        [
            Input((4, 4, 1)),
            Conv2D(1, 1),
            ReLU(),
            Conv2D(1, 1),
            ReLU(),
            BatchNormalization(),
            Dropout(0),
        ]
    )
    assert [layer.name for layer in model.layers] == [
        "conv2d",
        "re_lu",
        "conv2d_1",
        "re_lu_1",
        "batch_normalization",
        "dropout",
    ]


def test_a_shape_that_does_not_fit_leaves_the_model_as_it_was():
    model = minicnn.Sequential(
        [Conv2D(2, 3), MaxPooling2D(2), Flatten(), Dense(4, activation="softmax")]
    )
    model.compile("sgd", "categorical_crossentropy")
    x, y = np.zeros((4, 6, 6, 1), np.float32), np.eye(4, dtype=np.float32)
    with pytest.raises(ValueError, match="a window of 2 does not fit into 1"):
        model.fit(x[:, :3, :3], y, verbose=0)
    assert not model.built
    model.fit(x, y, verbose=0)
    assert model.input_shape == (None, 6, 6, 1)


def test_a_row_that_is_part_of_another_model_takes_no_more_layers():
    row, x = minicnn.Sequential([Input((3,)), Dense(3)]), Input((3,))
    model = minicnn.Model(x, Dense(2)(row(x)))
    with pytest.raises(ValueError, match="'sequential' is part of another model and takes no more"):
        row.add(Dense(3))
    assert model.predict(np.ones((2, 3), np.float32)).shape == (2, 2)


def test_layers_are_taken_off_the_end():
    row = minicnn.Sequential([Input((3,)), Dense(4), Dense(2)], name="row")
    assert row.pop().units == 2
    assert row.output_shape == (None, 4)
    assert row.pop().units == 4
    assert not row.built
    with pytest.raises(ValueError, match="pop: 'row' has no layers"):
        row.pop()
    row.add(Dense(5))
    assert row.output_shape == (None, 5)
    row(Input((3,)))
    with pytest.raises(ValueError, match="pop: 'row' is part of another model"):
        row.pop()
    with pytest.raises(ValueError, match="not built yet; give it an Input or call build"):
        minicnn.Sequential([Dense(2)]).input_shape  # noqa: B018


def test_a_row_is_no_layer_of_itself():
    row = minicnn.Sequential([Dense(3)])
    with pytest.raises(ValueError, match=r"expected a layer of minicnn, got minicnn\.seq"):
        row.add(row)


def test_a_build_that_fails_leaves_other_models_alone():
    shared = Dense(3, name="shared")
    other = minicnn.Sequential([Input((3,)), shared])
    inner = minicnn.Sequential([Dense(3, name="inside"), shared])
    whole = minicnn.Sequential([inner, MaxPooling2D()])
    with pytest.raises(ValueError, match="MaxPooling2D"):
        whole.build((None, 3))
    assert other.predict(np.ones((2, 3), np.float32)).shape == (2, 3)
    assert not inner.built
    assert not inner.layers[0].built


def test_a_row_hands_on_one_output():
    a = Input((3,))
    two = minicnn.Model(a, [Dense(2)(a), Dense(2)(a)], name="two")
    with pytest.raises(ValueError, match="'two' has 2 outputs; a row hands on one"):
        minicnn.Sequential([Input((3,)), two, Dense(2)])


def test_a_row_may_be_given_a_single_layer_and_a_fit_a_single_callback():
    model = minicnn.Sequential(Dense(3))
    model.compile("sgd", "mse")
    history = model.fit(
        np.ones((2, 3)),
        np.ones((2, 3)),
        epochs=5,
        verbose=0,
        callbacks=minicnn.callbacks.EarlyStopping("loss", min_delta=9),
    )
    assert history.epoch == [0, 1]
