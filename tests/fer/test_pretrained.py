"""The model that comes with the package: what it is, that Keras opens it, and what it reaches."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from oracles import keras as oracle

from minicnn.fer import EMOTIONS, evaluate, fer_network, load_fer2013, load_pretrained
from minicnn.fer.predict import class_names
from minicnn.fer.pretrained import PRETRAINED_FILE
from minicnn.fer.robustness import Robustness, robustness

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "pretrained"

# Another processor adds in another order, and an image between two emotions may change sides.
IMAGES_APART = 3


@pytest.fixture(scope="module")
def model():
    return load_pretrained()


@pytest.fixture(scope="module")
def test_images(tmp_path_factory):
    path = os.environ.get("MINICNN_FER2013")
    if not path:
        pytest.skip("MINICNN_FER2013 does not name the FER2013 zip")
    return load_fer2013(path, cache=False).test


def test_it_is_the_documented_network_with_weights_alone(model):
    documented = fer_network()
    assert [layer.get_config() for layer in model.layers] == [
        layer.get_config() for layer in documented.layers
    ]
    assert model.count_params() == 6_318_471
    assert class_names(model) == EMOTIONS
    assert model.optimizer is None
    assert PRETRAINED_FILE.stat().st_size < 14 << 20


def test_the_card_is_beside_it_and_says_what_is_expected_of_one():
    card = PRETRAINED_FILE.with_suffix(".md").read_text()
    for subject in ("Data", "Training", "Numbers", "Limits", "must not be used", "Licence"):
        assert subject in card


def test_keras_opens_it(model):
    theirs = oracle().models.load_model(PRETRAINED_FILE)
    x = np.random.default_rng(0).random((8, 48, 48, 1), dtype=np.float32)
    np.testing.assert_allclose(theirs.predict(x, verbose=0), model.predict(x), atol=1e-5)


@pytest.mark.parametrize("tta", [None, "flip"])
def test_it_reaches_the_committed_numbers(model, test_images, tta):
    name = "evaluation.json" if tta is None else f"evaluation-{tta}.json"
    committed = json.loads((RESULTS / name).read_text())
    again = evaluate(model, test_images, tta=tta)
    assert again.images == committed["images"]
    assert abs(again.accuracy - committed["accuracy"]) * again.images <= IMAGES_APART
    assert again.loss == pytest.approx(committed["loss"], abs=1e-3)


def test_under_noise_it_reaches_them_too(model, test_images):
    committed = json.loads((RESULTS / "robustness.json").read_text())
    expected = Robustness.from_dict(committed).accuracy["noise"]
    again = robustness(model, test_images, only=["noise"], seed=committed["seed"])
    for accuracy, figure in zip(again.accuracy["noise"], expected, strict=True):
        assert abs(accuracy - figure) * again.images <= IMAGES_APART
