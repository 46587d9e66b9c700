"""A network that is taught by another."""

import hashlib
import json

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn import Sequential
from minicnn.data.augmentation import Augmentation, AugmentedBatches
from minicnn.fer import EMOTIONS
from minicnn.fer.datasets.image_batches import ImageBatches
from minicnn.fer.models.expectations import set_expectations
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.runs.configuration import Teacher, TrainingConfig
from minicnn.fer.runs.options import RunOptions
from minicnn.fer.runs.teacher import TaughtBatches, load_teacher
from minicnn.fer.runs.train import train


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    monkeypatch.setitem(NETWORKS, "documented", tiny_network)


@pytest.fixture
def teacher(tmp_path):
    model = tiny_network(seed=8)
    set_expectations(model, EMOTIONS, "0..1")
    model.save(tmp_path / "teacher.keras")
    return str(tmp_path / "teacher.keras")


def run(out, teacher, *, resume=False, epochs=2, views=0):
    config = TrainingConfig(
        epochs=epochs, batch_size=4, validation_split=0.25, teacher=Teacher(teacher, 0.6, views)
    )
    return train(faces(), out, config, RunOptions(resume=resume, checkpoint_every=2, verbose=0))


@pytest.mark.parametrize("scale", ["0..1", "-1..1"])
def test_targets_are_the_labels_and_what_the_teacher_says_of_the_same_images(teacher, scale):
    model = load_teacher(teacher, faces())
    set_expectations(model, EMOTIONS, scale)
    plain = ImageBatches(faces().train, batch_size=4, shuffle=True)
    taught = TaughtBatches(plain, model, 0.6)
    assert len(taught) == len(plain)
    for batch, other in zip(taught.batches(3), plain.batches(3), strict=True):
        shown = other.x if scale == "0..1" else 2 * other.x - 1
        expected = 0.4 * other.y + 0.6 * model.predict(shown)
        np.testing.assert_allclose(batch.y, expected, rtol=1e-6)
        np.testing.assert_allclose(batch.y.sum(axis=1), 1, rtol=1e-6)
        np.testing.assert_array_equal(batch.x, other.x)
        np.testing.assert_array_equal(batch.indices, other.indices)


def test_with_views_the_teacher_predicts_each_image_of_a_view_once(teacher, monkeypatch):
    model, asked = load_teacher(teacher, faces()), []
    predict = model.predict
    monkeypatch.setattr(
        model, "predict", lambda x, **how: asked.append(len(x)) or predict(x, **how)
    )
    plain = ImageBatches(faces().train, batch_size=4, shuffle=True)
    augmented = AugmentedBatches(plain, Augmentation(noise=0.1), views=2)
    taught = TaughtBatches(augmented, model, 0.6, views=2)

    def targets(epoch):
        return {
            int(i): y for b in taught.batches(epoch) for i, y in zip(b.indices, b.y, strict=True)
        }

    first, second = targets(0), targets(1)
    assert sum(asked) == 2 * len(faces().train.images)
    for epoch, expected in ((2, first), (3, second)):
        got = targets(epoch)
        assert list(got) != list(expected)  # shuffled anew
        for place, y in got.items():
            np.testing.assert_array_equal(y, expected[place])
    assert sum(asked) == 2 * len(faces().train.images)
    assert any((first[place] != second[place]).any() for place in first)


def test_a_run_with_views_goes_on_to_the_same_weights(tmp_path, teacher):
    run(tmp_path / "out", teacher, epochs=3, views=2)
    resumed = run(tmp_path / "out", teacher, resume=True, epochs=4, views=2)
    whole = run(tmp_path / "whole", teacher, epochs=4, views=2)
    pairs = zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True)
    for one, two in pairs:
        np.testing.assert_array_equal(one, two)


def test_the_run_learns_from_the_teacher_and_names_it(tmp_path, teacher):
    taught = run(tmp_path / "taught", teacher)
    record = json.loads((tmp_path / "taught" / "run.json").read_text())
    with open(teacher, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    assert record["teacher"] == {"file": teacher, "sha256": digest}
    assert f"hold the predictions of {teacher}, which may have been" in record["protocol"]
    config = TrainingConfig(epochs=2, batch_size=4, validation_split=0.25)
    alone = train(faces(), tmp_path / "alone", config, RunOptions(verbose=0))
    pairs = zip(taught.model.get_weights(), alone.model.get_weights(), strict=True)
    assert any((one != other).any() for one, other in pairs)


def test_a_run_goes_on_with_the_same_teacher_only(tmp_path, teacher):
    run(tmp_path / "out", teacher, epochs=1)
    moved, other = tmp_path / "moved.keras", tiny_network(seed=9)
    moved.write_bytes((tmp_path / "teacher.keras").read_bytes())
    set_expectations(other, EMOTIONS, "0..1")
    other.save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match=r"started with a teacher of digest \w{12}, now a teacher"):
        run(tmp_path / "out", str(tmp_path / "other.keras"), resume=True)
    resumed = run(tmp_path / "out", str(moved), resume=True)
    whole = run(tmp_path / "whole", teacher)
    pairs = zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True)
    for one, two in pairs:
        np.testing.assert_array_equal(one, two)


def test_a_run_without_a_teacher_gets_none_later(tmp_path, teacher):
    config = TrainingConfig(epochs=1, batch_size=4, validation_split=0.25)
    train(faces(), tmp_path / "out", config, RunOptions(verbose=0))
    with pytest.raises(ValueError, match="started with no teacher, now a teacher of digest"):
        run(tmp_path / "out", teacher, resume=True)


def test_who_cannot_teach_is_refused(tmp_path, teacher):
    with pytest.raises(FileNotFoundError, match=r"teacher: .*none\.keras does not exist"):
        run(tmp_path / "out", str(tmp_path / "none.keras"))
    model = load_teacher(teacher, faces())
    set_expectations(model, EMOTIONS[::-1], "0..1")
    model.save(tmp_path / "turned.keras")
    with pytest.raises(ValueError, match=r"teacher: .*turned\.keras has the classes surprise, "):
        run(tmp_path / "out", str(tmp_path / "turned.keras"))
    logits = Sequential([*model.layers[:-1]])
    set_expectations(logits, EMOTIONS, "0..1")
    logits.save(tmp_path / "logits.keras")
    with pytest.raises(ValueError, match=r"^teacher: .*logits\.keras: .* not probabilities"):
        run(tmp_path / "out", str(tmp_path / "logits.keras"))
    assert not (tmp_path / "out" / "run.json").exists()
