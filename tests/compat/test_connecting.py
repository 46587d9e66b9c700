"""A call runs once; it may depend on training in layers that do nothing outside of it."""

import numpy as np
import pytest
from small_classes import small

import minicnn
from minicnn import layers

VECTORS = np.random.default_rng(0).normal(size=(6, 192)).astype(np.float32)


def is_dropped_in_training(model):
    same = np.array_equal(model(VECTORS), model(VECTORS))
    return same and np.abs(model(VECTORS, training=True) - model(VECTORS)).max() > 0


def test_a_call_may_ask_for_training():
    def call(self, x, training=False):
        if training:
            x = self.dropout(x, training=training)
        return self.dense(x)

    def compared(self, x, training=None):
        return self.dense(self.dropout(x) if training == True else x)  # noqa: E712

    assert is_dropped_in_training(small(call))
    assert is_dropped_in_training(small(compared))


def test_a_branch_that_only_training_lengthens():
    def call(self, x, training=False):
        a, b = self.dense(x), self.other(x)
        if training:
            b = self.dropout(b)
        return a + b

    assert is_dropped_in_training(small(call))


@pytest.mark.parametrize(
    ("mode", "call"),
    [
        (False, lambda self, x, training=False: self.dense(x) if training else self.other(x)),
        (False, lambda self, x, training=False: self.dense(x if training else x + x)),
        (
            False,
            lambda self, x, training=None: self.dropout(self.dense(x), training=bool(training)),
        ),
        (
            True,
            lambda self, x, training=None: self.dense(self.dropout(x) if training is True else x),
        ),
        (True, lambda self, x, training=None: layers.Dense(3)(x)),
    ],
)
def test_a_call_that_one_graph_cannot_say_is_refused(mode, call):
    with pytest.raises(
        ValueError, match=rf"^Mine: with training={mode}, call connects other layer"
    ):
        small(call)(VECTORS)


def test_statistics_tell_layers_apart():
    class Two(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = (layers.BatchNormalization(center=False, scale=False) for _ in "ab")

        def call(self, x, training=None):
            return self.a(x) if training else self.b(x)

    with pytest.raises(ValueError, match=r"^Two: with training=False, call connects other layers"):
        Two()(VECTORS)


def test_the_default_of_training_counts_in_a_call_on_arrays():
    model = small(lambda self, x, training=True: self.dropout(self.dense(x), training=training))
    assert np.abs(model(VECTORS) - model(VECTORS)).max() > 0
    np.testing.assert_array_equal(model(VECTORS, training=False), model.predict(VECTORS, verbose=0))
