"""Constraints beside Keras's: values, training, files."""

import numpy as np
import pytest
from oracles import keras

import minicnn
from minicnn import constraints
from minicnn.layers import Conv2D, Dense, DepthwiseConv2D, Flatten, Input, SeparableConv2D

RULES = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.5, "axis": [0, 1]}),
    ("NonNeg", {}),
    ("UnitNorm", {"axis": 1}),
    ("MinMaxNorm", {"min_value": 0.8, "max_value": 1.2, "rate": 0.3}),
]
KERAS_ARRAYS = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "arguments"), RULES)
def test_values_are_kerass(name, arguments, dtype):
    w = np.random.default_rng(0).normal(size=(3, 4)).astype(dtype)
    w[:, 0] = 0
    before = w.copy()
    ours = getattr(constraints, name)(**arguments)(w)
    theirs = getattr(keras().constraints, name)(**arguments)(w)
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-6)
    assert ours.dtype == dtype
    np.testing.assert_array_equal(w, before)


@pytest.mark.parametrize(("name", "arguments"), RULES)
def test_config_goes_to_keras_and_back(name, arguments):
    ours = getattr(constraints, name)(**arguments)
    theirs = keras().saving.deserialize_keras_object(ours.serialize())
    assert type(theirs).__name__ == name
    back = constraints.get(keras().saving.serialize_keras_object(theirs))
    assert back.get_config() == ours.get_config()


def test_names():
    assert constraints.get(None) is None
    assert constraints.get("max_norm").max_value == 2
    assert isinstance(constraints.get("NonNeg"), constraints.NonNeg)
    assert constraints.min_max_norm(rate=0.5).rate == 0.5
    with pytest.raises(ValueError, match="constraint: 'small' is unknown; expected one of MaxNorm"):
        constraints.get("small")
    with pytest.raises(ValueError, match="constraint: the function abs is unknown"):
        constraints.get(abs)
    with pytest.raises(ValueError, match="MaxNorm: max_value must be a number"):
        constraints.MaxNorm(-1)
    with pytest.raises(NotImplementedError, match="Constraint does not define __call__"):
        constraints.Constraint()(np.ones(2))


def _network(package):
    ls, rules = package.layers, package.constraints
    model = package.Sequential(
        [
            ls.Input((6, 6, 2)),
            ls.Conv2D(3, 3, kernel_constraint=rules.MaxNorm(0.7, [0, 1, 2])),
            ls.SeparableConv2D(
                4, 3, depthwise_constraint="unit_norm", pointwise_constraint="NonNeg"
            ),
            ls.DepthwiseConv2D(2, depthwise_constraint=rules.MinMaxNorm(0.2, 0.5, 0.5)),
            ls.Flatten(),
            ls.Dense(3, kernel_constraint=rules.MaxNorm(0.4), bias_constraint=rules.NonNeg()),
        ]
    )
    optimizer = package.optimizers.Adam(0.05, use_ema=True, ema_overwrite_frequency=2)
    model.compile(optimizer, "mse")
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape).astype(np.float32) for w in model.get_weights()])
    return model


@KERAS_ARRAYS
def test_training_and_files_are_kerass(tmp_path):
    rng = np.random.default_rng(2)
    x, y = rng.random((12, 6, 6, 2), dtype=np.float32), rng.random((12, 3), dtype=np.float32)
    ours, theirs = _network(minicnn), _network(keras())
    for model in (ours, theirs):
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=2e-4, atol=2e-5)
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    ours.save(tmp_path / "ours.h5")
    theirs.save(tmp_path / "theirs.h5")
    for ending in (".keras", ".h5"):
        back = keras().saving.load_model(tmp_path / f"ours{ending}", compile=False)
        assert back.layers[0].kernel_constraint.max_value == 0.7
        read = minicnn.load_model(tmp_path / f"theirs{ending}", compile=False)
        # Keras numbers its names over the whole process.
        configs = [[layer.get_config() | {"name": ""} for layer in m.layers] for m in (read, ours)]
        assert configs[0] == configs[1]
        assert {*read.layers[-1].constraints} == {"kernel", "bias"}


def test_frozen_layers_stay_as_they_are():
    layer = Dense(1, kernel_constraint="unit_norm", bias_constraint="non_neg")
    model = minicnn.Sequential([Input((2,)), layer, Dense(1)])
    assert {w.name: w.constraint for w in layer.weights} == layer.constraints
    assert model.layers[-1].weights[0].constraint is None
    layer.trainable = False
    model.compile("sgd", "mse")
    before = layer.get_weights()
    model.fit(np.ones((4, 2), np.float32), np.ones((4, 1), np.float32), verbose=0)
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])


def test_a_constraint_of_ones_own():
    class Rounded(constraints.Constraint):
        def __call__(self, w):
            return np.round(w, 1)

    model = minicnn.Sequential([Input((2,)), Dense(1, kernel_constraint=Rounded())])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2), np.float32), np.ones((4, 1), np.float32), verbose=0)
    kernel = model.layers[0].params["kernel"]
    np.testing.assert_array_equal(kernel, np.round(kernel, 1))


@pytest.mark.parametrize(
    "layer", [Dense(1), Conv2D(1, 1), DepthwiseConv2D(1), SeparableConv2D(1, 1), Flatten()]
)
def test_without_a_constraint_files_stay_as_they_were(layer):
    assert not any(key.endswith("_constraint") for key in layer.get_config())


@pytest.mark.parametrize("name", ["MaxNorm", "UnitNorm", "MinMaxNorm"])
@pytest.mark.parametrize("axis", ["a", None, True, 1.0, [0, "a"]])
def test_an_axis_that_is_none_is_refused_at_once(name, axis):
    with pytest.raises(TypeError, match=f"{name}: axis must be an integer or several, got"):
        getattr(constraints, name)(axis=axis)


def test_an_axis_may_be_numpys():
    rule = constraints.MaxNorm(1, axis=np.int64(1))
    np.testing.assert_allclose(rule(np.full((2, 4), 2.0)), np.full((2, 4), 0.5), rtol=1e-6)
    assert rule.get_config() == {"max_value": 1.0, "axis": 1}
    assert type(rule.get_config()["axis"]) is int


def test_a_constraint_of_ones_own_keeps_the_shape():
    class Sums(constraints.Constraint):
        def __call__(self, w):
            return w.sum(axis=0)

    model = minicnn.Sequential([Input((4,)), Dense(3, kernel_constraint=Sums(), name="d")])
    model.compile("sgd", "mse")
    message = r"'d'.*: the constraint on kernel must keep the shape \(4, 3\), got \(3,\)"
    with pytest.raises(ValueError, match=message):
        model.train_on_batch(np.ones((2, 4), np.float32), np.ones((2, 3), np.float32))


def test_a_largest_norm_below_the_smallest_is_refused():
    with pytest.raises(ValueError, match="MinMaxNorm: min_value must be at most max_value, got 3"):
        constraints.MinMaxNorm(3, 1)
