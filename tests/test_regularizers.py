import numpy as np
import pytest
from oracles import keras

from minicnn import regularizers


def test_penalty_and_gradient():
    w = np.random.default_rng(0).normal(size=(3, 4))
    rule = regularizers.L2(0.3)
    assert rule(w) == pytest.approx(float(keras().regularizers.L2(0.3)(w)), rel=1e-6)
    step = 1e-6 * np.ones_like(w)
    slope = (rule(w + step) - rule(w - step)) / 2e-6
    assert rule.gradient(w).sum() == pytest.approx(slope, rel=1e-6)
    assert rule.gradient(w.astype("f4")).dtype == np.float32


def test_names():
    assert regularizers.get(None) is None
    assert regularizers.get("l2").l2 == 0.01
    assert isinstance(regularizers.l2(0.1), regularizers.L2)
    theirs = keras().saving.serialize_keras_object(keras().regularizers.L2(0.5))
    assert regularizers.get(theirs).l2 == 0.5
    with pytest.raises(ValueError, match="regularizer: 'l1' is unknown"):
        regularizers.get("l1")
    with pytest.raises(ValueError, match=r"L2: .* unexpected keyword argument 'l1'"):
        regularizers.get({"class_name": "L2", "config": {"l1": 0.5}})
    with pytest.raises(ValueError, match=r"L2: l2 must be a number in \[0, inf\), got -1"):
        regularizers.L2(-1)
