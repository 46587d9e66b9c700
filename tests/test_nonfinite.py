"""NaN and infinity in a training: the step, the layer and the pass are named, once."""

import threading

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input, Layer, ReLU
from minicnn.random import as_key

X, Y = np.ones((8, 3), np.float32), np.ones((8, 2), np.float32)
NAN = np.float32(np.nan)


class Fragile(Layer):
    """The identity, until one pass fails at a step."""

    def __init__(self, broken, **kwargs):
        super().__init__(**kwargs)
        self.broken = broken

    def forward(self, x, *, training, key):
        step = as_key(key, len(x)).step
        return (x * NAN if self.broken == "forward" and step == 2 else x), step

    def backward(self, dy, cache):
        return (dy * NAN if self.broken == "backward" and cache == 2 else dy), {}


def network(*layers, rate=0.01):
    model = minicnn.Sequential([Input((3,)), *layers], seed=1)
    model.compile(minicnn.optimizers.SGD(rate), "mse")
    return model


def warned(model, steps=5):
    with pytest.warns(RuntimeWarning) as caught:
        model.fit(X, Y, epochs=steps, batch_size=8, verbose=0)
    return [str(w.message) for w in caught if "Training step" in str(w.message)]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("forward", "Training step 3: the forward pass of the layer 'weak' gave NaN."),
        (
            "backward",
            "Training step 3: the backward pass of the layer 'weak' gave NaN in the gradient of "
            "its input.",
        ),
    ],
)
def test_step_layer_and_pass_are_named_once(broken, told):
    model = network(Dense(4), ReLU(), Fragile(broken, name="weak"), Dense(2))
    assert warned(model) == [told]


def test_infinity_of_the_loss_is_named():
    model = network(Dense(2))
    model.layers[0].set_weights([np.full((3, 2), 1e30, "f4"), np.zeros(2, "f4")])
    (told,) = warned(model, steps=1)
    assert told == "Training step 1: the forward pass of the loss gave infinity."


def test_weights_that_an_update_has_broken_are_named():
    model = network(Dense(2, name="last"), rate=3e38)
    (told,) = warned(model)
    assert told.startswith("Training step 2: kernel of the layer 'last', after the last update")


def test_the_search_changes_nothing():
    model = network(Dense(4), minicnn.layers.BatchNormalization(), Fragile("backward"), Dense(2))
    other = network(Dense(4), minicnn.layers.BatchNormalization(), Fragile(""), Dense(2))
    warned(model, steps=3)
    other.fit(X, Y, epochs=3, batch_size=8, verbose=0)
    for name in ("moving_mean", "moving_variance"):
        np.testing.assert_array_equal(model.layers[1].state[name], other.layers[1].state[name])


def test_layers_that_the_plan_computes_together_are_named():
    layers = minicnn.layers
    model = minicnn.Sequential(
        [
            *(Input((8, 8, 1)), layers.Conv2D(16, 3, name="first")),
            *(layers.BatchNormalization(name="norm"), ReLU(), layers.MaxPooling2D()),
            *(layers.Flatten(), Dense(2, activation="softmax", name="last")),
        ]
    )
    for name in ("first", "norm", "last"):
        model.compile("sgd", "categorical_crossentropy")
        layer = model.get_layer(name)
        kept = layer.get_weights()
        layer.set_weights([np.full_like(kept[0], np.nan), *kept[1:]])
        which = next(iter(layer.params))
        with pytest.warns(RuntimeWarning, match=f"{which} of the layer '{name}', .* holds NaN"):
            model.train_on_batch(np.ones((4, 8, 8, 1), np.float32), np.eye(2)[[0, 1, 0, 1]])
        model = model.from_config(model.get_config())


def test_a_layer_that_cannot_be_copied_does_not_end_the_training():
    class Locked(ReLU):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.lock = threading.Lock()

    model = network(Dense(2), Locked())
    model.layers[0].set_weights([np.full((3, 2), np.nan), np.zeros(2)])
    assert warned(model)[0].endswith("the loss or a gradient is NaN or infinite.")


class Broken(minicnn.optimizers.SGD):
    """Its third step gives NaN."""

    def update(self, theta, g, slots, rate):
        theta -= rate * g
        if self.iterations == 2:
            theta.flat[0] = np.nan


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (5, "Training step 4: kernel of the layer 'only', after the last update, holds NaN."),
        (3, "After training step 3, kernel of the layer 'only' holds NaN."),
    ],
)
def test_an_update_that_breaks_weights_is_named_even_if_it_is_the_last(steps, told):
    model = network(Dense(2, name="only"))
    model.compile(Broken(0.01), "mse")
    with pytest.warns(RuntimeWarning) as caught:
        model.fit(X, Y, epochs=steps, batch_size=8, verbose=0)
    assert [str(w.message) for w in caught] == [told]


class BadPenalty(minicnn.regularizers.L2):
    def __init__(self, value=0.0, slope=0.0):
        super().__init__(0.0)
        self.value, self.slope = value, slope

    def __call__(self, w):
        return self.value

    def gradient(self, w):
        return np.full_like(w, self.slope)


@pytest.mark.parametrize(
    ("penalty", "told"),
    [
        (BadPenalty(np.inf), "the penalty on kernel of the layer 'only' gave infinity."),
        (BadPenalty(0, NAN), "the gradient of the penalty on kernel of the layer 'only' gave NaN."),
    ],
)
def test_a_penalty_is_named(penalty, told):
    model = network(Dense(2, kernel_regularizer=penalty, name="only"))
    assert warned(model) == [f"Training step 1: {told}"]


def test_weights_that_were_broken_before_are_not_the_updates_fault():
    model = network(Dense(2, name="only"))
    model.layers[0].set_weights([np.full((3, 2), np.nan), np.zeros(2)])
    (told,) = warned(model)
    assert told.endswith("kernel of the layer 'only', before the first update, holds NaN.")
