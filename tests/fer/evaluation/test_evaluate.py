"""Figures of a model on a split, against scikit-learn and the model's own."""

import itertools
import json
import time

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn.classification import (
    bootstrap_interval,
    calibration_bins,
    expected_calibration_error,
)
from minicnn.data.dataset import Split
from minicnn.fer import EMOTIONS, evaluate
from minicnn.fer.datasets.image_batches import ImageBatches, to_inputs
from minicnn.fer.prediction.views import views

sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn, the oracle, is missing")


@pytest.fixture(scope="module")
def data():
    return faces(train=20, test=10)


@pytest.fixture(scope="module")
def model(data):
    model = tiny_network()
    model.fit(ImageBatches(data.train, shuffle=True), epochs=20, verbose=0)
    return model


def test_it_shows_its_figures(model, data):
    shown = repr(result := evaluate(model, data.test))
    assert f"of {len(data.test.images)} images: accuracy {result.accuracy:.2%} (95 %" in shown
    assert f"loss {result.loss:.4f}" in shown


def test_the_scores_are_scikit_learns(model, data):
    # Few of the first emotions: the mean over the classes and the weighted one are two things.
    some = (data.test.labels > 2) | (np.arange(70) % 5 == 0)
    split = Split(data.test.images[some], data.test.labels[some])
    ours = evaluate(model, split)
    predicted = model.predict(to_inputs(split.images)).argmax(axis=1)
    theirs = sklearn.classification_report(
        split.labels, predicted, target_names=EMOTIONS, output_dict=True, zero_division=0
    )
    assert abs(ours.macro["f1"] - ours.weighted["f1"]) > 0.01
    assert 0.3 < ours.accuracy < 1, "a model without mistakes, or with nothing else, tells little"
    assert ours.accuracy == pytest.approx(theirs["accuracy"], rel=1e-14)
    names = {"precision": "precision", "recall": "recall", "f1": "f1-score", "support": "support"}
    for emotion, row in ours.as_dict()["classes"].items():
        for name, other in names.items():
            assert row[name] == pytest.approx(theirs[emotion][other], rel=1e-14)
    for means, other in ((ours.macro, "macro avg"), (ours.weighted, "weighted avg")):
        for name, value in means.items():
            assert value == pytest.approx(theirs[other][names[name]], rel=1e-14)
    np.testing.assert_array_equal(ours.confusion, sklearn.confusion_matrix(split.labels, predicted))


def test_loss_and_accuracy_are_what_the_model_says_itself(model, data):
    ours = evaluate(model, data.test)
    own = model.evaluate(ImageBatches(data.test), verbose=0, return_dict=True)
    assert ours.loss == pytest.approx(own["loss"], rel=1e-5)
    assert ours.accuracy == pytest.approx(own["accuracy"], rel=1e-12)
    assert ours.images == len(data.test)


def test_the_order_of_the_outputs_does_not_matter(model, data):
    turned = tiny_network()
    order = np.random.default_rng(0).permutation(7)
    kernel, bias = model.get_weights()
    turned.set_weights([kernel[:, order], bias[order]])
    turned.extra["class_names"] = [EMOTIONS[i] for i in order]
    ours, theirs = evaluate(turned, data.test), evaluate(model, data.test)
    np.testing.assert_array_equal(ours.confusion, theirs.confusion)
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-6)


def test_a_probability_that_vanished_does_not_make_the_loss_infinite(model, data):
    sure = tiny_network()
    sure.set_weights([1e6 * array for array in model.get_weights()])
    loss = evaluate(sure, data.test).loss
    assert 1 < loss < 100


def test_an_uncompiled_model_can_be_evaluated(model, data):
    bare = tiny_network()
    bare.set_weights(model.get_weights())
    bare.optimizer = bare.loss = None
    assert evaluate(bare, data.test).loss == evaluate(model, data.test).loss


def test_top_2_and_loss_are_scikit_learns(model, data):
    ours = evaluate(model, data.test)
    labels, rows = data.test.labels, model.predict(to_inputs(data.test.images)).astype(np.float64)
    assert ours.accuracy < ours.top_2_accuracy < 1
    assert ours.top_2_accuracy == sklearn.top_k_accuracy_score(labels, rows, k=2)
    rows /= rows.sum(axis=1, keepdims=True)
    assert ours.loss == pytest.approx(sklearn.log_loss(labels, rows), rel=1e-6)


def test_interval_and_calibration_are_those_of_the_predictions(model, data):
    ours = evaluate(model, data.test)
    assert ours.interval == bootstrap_interval(round(70 * ours.accuracy), 70)
    assert ours.interval[0] < ours.accuracy < ours.interval[1]
    rows = model.predict(to_inputs(data.test.images))
    expected = expected_calibration_error(calibration_bins(data.test.labels, rows))
    assert ours.calibration_error == pytest.approx(expected, rel=1e-12)
    assert expected > 0.01


def test_the_time_is_that_of_an_image(model, data, monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    # Three batches, 32 + 32 + 6 images, a tick each: the median, not the mean.
    evaluation = evaluate(model, data.test)
    assert evaluation.seconds == 1 / 32
    assert evaluation.as_dict()["milliseconds_per_image"] == 1000 / 32


def test_a_part_has_the_figures_of_its_images(model, data):
    chosen = np.arange(70) % 3 == 0
    part = evaluate(model, data.test).part(chosen)
    alone = evaluate(model, Split(data.test.images[chosen], data.test.labels[chosen]))
    assert part.images == 24
    np.testing.assert_array_equal(part.confusion, alone.confusion)
    assert part.loss == pytest.approx(alone.loss, rel=1e-6)


@pytest.mark.parametrize("tta", ["flip", "ten-crop"])
def test_test_time_augmentation_averages_probabilities(model, data, tta):
    ours = evaluate(model, data.test, tta=tta)
    looks = [model.predict(view) for view in views(to_inputs(data.test.images), tta)]
    np.testing.assert_allclose(ours.probabilities, np.mean(looks, axis=0), rtol=1e-5)
    assert (ours.probabilities != evaluate(model, data.test).probabilities).any()
    with pytest.raises(ValueError, match="tta must be one of flip, ten-crop"):
        evaluate(model, data.test, tta="twice")


def test_the_figures_are_json(model, data):
    figures = evaluate(model, data.test).as_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert list(figures["classes"]) == list(EMOTIONS)


def test_a_model_of_other_classes_is_refused(data):
    model = tiny_network(outputs=2)
    model.extra["class_names"] = ["cat", "dog"]
    with pytest.raises(
        ValueError, match="has the classes cat, dog, expected those of the images: angry, disgust"
    ):
        evaluate(model, data.test)


def test_no_images_and_wrong_labels_are_refused(model, data):
    empty = Split(data.test.images[:0], data.test.labels[:0])
    with pytest.raises(ValueError, match="no images, expected at least one"):
        evaluate(model, empty)
    with pytest.raises(ValueError, match="labels must be integers from 0 to 6, got 7"):
        evaluate(model, Split(data.test.images[:1], np.array([7])))
