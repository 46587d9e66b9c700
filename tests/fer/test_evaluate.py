"""Figures of a model on a split, against scikit-learn and the model's own."""

import json

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn.data.dataset import Split
from minicnn.fer import EMOTIONS, evaluate
from minicnn.fer.batches import ImageBatches, to_inputs

sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn, the oracle, is missing")


@pytest.fixture(scope="module")
def data():
    return faces(train=20, test=10)


@pytest.fixture(scope="module")
def model(data):
    model = tiny_network()
    model.fit(ImageBatches(data.train, shuffle=True), epochs=20, verbose=0)
    return model


def test_the_scores_are_scikit_learns(model, data):
    ours = evaluate(model, data.test)
    predicted = model.predict(to_inputs(data.test.images)).argmax(axis=1)
    theirs = sklearn.classification_report(
        data.test.labels, predicted, target_names=EMOTIONS, output_dict=True, zero_division=0
    )
    assert 0.3 < ours.accuracy < 1, "a model without mistakes, or with nothing else, tells little"
    assert ours.accuracy == pytest.approx(theirs["accuracy"], rel=1e-14)
    names = {"precision": "precision", "recall": "recall", "f1": "f1-score", "support": "support"}
    for emotion, row in ours.as_dict()["classes"].items():
        for name, other in names.items():
            assert row[name] == pytest.approx(theirs[emotion][other], rel=1e-14)
    for means, other in ((ours.macro, "macro avg"), (ours.weighted, "weighted avg")):
        for name, value in means.items():
            assert value == pytest.approx(theirs[other][names[name]], rel=1e-14)
    np.testing.assert_array_equal(
        ours.confusion, sklearn.confusion_matrix(data.test.labels, predicted)
    )


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


def test_the_figures_are_json_and_a_table(model, data):
    evaluation = evaluate(model, data.test)
    assert json.loads(json.dumps(evaluation.as_dict())) == evaluation.as_dict()
    table = str(evaluation)
    assert f"70 images: accuracy {evaluation.accuracy:.2%}, loss {evaluation.loss:.4f}" in table
    for emotion, row in evaluation.as_dict()["classes"].items():
        line = next(line for line in table.splitlines() if line.startswith(emotion))
        assert line.split()[1:] == [
            *(f"{row[name]:.3f}" for name in ("precision", "recall", "f1")),
            str(row["support"]),
        ]


def test_a_model_of_other_classes_is_refused(data):
    model = tiny_network(outputs=2)
    model.extra["class_names"] = ["cat", "dog"]
    with pytest.raises(ValueError, match="tells cat, dog apart, expected angry, disgust"):
        evaluate(model, data.test)


def test_no_images_and_wrong_labels_are_refused(model, data):
    empty = Split(data.test.images[:0], data.test.labels[:0])
    with pytest.raises(ValueError, match="no images, expected at least one"):
        evaluate(model, empty)
    with pytest.raises(ValueError, match="labels must be integers from 0 to 6, got 7"):
        evaluate(model, Split(data.test.images[:1], np.array([7])))
