"""What all optimizers share: learning rate, slots, checks."""

import numpy as np
import pytest
from optimizer_cases import MAKERS, draw

from minicnn import optimizers
from minicnn.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Nadam,
    Optimizer,
    RMSprop,
)
from minicnn.schedules import CosineDecay, ExponentialDecay


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", MAKERS)
def test_step_works_in_place_and_leaves_gradients_alone(make, dtype):
    params, grads = draw(dtype), draw(dtype, 1)
    arrays, kept = dict(params), {key: g.copy() for key, g in grads.items()}
    before = {key: array.copy() for key, array in params.items()}
    make().step(params, grads)
    for key, array in arrays.items():
        assert params[key] is array
        assert array.dtype == dtype
        assert (array != before[key]).all()
        np.testing.assert_array_equal(grads[key], kept[key])


@pytest.mark.parametrize("make", MAKERS)
def test_strides_do_not_matter(make):
    optimizer, odd = make(), make()
    params, strided = draw(), {key: np.repeat(a, 2, -1)[..., ::2] for key, a in draw().items()}
    for step in range(3):
        grads = draw(seed=step)
        optimizer.step(params, grads)
        odd.step(strided, {key: np.asfortranarray(g) for key, g in grads.items()})
    for key, array in params.items():
        np.testing.assert_array_equal(strided[key], array)


def test_a_rule_of_ones_own_is_one_method():
    class Signs(Optimizer):
        slot_names = ("count",)

        def update(self, theta, g, slots, rate):
            assert rate.dtype == theta.dtype
            slots["count"] += 1
            theta -= rate * np.sign(g)

    optimizer, params = Signs(0.5, clipnorm=0.1), {"a": np.zeros(3)}
    for _ in range(2):
        optimizer.step(params, {"a": np.array([3.0, -2.0, 0.0])})
    assert params["a"].tolist() == [-1, 1, 0]
    assert optimizer.slots["count"]["a"].tolist() == [2, 2, 2]
    assert (optimizer.name, optimizer.iterations) == ("signs", 2)


def test_a_rule_that_is_missing_is_an_error():
    with pytest.raises(NotImplementedError):
        Optimizer(0.1).step({"a": np.zeros(1)}, {"a": np.zeros(1)})


def test_step_says_what_disagrees_and_changes_nothing():
    optimizer, params, grads = Adam(), draw(), draw(seed=1)
    before = {key: array.copy() for key, array in params.items()}
    wrong = [
        ({"dense/bias": grads["dense/bias"]}, "same keys; only one has dense/kernel"),
        (grads | {"dense/bias": np.zeros((3, 1), np.float32)}, r"gradient of dense/bias .* \(3,\)"),
        (grads | {"dense/bias": np.zeros(3)}, "must be float32 of shape .* got float64"),
    ]
    for bad, message in wrong:
        with pytest.raises(ValueError, match=message):
            optimizer.step(params, bad)
    frozen = {key: array.copy() for key, array in params.items()}
    frozen["dense/bias"].flags.writeable = False
    with pytest.raises(ValueError, match="parameter dense/bias is read-only"):
        optimizer.step(frozen, grads)
    with pytest.raises(ValueError, match="parameter a must be float32 or float64, got int64"):
        optimizer.step({"a": np.ones(2, int)}, {"a": np.ones(2, int)})
    assert optimizer.iterations == 0
    for key, array in params.items():
        np.testing.assert_array_equal(array, before[key])
    optimizer.step(params, grads)
    with pytest.raises(ValueError, match="the momentum of dense/kernel must be float64"):
        optimizer.step(draw(np.float64), draw(np.float64))


def test_learning_rate_can_be_read_and_set():
    optimizer = SGD(0.5)
    assert optimizer.learning_rate == 0.5
    optimizer.learning_rate = np.float32(0.25)
    assert optimizer.learning_rate == 0.25
    params = {"a": np.ones(1)}
    optimizer.step(params, {"a": np.ones(1)})
    assert params["a"] == 0.75


def test_a_schedule_gives_the_rate_of_the_next_step_and_cannot_be_set_over():
    schedule = ExponentialDecay(1.0, 1, 0.5)
    optimizer, params = SGD(schedule), {"a": np.zeros(1)}
    for rate in (1.0, 0.5, 0.25):
        assert optimizer.learning_rate == rate
        optimizer.step(params, {"a": np.ones(1)})
    assert params["a"] == -1.75
    with pytest.raises(TypeError, match="follows a ExponentialDecay and cannot be set"):
        optimizer.learning_rate = 0.1
    optimizer.learning_rate = CosineDecay(0.2, 10)
    assert optimizer.schedule.get_config()["decay_steps"] == 10


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("adam", Adam),
        ("Adam", Adam),
        ("adamw", AdamW),
        ("adam_w", AdamW),
        ("AdamW", AdamW),
        ("sgd", SGD),
        ("SGD", SGD),
        ("rmsprop", RMSprop),
        ("RMSprop", RMSprop),
        ("RMSProp", RMSprop),
        ("nadam", Nadam),
        ("Adagrad", Adagrad),
        ("adadelta", Adadelta),
        ("ADAMAX", Adamax),
        (SGD, SGD),
        ({"class_name": "Nadam", "config": {"learning_rate": 0.1}}, Nadam),
    ],
)
def test_get_knows_kerass_names(identifier, cls):
    assert type(optimizers.get(identifier)) is cls


def test_get_lists_what_it_knows_and_returns_instances():
    optimizer = Adam()
    assert optimizers.get(optimizer) is optimizer
    with pytest.raises(ValueError, match=r"optimizer: 'lion' is unknown; .* Adam, AdamW, Adamax"):
        optimizers.get("lion")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Adam(-1.0), r"adam: learning_rate must be a number in \[0, inf\), got -1.0"),
        (lambda: Adam("fast"), "learning_rate must be a number"),
        (lambda: Adam(beta_1=1.0), r"Adam: beta_1 must be a number in \[0, 1\), got 1.0"),
        (lambda: AdamW(beta_2=-0.1), r"AdamW: beta_2 must be"),
        (lambda: AdamW(weight_decay=None), "AdamW: weight_decay must be"),
        (lambda: SGD(momentum=1.5), r"SGD: momentum must be a number in \[0, 1\]"),
        (lambda: RMSprop(rho=float("nan")), r"RMSprop: rho must be"),
        (lambda: SGD(clipnorm=0), r"sgd: clipnorm must be a number in \(0, inf\), got 0"),
        (
            lambda: Adam.from_config({"loss_scale_factor": 2}),
            "loss_scale_factor=2 is not supported",
        ),
        (lambda: SGD(weight_decay=-0.1), r"sgd: weight_decay must be a number in \[0, inf\)"),
        (
            lambda: SGD.from_config({"clipvalue": -1}),
            r"sgd: clipvalue must be a number in \(0, inf",
        ),
        (lambda: Adam(clipnorm=1.0, clipvalue=0.5), "adam: only one of clipnorm, clipvalue and"),
        (lambda: Adam(loss_scale_factor=2), "loss_scale_factor=2 is not supported"),
        (lambda: SGD().exclude_from_weight_decay(var_names="bias"), r"as in \['bias'\]"),
        (lambda: SGD().exclude_from_weight_decay(var_names=["("]), "'\\(' is not a regular expr"),
        (lambda: SGD().exclude_from_weight_decay(var_names=[1]), "1 is not a regular expression"),
        (lambda: Adam(use_ema=True, ema_momentum=2), r"adam: ema_momentum must be .* \[0, 1\]"),
        (lambda: Adam(ema_overwrite_frequency=0), "adam: ema_overwrite_frequency must be a"),
        (lambda: SGD.from_config({"rho": 0.1}), "SGD: .* unexpected keyword argument 'rho'"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
