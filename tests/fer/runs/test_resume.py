"""What names a run, and what is said where two runs differ."""

import dataclasses

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn.data.dataset import Split
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.resume import changed_machine, check_identity, run_identity
from minicnn.optimizers import Adam


@pytest.fixture(scope="module")
def data():
    return faces()


def identity(data, *, model=None, **values):
    return run_identity(TrainingConfig.from_dict(values), model or tiny_network(), data)


def test_equal_runs_have_equal_names(data):
    assert identity(data) == identity(faces())
    check_identity("out", identity(data), identity(faces()))
    assert changed_machine(identity(data), identity(data)) == ""


def test_a_run_may_become_longer_unless_its_schedule_depends_on_the_end(data):
    check_identity("out", identity(data, epochs=3), identity(data, epochs=4))
    begun, now = (identity(data, epochs=n, schedule={"name": "cosine"}) for n in (3, 4))
    with pytest.raises(ValueError, match=r"out cannot be resumed: .* begun with epochs 3, now 4"):
        check_identity("out", begun, now)


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("what", ["images", "labels"])
def test_a_single_pixel_or_label_makes_other_data(data, part, what):
    split = getattr(data, part)
    arrays = {"images": split.images.copy(), "labels": split.labels.copy()}
    arrays[what].flat[0] ^= 1
    other = dataclasses.replace(data, splits={}, **{part: Split(**arrays)})
    with pytest.raises(ValueError, match="begun with other images"):
        check_identity("out", identity(data), identity(other))


def test_images_that_are_no_single_block_of_memory_count_the_same(data):
    split = Split(np.asfortranarray(data.train.images), data.train.labels)
    assert identity(data) == identity(dataclasses.replace(data, train=split, splits={}))


def test_another_optimizer_of_a_given_network_is_told(data):
    model = tiny_network()
    model.compile(Adam(0.5), "categorical_crossentropy")
    with pytest.raises(ValueError, match="begun with another network"):
        check_identity("out", identity(data), identity(data, model=model))
