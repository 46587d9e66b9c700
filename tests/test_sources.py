"""fit, evaluate and predict on other people's iterables: as on the arrays they are made of."""

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Dropout, Flatten, Input

RNG = np.random.default_rng(0)
X = RNG.random((50, 4, 4, 1), dtype="float32")
Y = np.eye(3, dtype="float32")[RNG.integers(0, 3, 50)]
SIZE = 10


class Sequence:
    """Batches by number, like a PyDataset."""

    def __len__(self):
        return len(X) // SIZE

    def __getitem__(self, number):
        part = slice(SIZE * number, SIZE * (number + 1))
        return X[part], Y[part]


class Loader:
    """Batches that start anew with each iteration, like a DataLoader."""

    def __iter__(self):
        return iter([Sequence()[number] for number in range(5)])


def endless():
    while True:
        yield from Loader()


def network(*, built=True, seed=0):
    layers = [Flatten(), Dropout(0.2), Dense(3, activation="softmax")]
    model = minicnn.Sequential([Input((4, 4, 1)), *layers] if built else layers, seed=seed)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture(scope="module")
def expected():
    model = network()
    return model.fit(
        X, Y, SIZE, 3, verbose=0, shuffle=False, validation_data=(X, Y)
    ).history, model.get_weights()


@pytest.mark.parametrize("built", [True, False], ids=["built", "not built"])
@pytest.mark.parametrize(
    ("source", "validation", "arguments"),
    [
        (Sequence, Sequence, {}),
        (Loader, Loader, {}),
        (endless, endless, {"steps_per_epoch": 5, "validation_steps": 5}),
        (Sequence, Loader, {"steps_per_epoch": 4.5, "validation_steps": 5}),
    ],
    ids=["sequence", "iterable", "generator", "float steps"],
)
def test_fit_learns_as_from_the_arrays(expected, built, source, validation, arguments):
    model = network(built=built)
    history = model.fit(
        source(), epochs=3, verbose=0, shuffle=False, validation_data=validation(), **arguments
    ).history
    assert history == expected[0]
    for one, other in zip(model.get_weights(), expected[1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_evaluate_and_predict_take_iterables():
    model = network()
    assert model.evaluate(Sequence(), verbose=0) == model.evaluate(X, Y, SIZE, verbose=0)
    assert model.evaluate(endless(), steps=2, verbose=0) == model.evaluate(
        X[:20], Y[:20], SIZE, verbose=0
    )
    np.testing.assert_array_equal(model.predict(Sequence()), model.predict(X, SIZE))
    np.testing.assert_array_equal(model.predict(endless(), steps=1), model.predict(X[:SIZE], SIZE))
    assert model.predict(x for x in (X[:3], X[3:4])).shape == (4, 3)


def test_class_weights_are_for_generators_too():
    weights = {0: 3.0, 2: 0.5}
    one, other = network(), network()
    arrays = one.fit(X, Y, SIZE, shuffle=False, verbose=0, class_weight=weights).history
    assert other.fit(Loader(), verbose=0, class_weight=weights).history == arrays


def test_steps_cut_epochs_of_arrays_which_go_on():
    def losses(**arguments):
        return network().fit(X, Y, SIZE, shuffle=False, verbose=0, **arguments).history["loss"]

    whole = losses(epochs=1)[0]
    first, second = losses(epochs=2, steps_per_epoch=2)
    assert first != second
    assert np.isclose(losses(epochs=1, steps_per_epoch=5)[0], whole)
    assert len(losses(epochs=4, steps_per_epoch=4)) == 4


def test_a_generator_that_ends_ends_the_training():
    model = network()
    with pytest.warns(UserWarning, match="no data for epoch 2: the training ends"):
        history = model.fit((batch for batch in Loader()), epochs=3, verbose=0)
    assert len(history.history["loss"]) == 1


def test_validation_can_be_rarer():
    history = (
        network().fit(X, Y, epochs=4, verbose=0, validation_data=(X, Y), validation_freq=2).history
    )
    assert (len(history["loss"]), len(history["val_loss"])) == (4, 2)


@pytest.mark.parametrize(
    ("source", "arguments", "message"),
    [
        (lambda: iter([X[:3]]), {}, r"a batch must be \(x, y\) or \(x, y, sample_weight\), got 1"),
        (lambda: iter([(X, Y, X, Y)]), {}, "got 4 parts"),
        (lambda: Sequence(), {"y": Y}, "batches bring their own y"),
        (lambda: iter([(X[:3], Y[:2])]), {}, "x has 3 samples and y has 2"),
        (lambda: Sequence(), {"validation_split": 0.2}, "validation_split need arrays"),
        (lambda: endless(), {"steps_per_epoch": 0}, "steps_per_epoch must be"),
        (lambda: Sequence(), {"validation_freq": 0}, "validation_freq must be"),
    ],
)
def test_bad_sources_are_named(source, arguments, message):
    with pytest.raises(ValueError, match=message):
        network().fit(source(), verbose=0, **arguments)


def test_nothing_at_all_is_named():
    with pytest.raises(ValueError, match="fit: x holds no batches"):
        network(built=False).fit(iter([]), verbose=0)
    with pytest.raises(ValueError, match="predict: x holds no batches"):
        network().predict(iter([]))
