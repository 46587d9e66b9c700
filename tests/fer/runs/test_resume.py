"""What names a run, and what is said where two runs differ."""

import copy
import csv
import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn.data.dataset import Split
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.runs import machine, resume
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.options import RunOptions
from minicnn.fer.runs.resume import changed_machine, check_identity, run_identity
from minicnn.fer.runs.train import train
from minicnn.optimizers import Adam

#: Version 0.1 has written it after the first epoch of `begun_by_0_1`.
CHECKPOINT = Path(__file__).with_name("run_of_0.1.checkpoint")


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
    with pytest.raises(ValueError, match=r"out cannot be resumed: .* started with epochs 3, now 4"):
        check_identity("out", begun, now)


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("what", ["images", "labels"])
def test_a_single_pixel_or_label_makes_other_data(data, part, what):
    split = getattr(data, part)
    arrays = {"images": split.images.copy(), "labels": split.labels.copy()}
    arrays[what].flat[0] ^= 1
    other = dataclasses.replace(data, splits={}, **{part: Split(**arrays)})
    with pytest.raises(ValueError, match="started with other images"):
        check_identity("out", identity(data), identity(other))


def test_images_that_change_the_network_are_named_themselves(data):
    begun, other = identity(data), identity(data, model=tiny_network(outputs=3))
    with pytest.raises(ValueError, match="started with other images"):
        check_identity("out", begun, other | {"data": "another digest"})


def test_images_that_are_no_single_block_of_memory_count_the_same(data):
    split = Split(np.asfortranarray(data.train.images), data.train.labels)
    assert identity(data) == identity(dataclasses.replace(data, train=split, splits={}))


def test_another_optimizer_of_a_given_network_is_told(data):
    model = tiny_network()
    model.compile(Adam(0.5), "categorical_crossentropy")
    with pytest.raises(ValueError, match="started with another network"):
        check_identity("out", identity(data), identity(data, model=model))


@pytest.fixture
def version_0_2(monkeypatch):
    for module in (resume, machine):
        monkeypatch.setattr(module, "__version__", "0.2.0")


def test_the_number_of_threads_makes_no_other_machine(data):
    begun, now = identity(data), identity(data)
    begun["machine"] |= {"cores": 64, "threads": 63}
    assert changed_machine(begun, now) == ""
    begun["machine"] |= {"processor": "another"}
    assert changed_machine(begun, now).startswith("processor another, now ")


def older(identity, **config):
    """What version 0.1 would have written, with some other entries in its configuration."""
    begun = copy.deepcopy(identity) | {"version": "0.1.0", "network": "described otherwise"}
    begun["machine"]["minicnn"] = "0.1.0"
    del begun["config"]["log_test"], begun["config"]["augmentation"]["noise_share"]
    del begun["config"]["teacher"], begun["teacher"], begun["config"]["network"]
    begun["config"] |= config
    return begun


def test_entries_that_an_older_version_did_not_know_stand_at_their_defaults(data, version_0_2):
    now = identity(data)
    check_identity("out", older(now), now)
    assert changed_machine(older(now), now) == "minicnn 0.1.0, now 0.2.0"
    for values, message in (
        ({"log_test": True}, "started with log_test False, now True"),
        ({"augmentation": {"noise_share": 0.5}}, r"augmentation\.noise_share 1\.0, now 0\.5"),
    ):
        with pytest.raises(ValueError, match=message):
            check_identity("out", older(now), identity(data, **values))


def test_what_is_the_same_in_both_versions_still_counts(data, version_0_2):
    now = identity(data)
    with pytest.raises(ValueError, match="started with batch_size 8, now 32"):
        check_identity("out", older(now, batch_size=8), now)
    with pytest.raises(ValueError, match=r"augmentation\.rotation not set, now 15\.0"):
        check_identity("out", older(now, augmentation=False), now)
    with pytest.raises(ValueError, match="started with other images"):
        check_identity("out", older(now) | {"data": "other"}, now)


def test_an_entry_that_only_another_version_knows_is_told(data, version_0_2):
    now = identity(data)
    with pytest.raises(ValueError, match=r"started with mixup 0\.2, now not set"):
        check_identity("out", older(now, mixup=0.2), now)


def test_a_run_that_version_0_1_began_is_resumed(data, tmp_path, version_0_2, monkeypatch, capsys):
    monkeypatch.setitem(NETWORKS, "documented", tiny_network)
    folder = RunFolder(tmp_path)
    folder.checkpoints.mkdir()
    shutil.copy(CHECKPOINT, folder.checkpoints / "b.checkpoint")
    tiny_network().save(folder.best)  # in place of the one of epoch 1
    begun_by_0_1 = {
        "epochs": 3,
        "batch_size": 4,
        "validation_split": 0.25,
        "optimizer": {"name": "Adam", "use_ema": True},
        "label_smoothing": 0.1,
    }
    train(data, tmp_path, TrainingConfig.from_dict(begun_by_0_1), RunOptions(resume=True))
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("The run was started under other conditions: ")
    assert "minicnn 0.1.0, now 0.2.0" in told[0]
    assert told[1] == "The run continues after epoch 1."
    with folder.history.open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    # What version 0.1 itself arrives at; another processor may change the last bits.
    assert losses == pytest.approx([2.458709217, 2.400406037, 2.346851797], rel=1e-5)
