"""A call may depend on training, as long as both graphs compute the same outside of it."""

import numpy as np
import pytest

import minicnn
from minicnn import layers

VECTORS = np.random.default_rng(0).normal(size=(6, 192)).astype(np.float32)


class Small(minicnn.Model):
    """Layers for somebody's call."""

    def __init__(self):
        super().__init__()
        self.dense, self.other = layers.Dense(3), layers.Dense(3)
        self.dropout = layers.Dropout(0.5)


def small(call, **attributes):
    return type("Mine", (Small,), {"call": call, **attributes})()


def test_a_call_may_ask_for_training():
    def call(self, x, training=False):
        if training:
            x = self.dropout(x, training=training)
        return self.dense(x)

    model = small(call)
    np.testing.assert_array_equal(model(VECTORS), model(VECTORS))
    assert np.abs(model(VECTORS, training=True) - model(VECTORS)).max() > 0


@pytest.mark.parametrize(
    "call",
    [
        lambda self, x, training=False: self.dense(x) if training else self.other(x),
        lambda self, x, training=False: self.dense(x if training else x + x),
        lambda self, x, training=False: self.dropout(self.dense(x), training=bool(training)),
    ],
)
def test_a_call_that_computes_something_else_outside_training_is_refused(call):
    with pytest.raises(ValueError, match=r"^Mine: outside training, call connects other layers; o"):
        small(call)(VECTORS)
