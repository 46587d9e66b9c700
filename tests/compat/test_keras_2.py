"""Keras 2's arguments of optimizers and callbacks."""

import inspect

import numpy as np
import pytest

from minicnn import Sequential, optimizers
from minicnn.callbacks import ReduceLROnPlateau
from minicnn.compat.keras_2 import _WITH_EPSILON
from minicnn.layers import Dense, Input


@pytest.mark.parametrize("cls", _WITH_EPSILON, ids=lambda cls: cls.__name__)
def test_no_epsilon_is_the_default(cls):
    with pytest.warns(DeprecationWarning, match=rf"^{cls.__name__}: epsilon=None is .* use eps"):
        optimizer = cls(epsilon=None)
    assert optimizer.epsilon == cls().epsilon > 0
    assert cls(epsilon=1e-3).epsilon == 1e-3
    assert "places" not in inspect.signature(cls).parameters


def test_every_optimizer_with_an_epsilon_takes_none():
    made = [getattr(optimizers, name) for name in optimizers.__all__]
    classes = {cls for cls in made if isinstance(cls, type)}
    assert {cls for cls in classes if "epsilon" in inspect.signature(cls).parameters} == {
        *_WITH_EPSILON
    }


def test_it_may_stand_in_its_place():
    with pytest.warns(DeprecationWarning, match="epsilon"):
        assert optimizers.Adam(0.01, 0.8, 0.9, None, True).get_config()["amsgrad"] is True


def test_nadams_schedule_is_the_only_one():
    with pytest.warns(DeprecationWarning, match="schedule_decay"):
        optimizers.Nadam(schedule_decay=0.004)
    with pytest.raises(ValueError, match=r"schedule_decay=0\.1 is not supported; expected 0\.004"):
        optimizers.Nadam(schedule_decay=0.1)


def test_the_plateaus_epsilon_is_min_delta():
    with pytest.warns(DeprecationWarning, match="use min_delta") as seen:
        callback = ReduceLROnPlateau("loss", patience=0, factor=0.5, epsilon=1e9)
    assert {warning.filename for warning in seen} == {__file__}
    model = Sequential([Input((2,)), Dense(1)])
    model.compile(optimizers.SGD(0.5), "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, callbacks=[callback], verbose=0)
    assert model.optimizer.learning_rate == 0.25  # no fall of the loss is enough
