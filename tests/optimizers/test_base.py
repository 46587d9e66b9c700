"""What all optimizers share: learning rate, slots, saving, checks."""

import numpy as np
import pytest

from minicnn import optimizers
from minicnn.optimizers import SGD, Adam, AdamW, RMSprop
from minicnn.schedules import CosineDecay, ExponentialDecay

MAKERS = [
    SGD,
    lambda: SGD(momentum=0.9, nesterov=True),
    Adam,
    AdamW,
    RMSprop,
    lambda: RMSprop(momentum=0.9, centered=True),
    lambda: Adam(ExponentialDecay(0.1, 3, 0.5), clipnorm=0.1),
    lambda: Adam(use_ema=True, ema_overwrite_frequency=4),
]


def draw(dtype=np.float32, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "dense/kernel": rng.normal(size=(4, 3)).astype(dtype),
        "dense/bias": rng.normal(size=3).astype(dtype),
    }


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


@pytest.mark.parametrize("make", MAKERS)
def test_variables_continue_where_they_were(make):
    first, params = make(), draw()
    for step in range(3):
        first.step(params, draw(seed=step))
    second, copies = make(), {key: array.copy() for key, array in params.items()}
    second.set_variables(copies, [array for _, array in first.variables(params)])
    for step in range(3):
        first.step(params, draw(seed=9 + step))
        second.step(copies, draw(seed=9 + step))
    assert first.iterations == second.iterations == 6
    for key, array in params.items():
        np.testing.assert_array_equal(copies[key], array)


@pytest.mark.parametrize("make", MAKERS)
def test_before_the_first_step_there_are_no_slots(make):
    optimizer, params = make(), draw()
    variables = optimizer.variables(params)
    head = ["iteration"] + ([] if optimizer.schedule else ["learning_rate"])
    assert [name for name, _ in variables] == head
    optimizer.step(params, draw())
    optimizer.set_variables(params, [array for _, array in variables])
    assert optimizer.iterations == 0
    assert not any(optimizer.slots.values())


def test_a_rate_rounded_by_a_file_stays_exact():
    optimizer = Adam(0.001)
    optimizer.set_variables({}, [np.int64(2), np.float32(0.001)])
    assert optimizer.learning_rate == 0.001
    optimizer.set_variables({}, [np.int64(2), np.float32(0.5)])
    assert optimizer.learning_rate == 0.5


def test_set_variables_says_what_does_not_fit():
    optimizer, params = Adam(), draw()
    optimizer.step(params, draw())
    arrays = [array for _, array in optimizer.variables(params)]
    with pytest.raises(ValueError, match=r"expected 6 .* for 2 parameters, or 2 .*, got 5"):
        optimizer.set_variables(params, arrays[:5])
    with pytest.raises(ValueError, match=r"velocity of dense/kernel must have shape \(4, 3\)"):
        optimizer.set_variables(params, [*arrays[:3], arrays[3].T, *arrays[4:]])
    with pytest.raises(ValueError, match=r"iteration must be a single number, got shape \(1,\)"):
        optimizer.set_variables(params, [np.zeros(1), *arrays[1:]])
    assert optimizer.iterations == 1


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
        (SGD, SGD),
    ],
)
def test_get_knows_kerass_names(identifier, cls):
    assert type(optimizers.get(identifier)) is cls


def test_get_lists_what_it_knows_and_returns_instances():
    optimizer = Adam()
    assert optimizers.get(optimizer) is optimizer
    with pytest.raises(ValueError, match=r"optimizer: 'lion' is unknown; .* Adam, AdamW, RMSprop"):
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
        (lambda: Adam.from_config({"amsgrad": True}), "amsgrad=True is not supported"),
        (lambda: SGD(weight_decay=-0.1), r"sgd: weight_decay must be a number in \[0, inf\)"),
        (lambda: SGD.from_config({"clipvalue": 0.1}), "clipvalue=0.1 is not supported"),
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
