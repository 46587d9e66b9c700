"""What compile was given for several outputs, in files of ours and of Keras's, both ways."""

import json

import numpy as np
import oracles
import pytest

import minicnn

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 4)).astype("f4")
Y = [np.eye(3, dtype="f4")[RNG.integers(0, 3, 8)], RNG.random((8, 2)).astype("f4")]


def trained(lib, *, keyed=False, eager=True):
    layers = lib.layers
    inputs = layers.Input((4,))
    x = layers.Dense(5, activation="tanh")(inputs)
    heads = [layers.Dense(3, activation="softmax", name="face"), layers.Dense(2, name="age")]
    outputs = {head.name: head(x) for head in heads} if keyed else [head(x) for head in heads]
    model = lib.Model(inputs, outputs)
    options = {} if lib is minicnn else {"run_eagerly": eager}
    model.compile(
        lib.optimizers.Adam(0.01),
        loss={"face": lib.losses.CategoricalCrossentropy(label_smoothing=0.1), "age": "mae"},
        loss_weights={"face": 0.5, "age": 2.0},
        metrics={"face": ["accuracy", lib.metrics.TopKCategoricalAccuracy(2, name="top")]},
        weighted_metrics={"face": ["accuracy"], "age": ["mse"]},
        **options,
    )
    targets = dict(zip(["face", "age"], Y, strict=True)) if keyed else Y
    model.train_on_batch(X, targets)
    return model, targets


def figures(model, targets):
    shown = model.evaluate(X, targets, verbose=0, return_dict=True)
    return dict(sorted(shown.items()))


def after_a_step(model, targets):
    if hasattr(model, "run_eagerly"):
        model.run_eagerly = True
    model.train_on_batch(X, targets)
    return figures(model, targets), [np.asarray(w) for w in model.get_weights()]


@pytest.mark.parametrize("keyed", [False, True], ids=["list", "dict"])
@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.filterwarnings("ignore:.*optimizer.*:UserWarning")  # .h5 of Keras's: it starts anew
def test_files_are_exchanged(ours, ending, keyed, tmp_path):
    keras = oracles.keras()
    model, targets = trained(minicnn if ours else keras, keyed=keyed)
    path = tmp_path / f"m.{ending}"
    model.save(path)
    other = (keras.models if ours else minicnn).load_model(path)
    names = {"loss", "face_loss", "age_loss", "face_accuracy", "face_top"}
    assert set(figures(model, targets)) == names | {"face_weighted_accuracy", "age_mse"}
    if ending == "h5":  # no library reads the state of the other's optimizer
        one, two = (figures(m, targets) for m in (model, other))
        one_weights, two_weights = model.get_weights(), other.get_weights()
    else:
        (one, one_weights), (two, two_weights) = (after_a_step(m, targets) for m in (model, other))
    assert one.keys() == two.keys()
    np.testing.assert_allclose(list(one.values()), list(two.values()), rtol=2e-5)
    for a, b in zip(one_weights, two_weights, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_ours_come_back_and_go_on_to_the_bit(ending, tmp_path):
    model, targets = trained(minicnn, keyed=True)
    model.save(tmp_path / f"m.{ending}")
    other = minicnn.load_model(tmp_path / f"m.{ending}")
    assert other.output_keys == ["age", "face"]
    assert other.metrics_names == model.metrics_names
    assert other.to_json() == model.to_json()
    (one, one_weights), (two, two_weights) = (after_a_step(m, targets) for m in (model, other))
    assert one == two
    for a, b in zip(one_weights, two_weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_output_without_a_loss_and_the_eleventh_metric_come_back(tmp_path):
    model, _ = trained(minicnn)
    thresholds = [minicnn.metrics.BinaryAccuracy("p", threshold=0.05 * i) for i in range(12)]
    model.compile("sgd", ["mse", None], metrics=[thresholds, None])
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    assert figures(other, [Y[0], None]) == figures(model, [Y[0], None])
    assert json.loads(model.to_json())["compile_config"]["loss"][1] is None


def test_kerass_2_form_of_several_outputs_is_read(tmp_path):
    model, _ = trained(minicnn)
    written = json.loads(model.to_json())
    written["compile_config"] |= {
        "loss": {"face": "categorical_crossentropy", "age": "mse"},
        "loss_weights": {"face": 1.0, "age": 0.5},
        "metrics": [
            [{"class_name": "MeanMetricWrapper", "config": {"name": "acc", "fn": "x"}}],
            [{"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mae"}}],
        ],
        "weighted_metrics": None,
    }
    other = minicnn.models.model_from_json(json.dumps(written))
    assert other.metrics_names == ["loss", "face_loss", "age_loss", "age_mae", "face_accuracy"]
    assert other.loss.loss_weights == (1.0, 0.5)


class Wrong(minicnn.metrics.MeanMetric):
    """The share of wrong classes."""

    def _values(self, y_true, y_pred):
        return np.argmax(y_true, -1) != np.argmax(y_pred, -1)


def likeliest(y_true, y_pred):
    return np.max(y_pred, axis=-1)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_own_metrics_are_found_in_custom_objects(tmp_path, ending):
    model = minicnn.Sequential([minicnn.layers.Input((4,)), minicnn.layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[likeliest, Wrong(name="wrong")])
    model.fit(X, Y[0], verbose=0)
    file = tmp_path / f"model.{ending}"
    model.save(file)
    own = {"likeliest": likeliest, "Wrong": Wrong}
    loaded = minicnn.load_model(file, custom_objects=own)
    assert [metric.name for metric in loaded.metrics] == ["likeliest", "wrong"]
    assert loaded.evaluate(X, Y[0], verbose=0) == model.evaluate(X, Y[0], verbose=0)
    with pytest.warns(UserWarning, match="metric: 'likeliest' is unknown"):
        minicnn.load_model(file)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_metric_of_ones_own_in_a_file_of_keras(tmp_path, ending):
    keras = oracles.tensorflow().keras
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, "softmax")])

    def likeliest_there(y_true, y_pred):
        return keras.ops.max(y_pred, axis=-1)

    likeliest_there.__name__ = "likeliest"
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy", likeliest_there])
    model.fit(X, Y[0], verbose=0)
    file = tmp_path / f"model.{ending}"
    model.save(file)
    loaded = minicnn.load_model(file, custom_objects={"likeliest": likeliest})
    expected = model.evaluate(X, Y[0], verbose=0)
    assert loaded.evaluate(X, Y[0], verbose=0) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("weights", [[0.0, None], [0.0, 0.0]])
def test_an_output_that_is_switched_off_stays_so(ending, weights, tmp_path):
    model, targets = trained(minicnn)
    model.compile("sgd", ["mse", "mae"], loss_weights=weights)
    model.save(tmp_path / f"m.{ending}")
    other = minicnn.load_model(tmp_path / f"m.{ending}")
    assert figures(other, targets) == figures(model, targets)
