"""An optimizer learns one model: Keras refuses the variables of another one."""

import copy
import pickle

import numpy as np
import pytest

import minicnn
from minicnn.callbacks import SwapEMAWeights
from minicnn.layers import Dense, Input
from minicnn.optimizers import SGD, Adam, RMSprop

X = np.random.default_rng(1).normal(size=(20, 4)).astype("f4")
Y = np.random.default_rng(2).normal(size=(20, 3)).astype("f4")
MAKERS = [Adam, SGD, RMSprop, lambda: SGD(momentum=0.9), lambda: SGD(use_ema=True)]


def network(optimizer, **names):
    first, last = names.get("first"), names.get("last")
    layers = [Input((4,)), Dense(5, "relu", name=first), Dense(3, name=last)]
    model = minicnn.Sequential(layers, seed=0)
    model.compile(optimizer, "mean_squared_error")
    return model


def trained(optimizer):
    model = network(optimizer)
    model.fit(X, Y, verbose=0)
    return model


def fit(model):
    model.fit(X, Y, verbose=0)
    return model.get_weights()


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("names", [{}, {"first": "one", "last": "two"}, {"first": "one"}])
@pytest.mark.parametrize("learn", [fit, lambda m: m.train_on_batch(X, Y)])
def test_an_optimizer_that_has_learned_a_model_is_refused_by_another_one(make, names, learn):
    optimizer = make()
    other = network(optimizer, **names)
    trained(optimizer)
    before = other.get_weights()
    with pytest.raises(ValueError, match="has learned the weights of another model; make a new"):
        learn(other)
    for now, then in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    other.compile(type(optimizer).from_config(optimizer.get_config()), "mean_squared_error")
    learn(other)


def test_it_may_still_evaluate_and_a_file_gets_no_state_of_the_first_model(tmp_path):
    optimizer = Adam()
    trained(optimizer)
    other = network(optimizer)
    other.evaluate(X, Y, verbose=0)
    other.save(tmp_path / "other.keras")
    other.save_weights(tmp_path / "other.weights.h5")
    assert minicnn.load_model(tmp_path / "other.keras").optimizer.iterations == 0
    again = network(Adam())
    again.load_weights(tmp_path / "other.weights.h5")
    assert again.optimizer.iterations == 0


@pytest.mark.parametrize("use", [lambda m: m.fit(X, Y, epochs=0, verbose=0), None])
def test_averages_of_a_model_never_get_into_another_one(use):
    optimizer = SGD(use_ema=True)
    trained(optimizer)
    other = network(optimizer)
    before = other.get_weights()
    with pytest.raises(ValueError, match="another model"):
        use(other) if use else other.evaluate(X, Y, callbacks=[SwapEMAWeights()], verbose=0)
    np.testing.assert_array_equal(other.get_weights()[0], before[0])


def test_compiling_the_same_model_again_keeps_the_state():
    optimizer, model = Adam(), trained(Adam())
    model.compile(optimizer, "mean_squared_error")
    fit(model)
    model.compile(optimizer, "mean_squared_error")
    fit(model)
    assert optimizer.iterations == 2


def test_layers_may_be_frozen_thawed_and_added_and_weights_replaced():
    model = trained(Adam())
    first, last = model.layers
    for first.trainable, last.trainable in [(False, True), (True, False), (True, True)]:
        fit(model)
    model.set_weights(model.get_weights())
    fit(model)
    model.add(Dense(3))
    fit(model)
    assert model.optimizer.iterations == 6


def test_a_new_layer_under_an_old_name_is_refused():
    model = trained(Adam())
    head = Dense(3, name="dense_1")
    head.build((5,))
    changed = minicnn.Sequential([Input((4,)), model.layers[0], head])
    changed.compile(model.optimizer, "mean_squared_error")
    with pytest.raises(ValueError, match="another model"):
        fit(changed)


def test_a_part_of_the_model_goes_on_with_the_state():
    model = trained(Adam())
    inputs = Input((4,))
    part = minicnn.Model(inputs, model.layers[1](model.layers[0](inputs)), seed=0)
    part.compile(model.optimizer, "mean_squared_error")
    for one, other in zip(fit(part), fit(copy.deepcopy(model)), strict=True):
        assert one.shape == other.shape
    assert model.optimizer.iterations == 2


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_of_a_model_go_on_with_their_own_optimizer(again):
    model = trained(Adam())
    other = again(model)
    for one, two in zip(fit(model), fit(other), strict=True):
        np.testing.assert_array_equal(one, two)
    alone = network(again(model.optimizer))
    with pytest.raises(ValueError, match="another model"):
        fit(alone)


def test_the_optimizer_out_of_a_file_belongs_to_the_model_of_the_file(tmp_path):
    trained(Adam()).save(tmp_path / "m.keras")
    loaded = minicnn.load_model(tmp_path / "m.keras")
    other = network(loaded.optimizer)
    with pytest.raises(ValueError, match="another model"):
        fit(other)
    fit(loaded)
    loaded.save_weights(tmp_path / "m.weights.h5")
    loaded.load_weights(tmp_path / "m.weights.h5")
    fit(loaded)
    assert loaded.optimizer.iterations == 3


def test_slots_follow_layers_that_change_their_names(tmp_path):
    model, untouched = trained(Adam()), trained(Adam())
    first, last = model.layers
    first.name = "other"
    last.name, first.name = "dense", "dense_1"
    model.save(tmp_path / "m.keras")
    copied = copy.deepcopy(model)  # whose graph has the new names
    expected = fit(untouched)
    for one in (model, copied, minicnn.load_model(tmp_path / "m.keras")):
        for now, then in zip(fit(one), expected, strict=True):
            np.testing.assert_array_equal(now, then)


def test_direct_steps_are_for_one_set_of_arrays():
    optimizer, g = Adam(), {"w": np.ones(3)}
    one, other = {"w": np.ones(3)}, {"w": np.ones(3)}
    optimizer.step(one, g)
    with pytest.raises(ValueError, match="the parameter w was another array before"):
        optimizer.step(other, g)
    np.testing.assert_array_equal(other["w"], np.ones(3))
    one["w"] = one["w"] * 2  # nobody uses the old array any longer
    optimizer.step(one, g)
    pickle.loads(pickle.dumps(optimizer)).step(other, g)
