"""Twenty steps of every optimizer and option beside Keras's own."""

import re

import numpy as np
import oracles
import pytest

from minicnn import optimizers
from minicnn.saving import optimizer_variables
from minicnn.schedules import CosineDecay, ExponentialDecay

SHAPES = {"kernel": (3, 4, 2), "bias": (2,), "gamma": ()}

OPTIONS = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"clipnorm": 0.3, "learning_rate": 0.1}),
    ("SGD", {"weight_decay": 0.2, "momentum": 0.9, "nesterov": True, "learning_rate": 0.1}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.95, "epsilon": 1e-3}),
    ("Adam", {"clipnorm": 0.5}),
    ("Adam", {"amsgrad": True}),
    ("AdamW", {"amsgrad": True, "beta_2": 0.5, "clipnorm": 0.5, "use_ema": True}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.3, "learning_rate": 0.02, "clipnorm": 0.5}),
    ("Adam", {"weight_decay": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"weight_decay": 0.3, "use_ema": True}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.7, "epsilon": 1e-4}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "clipnorm": 0.5}),
    ("SGD", {"use_ema": True}),
    ("SGD", {"use_ema": True, "momentum": 0.9, "ema_momentum": 0.7, "ema_overwrite_frequency": 3}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.9, "clipnorm": 0.5}),
    ("AdamW", {"use_ema": True, "ema_overwrite_frequency": 1}),
    ("RMSprop", {"use_ema": True, "centered": True, "ema_momentum": 0.0}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.95, "epsilon": 1e-3}),
    ("Nadam", {"weight_decay": 0.1, "clipnorm": 0.5, "use_ema": True}),
    ("Adamax", {}),
    ("Adamax", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adamax", {"weight_decay": 0.1, "use_ema": True}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": 1e-4}),
    ("Adagrad", {"weight_decay": 0.1, "use_ema": True}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-4}),
    ("Adadelta", {"weight_decay": 0.1, "use_ema": True}),
    ("SGD", {"clipvalue": 0.3, "learning_rate": 0.1}),
    ("SGD", {"global_clipnorm": 0.3, "learning_rate": 0.1}),
    ("Adam", {"global_clipnorm": 1e3}),
    ("Nadam", {"clipvalue": 0.5}),
]

EXPONENTIAL = ExponentialDecay(0.1, 5, 0.7)
COSINE = CosineDecay(0.01, 12, alpha=0.1, warmup_target=0.1, warmup_steps=4)

CASES = [(name, options, None) for name, options in OPTIONS] + [
    (name, {}, schedule) for name in ("SGD", "AdamW", "Nadam") for schedule in (EXPONENTIAL, COSINE)
]


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    # In float64 Keras keeps the learning rate in float64 only if told to compute so throughout.
    keras = oracles.keras()
    before = keras.config.floatx()
    keras.config.set_floatx(request.param)
    yield request.param
    keras.config.set_floatx(before)


def keras_schedule(schedule):
    keras = oracles.keras()
    return keras.optimizers.schedules.deserialize(schedule.serialize())


@pytest.mark.parametrize(("name", "options", "schedule"), CASES)
def test_twenty_steps_are_kerass(name, options, schedule, dtype):
    keras = oracles.keras()
    ours = getattr(optimizers, name)(**options)
    theirs = getattr(keras.optimizers, name)(**options)
    if schedule is not None:
        ours.learning_rate, theirs.learning_rate = schedule, keras_schedule(schedule)
    rng = np.random.default_rng(0)
    params = {key: rng.normal(size=shape).astype(dtype) for key, shape in SHAPES.items()}
    params["gamma"] = np.asarray(params["gamma"])
    variables = [keras.Variable(array, dtype=dtype, name=key) for key, array in params.items()]
    tolerance = {"float32": 3e-6, "float64": 1e-12}[dtype]
    if isinstance(schedule, CosineDecay):
        tolerance = max(tolerance, 1e-7)  # two libraries' float32 cosines
    for step in range(20):
        # The first gradients are tiny: there it shows where epsilon stands.
        size = 1e-6 if step < 2 else 1.0
        grads = {
            key: np.asarray(size * rng.normal(size=shape), dtype) for key, shape in SHAPES.items()
        }
        ours.step(params, grads)
        theirs.apply([keras.ops.convert_to_tensor(g, dtype) for g in grads.values()], variables)
    for array, variable in zip(params.values(), variables, strict=True):
        close(array, variable.numpy(), tolerance)
    mine = optimizer_variables.variables(ours, params)
    assert len(mine) == len(theirs.variables)
    for (key, array), variable in zip(mine, theirs.variables, strict=True):
        # Nadam's product of momenta has no name of its own in Keras: "variable", "variable_1", ...
        assert key == re.sub(r"^(variable)_\d+$", r"\1", variable.path.split("/")[-1])
        assert array.shape == tuple(variable.shape)
        # The rate is listed as a file keeps it, in float32.
        close(array, variable.numpy(), 1e-7 if key == "learning_rate" else tolerance)


def test_a_training_ends_with_the_averages_as_in_keras():
    keras = oracles.keras()
    theirs = keras.optimizers.SGD(0.3, use_ema=True, ema_momentum=0.6)
    ours = optimizers.SGD(0.3, use_ema=True, ema_momentum=0.6)
    params = {"kernel": np.ones((2, 3), np.float32), "bias": np.zeros(3, np.float32)}
    variables = [keras.Variable(array, name=key) for key, array in params.items()]
    rng = np.random.default_rng(0)
    for _ in range(4):
        grads = {k: rng.normal(size=array.shape).astype("f4") for k, array in params.items()}
        ours.step(params, grads)
        theirs.apply(list(map(keras.ops.convert_to_tensor, grads.values())), variables)
    before = params["kernel"].copy()
    ours.finalize_variable_values(params)
    theirs.finalize_variable_values(variables)
    assert (params["kernel"] != before).all()
    for array, variable in zip(params.values(), variables, strict=True):
        close(array, variable.numpy(), 1e-6)


def close(got, expected, tolerance):
    assert np.abs(got - expected).max() <= tolerance * np.abs(expected).max()


@pytest.mark.parametrize(("name", "options"), OPTIONS)
@pytest.mark.parametrize("schedule", [None, EXPONENTIAL], ids=["rate", "schedule"])
def test_config_goes_to_keras_and_back(name, options, schedule):
    keras = oracles.keras()
    ours = getattr(optimizers, name)(**options)
    if schedule is not None:
        ours.learning_rate = schedule
    theirs = getattr(keras.optimizers, name).from_config(ours.get_config())
    back = optimizers.get(keras.saving.serialize_keras_object(theirs))
    assert type(back) is type(ours)
    config, expected = back.get_config(), ours.get_config()
    if schedule is None:  # Keras rounds it to float32
        assert config.pop("learning_rate") == float(np.float32(expected.pop("learning_rate")))
    assert config == expected
