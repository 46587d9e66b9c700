"""Accuracy on spoiled images."""

import json

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn.data.corruptions import CORRUPTIONS, corrupt
from minicnn.fer import EMOTIONS
from minicnn.fer.datasets.image_batches import ImageBatches, to_inputs
from minicnn.fer.evaluation.robustness import Robustness, robustness


@pytest.fixture(scope="module")
def data():
    return faces(train=10, test=10)


@pytest.fixture(scope="module")
def model(data):
    model = tiny_network()
    model.fit(ImageBatches(data.train, shuffle=True), epochs=30, verbose=0)
    return model


@pytest.fixture(scope="module")
def result(model, data):
    return robustness(model, data.test, seed=2)


def test_the_accuracies_are_those_of_the_spoiled_images(model, data, result):
    x, true = to_inputs(data.test.images), data.test.labels
    assert list(result.accuracy) == list(CORRUPTIONS)
    assert result.clean == np.mean(model.predict(x).argmax(axis=1) == true)
    for name, values in result.accuracy.items():
        # All 70 images at once, where it took batches of 32.
        expected = [
            np.mean(model.predict(corrupt(x, name, level, 2)).argmax(axis=1) == true)
            for level in CORRUPTIONS[name].levels
        ]
        assert values == pytest.approx(expected, abs=1e-12), name
    assert result.accuracy["brightness"][-1] < result.clean, "these faces differ by their grey"


def test_it_is_repeatable_and_can_be_cut_down(model, data, result):
    some = robustness(model, data.test, only=["occlusion", "noise"], seed=2)
    assert some.accuracy == {name: result.accuracy[name] for name in ("occlusion", "noise")}


def test_the_order_of_the_outputs_does_not_matter(model, data, result):
    turned = tiny_network()
    order = np.random.default_rng(0).permutation(7)
    kernel, bias = model.get_weights()
    turned.set_weights([kernel[:, order], bias[order]])
    turned.extra["class_names"] = [EMOTIONS[i] for i in order]
    part = robustness(turned, data.test, only=["contrast"], seed=2)
    assert part.accuracy["contrast"] == result.accuracy["contrast"]


def test_json_there_and_back(result):
    figures = json.loads(json.dumps(result.as_dict()))
    assert Robustness.from_dict(figures) == result
    assert figures["corruptions"]["noise"]["levels"] == [0.05, 0.1, 0.2]
    for wrong in ({}, [], figures | {"corruptions": {"noise": {"levels": [1], "accuracy": [1]}}}):
        with pytest.raises(ValueError, match="not written by minicnn robustness"):
            Robustness.from_dict(wrong)


def test_an_unknown_corruption_is_refused(model, data):
    with pytest.raises(ValueError, match=r"expected some of noise, .* got 'rain'"):
        robustness(model, data.test, only=["rain"])
