import numpy as np
import oracles
import pytest

from minicnn.optimizers import SGD
from minicnn.optimizers.weight_decay import decays


@pytest.mark.parametrize(
    ("name", "excluded", "expected"),
    [
        ("conv2d/kernel", ["bias", "gamma"], True),
        ("conv2d/bias", ["bias"], False),
        ("bias_layer/kernel", ["bias"], True),
        ("gamma", ["^gam"], False),
        ("kernel", [], True),
    ],
)
def test_a_pattern_is_sought_in_the_parameters_own_name(name, excluded, expected):
    assert decays(name, excluded) is expected


def test_what_is_excluded_keeps_its_size_as_in_keras():
    values = {"kernel": np.full((2, 3), 4.0, np.float32), "bias": np.full(3, 4.0, np.float32)}
    keras = oracles.keras()
    theirs = [keras.Variable(value.copy(), name=name) for name, value in values.items()]
    twin = keras.optimizers.SGD(0.5, momentum=0.9, weight_decay=0.25)
    twin.exclude_from_weight_decay(var_names=["bias"])
    ours = {f"dense/{name}": value.copy() for name, value in values.items()}
    optimizer = SGD(0.5, momentum=0.9, weight_decay=0.25)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    for _ in range(3):
        twin.apply([np.ones(v.shape, np.float32) for v in theirs], theirs)
        optimizer.step(ours, {name: np.ones_like(value) for name, value in ours.items()})
    for variable, array in zip(theirs, ours.values(), strict=True):
        np.testing.assert_allclose(array, variable.numpy(), rtol=1e-6)
    assert ours["dense/bias"][0] == np.float32(4) - np.float32(0.5) * np.float32(1 + 1.9 + 2.71)
