"""Models that are no row learn, too: several inputs, copies, checkpoints."""

import graphs
import numpy as np
import pytest

import minicnn
from minicnn.callbacks import BackupAndRestore
from minicnn.layers import Concatenate, Dense, Flatten, Input


def two_inputs():
    image, number = Input((4, 4, 1), name="image"), Input((2,), name="number")
    x = Concatenate()([Flatten()(image), number])
    model = minicnn.Model([image, number], Dense(3, activation="softmax")(x), seed=0)
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return model


def two_kinds(n=20):
    rng = np.random.default_rng(0)
    x = [rng.normal(size=(n, 4, 4, 1)).astype("f4"), rng.normal(size=(n, 2)).astype("f4")]
    return x, np.eye(3, dtype="f4")[rng.integers(0, 3, n)]


def test_several_inputs_are_shuffled_split_and_weighed_together():
    x, y = two_kinds()
    arguments = {"batch_size": 6, "epochs": 3, "validation_split": 0.25, "class_weight": {0: 2.0}}
    model, again = two_inputs(), two_inputs()
    again.set_weights(model.get_weights())
    history = model.fit(x, y, verbose=0, **arguments).history
    by_name = again.fit({"number": x[1], "image": x[0]}, y, verbose=0, **arguments).history
    assert history == by_name
    assert len(history["val_accuracy"]) == 3
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert loss > 0
    assert 0 <= accuracy <= 1


def test_several_inputs_learn_as_one_concatenated_input_does():
    (image, number), y = two_kinds()
    model = two_inputs()
    row = minicnn.Sequential([Input((18,)), Dense(3, activation="softmax")], seed=0)
    row.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    row.set_weights(model.get_weights())
    flat = np.concatenate([image.reshape(20, 16), number], axis=1)
    ours = model.fit([image, number], y, batch_size=6, epochs=2, verbose=0).history
    theirs = row.fit(flat, y, batch_size=6, epochs=2, verbose=0).history
    assert ours == theirs


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda m, x, y: m.fit(x[0], y),
            r"fit: 'functional' has 2 inputs \(image, number\), got 1",
        ),
        (lambda m, x, y: m.fit([x[0], x[1][:3]], y), "fit: the inputs have 20, 3 samples"),
        (lambda m, x, y: m.fit(x, y[:3]), "fit: x has 20 samples and y has 3"),
        (lambda m, x, y: m.train_on_batch([x[0], x[1] * np.nan], y), "x holds NaN"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    x, y = two_kinds()
    with pytest.raises(ValueError, match=message):
        call(two_inputs(), x, y)


def test_a_graph_that_was_broken_off_goes_on_to_the_bit(tmp_path):
    class Stop(minicnn.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.training.epoch == 1 and batch == 1:
                raise KeyboardInterrupt

    x, y = graphs.batch(graphs.nested(), n=20, dtype="float32")

    def model():
        made = graphs.nested()
        made.set_weights(weights)
        made.compile(minicnn.optimizers.Adam(0.01), "categorical_crossentropy")
        return made

    weights = graphs.nested().get_weights()
    whole = model()
    whole.fit(x, y, batch_size=4, epochs=3, verbose=0)
    backup = BackupAndRestore(tmp_path, save_freq=1)
    with pytest.raises(KeyboardInterrupt):
        model().fit(x, y, batch_size=4, epochs=3, verbose=0, callbacks=[backup, Stop()])
    resumed = model()
    resumed.fit(x, y, batch_size=4, epochs=3, verbose=0, callbacks=[backup])
    for a, b in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_averages_of_a_graph_go_in_at_the_end():
    model = graphs.residual()
    optimizer = minicnn.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    model.compile(optimizer, "categorical_crossentropy")
    x, y = graphs.batch(model, n=8, dtype="float32")
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    for name, array in model.trainable_params().items():
        np.testing.assert_array_equal(array, optimizer.slots["average"][name])


def test_a_penalty_on_a_shared_layer_counts_once():
    inputs = Input((3,))
    layer = Dense(3, kernel_regularizer="l2", use_bias=False, name="again")
    model = minicnn.Model(inputs, layer(layer(inputs)))
    model.compile("sgd", "mse")
    x = np.zeros((2, 3), np.float32)
    expected = 0.01 * float(np.square(layer.params["kernel"], dtype=np.float64).sum())
    assert model.evaluate(x, x, verbose=0) == pytest.approx(expected, rel=1e-6)
