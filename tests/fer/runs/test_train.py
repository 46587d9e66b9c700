"""A run and the folder it leaves; with a small network in place of the documented one."""

import copy
import csv
import dataclasses
import errno
import hashlib
import json
import os
import re
import tomllib

import numpy as np
import pytest
from tiny import faces, tiny_network

from minicnn import Sequential, load_model
from minicnn.data.augmentation import AugmentedBatches
from minicnn.data.dataset import Split
from minicnn.fer import EMOTIONS, evaluate
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.runs import outcome
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.options import RunOptions
from minicnn.fer.runs.sources import make_sources
from minicnn.fer.runs.train import train
from minicnn.layers import Input, Rescaling
from minicnn.saving.optimizer_variables import variables

FILES = [
    "best.keras",
    "checkpoints",
    "config.toml",
    "history.csv",
    "model.keras",
    "run.json",
    "timing.csv",
]


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    monkeypatch.setitem(NETWORKS, "documented", tiny_network)


@pytest.fixture(scope="module")
def data():
    return faces()


def configuration(**values):
    return TrainingConfig.from_dict(
        {"epochs": 2, "batch_size": 4, "validation_split": 0.25} | values
    )


def run(data, out, *, resume=False, overwrite=False, every=2, verbose=0, **values):
    options = RunOptions(
        resume=resume, overwrite=overwrite, checkpoint_every=every, verbose=verbose
    )
    return train(data, out, configuration(**values), options)


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_equal_models(one, other):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    states = (variables(m.optimizer, m.trainable_params()) for m in (one, other))
    pairs = zip(*states, strict=True)
    for (name, a), (_, b) in pairs:
        np.testing.assert_array_equal(a, b, err_msg=name)


def test_the_folder_holds_models_history_and_record(data, tmp_path):
    out = tmp_path / "runs" / "first"
    model, history, test, best = run(dataclasses.replace(data, name="noise"), out, seed=3)
    assert names(out) == FILES

    saved = load_model(out / "model.keras")
    assert_equal_models(saved, model)
    np.testing.assert_array_equal(evaluate(saved, data.test).probabilities, test.probabilities)

    with (out / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    for name, values in history.history.items():
        assert [float(row[name]) for row in rows] == values
    figures = {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
    assert figures == set(history.history)

    record = json.loads((out / "run.json").read_text())
    assert record["arguments"] == configuration(seed=3).as_dict()
    assert tomllib.loads((out / "config.toml").read_text()) == record["arguments"]
    assert record["test"] == {"loss": test.loss, "accuracy": test.accuracy}
    assert record["best"]["epoch"] == best.epoch
    assert record["data"]["source"] == "noise"
    parts = [set(record["data"][name].values()) for name in ("training", "held_out", "test")]
    assert parts == [{3}, {1}, {2}]
    assert record["machine"]["minicnn"]
    assert record["images_per_second"] > 0
    assert record["checkpoints"]["every_batches"] == 2
    assert 0 < record["checkpoints"]["share_of_time"] < 1
    with (out / "timing.csv").open() as file:
        assert all(float(row["images_per_second"]) > 0 for row in csv.DictReader(file))


def test_the_best_model_is_that_of_the_best_epoch(data, tmp_path):
    settings = {"epochs": 6, "schedule": {"name": "constant"}, "optimizer": {"learning_rate": 0.1}}
    _, history, _, best = run(data, tmp_path, **settings)
    accuracies = history.history["val_accuracy"]
    assert best.epoch - 1 == np.argmax(accuracies) < len(accuracies) - 1
    assert best.val_accuracy == max(accuracies)
    saved = load_model(tmp_path / "best.keras")
    np.testing.assert_array_equal(evaluate(saved, data.test).probabilities, best.test.probabilities)
    held_out = make_sources(data, configuration(**settings)).validation
    assert saved.evaluate(held_out, verbose=0)[1] == max(accuracies)


def test_without_a_validation_share_every_image_is_trained_on(data, tmp_path):
    _, history, _, best = run(data, tmp_path, validation_split=0)
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["data"]["held_out"] is None
    assert set(record["data"]["training"].values()) == {4}
    assert set(history.history) == {"loss", "accuracy"}
    assert (best, record["best"]) == (None, None)
    assert names(tmp_path) == [name for name in FILES if name != "best.keras"]


def test_the_documented_protocol_watches_the_test_images_and_says_so(data, tmp_path):
    _, history, test, best = run(data, tmp_path, protocol="documented", augmentation=False)
    assert history.history["val_accuracy"][-1] == test.accuracy
    assert best.val_accuracy == best.test.accuracy
    record = json.loads((tmp_path / "run.json").read_text())
    assert "the best epoch was chosen on the test images" in record["protocol"]
    assert set(record["data"]["training"].values()) == {4}


def test_restored_weights_are_those_that_are_saved_and_measured(data, tmp_path):
    stopping = {"patience": 1, "restore_best_weights": True, "monitor": "val_loss"}
    optimizer = {"name": "SGD", "learning_rate": 5.0}
    model, _, test, _ = run(
        data, tmp_path, epochs=6, early_stopping=stopping, optimizer=optimizer, augmentation=False
    )
    saved = load_model(tmp_path / "model.keras")
    for one, other in zip(model.get_weights(), saved.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(evaluate(saved, data.test).probabilities, test.probabilities)


def test_the_protocol_is_told_as_it_was(data, tmp_path):
    first = str(tmp_path / "first.keras")
    tiny_network().save(first)
    for number, (values, words) in enumerate(
        [
            ({}, "held-out part of the training images; .* only after the training"),
            ({"log_test": True}, "evaluated after every epoch, for the record"),
            ({"validation_split": 0}, "No images were held out, and no epoch was chosen"),
            ({"start": first}, "started from .*first.keras, which may have been trained on "),
            ({"start": first, "validation_split": 0}, "started from .* which may have been chosen"),
            (
                {"start": first, "protocol": "documented"},
                "As in the original, .* which may have been chosen on the test images",
            ),
        ]
    ):
        out = tmp_path / str(number)
        run(data, out, epochs=1, **values)
        assert re.search(words, json.loads((out / "run.json").read_text())["protocol"])


def test_a_resumed_run_keeps_its_figures_until_there_are_newer_ones(data, tmp_path, monkeypatch):
    run(data, tmp_path)
    before = json.loads((tmp_path / "run.json").read_text())

    def stopped(*_, **__):
        raise KeyboardInterrupt

    (tmp_path / ".best.keras.0123abcd.part").write_bytes(b"half")
    with monkeypatch.context() as patch:
        patch.setattr(outcome, "evaluate", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(data, tmp_path, resume=True)
    after = json.loads((tmp_path / "run.json").read_text())
    assert (after["test"], after["best"]) == (before["test"], before["best"])
    assert names(tmp_path) == FILES


def test_a_run_of_which_the_best_model_is_left_is_set_aside(data, tmp_path):
    run(data, tmp_path)
    best = (tmp_path / "best.keras").read_bytes()
    (tmp_path / "model.keras").unlink()
    for checkpoint in (tmp_path / "checkpoints").iterdir():
        checkpoint.unlink()
    run(data, tmp_path, resume=True, epochs=1)
    assert (tmp_path / "earlier-1" / "best.keras").read_bytes() == best


def test_what_is_logged_of_the_test_images_changes_nothing_else(data, tmp_path):
    model, history, test, best = run(data, tmp_path / "logged", epochs=6, log_test=True)
    plain, without, _, best_without = run(data, tmp_path / "plain", epochs=6)
    for one, other in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    logged = {name for name in history.history if name.startswith("test_")}
    assert logged == {"test_loss", "test_accuracy"}
    assert {n: v for n, v in history.history.items() if n not in logged} == without.history
    assert best.epoch == best_without.epoch
    accuracies = history.history["test_accuracy"]
    assert accuracies[-1] == test.accuracy
    chosen = load_model(tmp_path / "logged" / "best-on-test.keras")
    assert evaluate(chosen, data.test).accuracy == max(accuracies)
    assert names(tmp_path / "plain") == FILES
    with (tmp_path / "logged" / "history.csv").open() as file:
        assert [float(row["test_accuracy"]) for row in csv.DictReader(file)] == accuracies


def test_a_run_starts_with_the_weights_of_a_file(data, tmp_path):
    run(data, tmp_path / "first", seed=3)
    begun = tmp_path / "first" / "model.keras"
    still = {"name": "SGD", "learning_rate": 0.0}
    model = run(data, tmp_path / "second", start=str(begun), optimizer=still).model
    first = load_model(begun)
    for one, other in zip(model.get_weights(), first.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (model.seed, model.optimizer.learning_rate) == (0, 0)
    record = json.loads((tmp_path / "second" / "run.json").read_text())
    digest = hashlib.sha256(begun.read_bytes()).hexdigest()
    assert record["start"] == {"file": str(begun), "sha256": digest}
    other = run(data, tmp_path / "third", start=str(begun)).model
    assert (other.get_weights()[0] != first.get_weights()[0]).any()


def test_a_start_that_scales_its_inputs_itself_is_trained_on_bytes(data, tmp_path):
    begun, scaling = tmp_path / "begun.keras", tmp_path / "scaling.keras"
    plain = tiny_network()
    plain.save(begun)
    first = [Input((48, 48, 1)), Rescaling(1 / 255)]
    model = Sequential([*first, *copy.deepcopy(plain.layers)], name="scaling")
    model.save(scaling)
    still = {"log_test": True, "optimizer": {"name": "SGD", "learning_rate": 0.01}}
    expected = run(data, tmp_path / "plain", start=str(begun), **still)
    with pytest.warns(UserWarning, match="'scaling' does not name its classes"):
        found = run(data, tmp_path / "run", start=str(scaling), **still)
    for name, values in expected.history.history.items():
        assert found.history.history[name] == pytest.approx(values, rel=1e-3), name
    np.testing.assert_allclose(found.test.probabilities, expected.test.probabilities, rtol=1e-3)
    saying = {"class_names": list(EMOTIONS), "scale": "0..255"}
    assert load_model(tmp_path / "run" / "best.keras").extra == saying


def test_a_model_that_is_given_says_what_it_has_learned(data, tmp_path):
    model = tiny_network()
    del model.extra["class_names"]
    train(data, tmp_path, configuration(epochs=1), RunOptions(verbose=0), model=model)
    saying = {"class_names": list(EMOTIONS), "scale": "0..1"}
    assert load_model(tmp_path / "model.keras").extra == saying


def test_a_start_that_does_not_fit_leaves_no_folder(data, tmp_path):
    tiny_network(outputs=5).save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match=r"outputs of shape \(5,\)"):
        run(data, tmp_path / "run", start=str(tmp_path / "other.keras"))
    assert names(tmp_path) == ["other.keras"]


def test_a_start_that_is_not_there_or_would_be_replaced_is_refused(data, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.keras does not exist, expected a \.keras"):
        run(data, tmp_path / "run", start=str(tmp_path / "none.keras"))
    run(data, tmp_path / "run")
    before = content(tmp_path)
    inside = str(tmp_path / "run" / "best.keras")
    for arguments in ({"overwrite": True}, {"resume": True}):
        with pytest.raises(ValueError, match=r"best\.keras would be replaced by the run, w"):
            run(data, tmp_path / "run", start=inside, **arguments)
    with pytest.raises(ValueError, match="a model or a configuration with start, got both"):
        train(data, tmp_path / "both", configuration(start=inside), model=tiny_network())
    with pytest.raises(ValueError, match="a model or a configuration with network, got both"):
        train(data, tmp_path / "both", configuration(network="compact"), model=tiny_network())
    assert content(tmp_path) == before


def test_a_start_may_lie_beside_the_files_of_the_run(data, tmp_path):
    tiny_network().save(tmp_path / "mine.keras")
    run(data, tmp_path, start=str(tmp_path / "mine.keras"), epochs=1)
    assert names(tmp_path) == sorted([*FILES, "mine.keras"])


def test_a_run_with_a_start_is_resumed_from_that_file_alone(data, tmp_path):
    def begin(out, model, **values):
        optimizer = {"name": "SGD", "learning_rate": 0.5}
        return run(data, out, start=str(model), optimizer=optimizer, epochs=3, **values)

    first, moved = tmp_path / "first.keras", tmp_path / "moved.keras"
    tiny_network(seed=3).save(first)
    whole = begin(tmp_path / "whole", first).model
    run(
        data, tmp_path / "broken", start=str(first), optimizer={"name": "SGD", "learning_rate": 0.5}
    )
    first.rename(moved)
    begun = json.loads((tmp_path / "broken" / "run.json").read_text())["start"]
    assert_equal_models(begin(tmp_path / "broken", moved, resume=True).model, whole)
    record = json.loads((tmp_path / "broken" / "run.json").read_text())
    assert record["start"]["sha256"] == begun["sha256"]
    assert "which may have been trained on images held out here" in record["protocol"]

    tiny_network(seed=4).save(moved)
    with pytest.raises(
        ValueError, match=r"started with a start of digest \w{12}, now a start of digest \w{12}\."
    ):
        begin(tmp_path / "broken", moved, resume=True)
    still = {"optimizer": {"name": "SGD", "learning_rate": 0.5}, "epochs": 3}
    with pytest.raises(ValueError, match=r"started with a start of digest \w{12}, now no start\."):
        run(data, tmp_path / "broken", resume=True, **still)


def test_augmentation_is_on_unless_left_out(data):
    with_it = make_sources(data, configuration(seed=5)).batches
    assert isinstance(with_it, AugmentedBatches)
    assert (with_it.seed, with_it.augmentation) == (5, TrainingConfig().augmentation)
    without = make_sources(data, configuration(augmentation=False)).batches
    assert not isinstance(without, AugmentedBatches)


def test_balanced_classes_weigh_the_same(data, tmp_path):
    chosen = np.concatenate([np.arange(14), np.flatnonzero(data.train.labels == 3)])
    split = Split(data.train.images[chosen], data.train.labels[chosen])
    uneven = dataclasses.replace(data, train=split, splits={})
    config = configuration(class_weight="balanced", validation_split=0)
    totals = np.zeros(7)
    for batch in make_sources(uneven, config).batches.batches(0):
        np.add.at(totals, batch.y.argmax(axis=1), batch.sample_weight)
    np.testing.assert_allclose(totals, len(split) / 7, rtol=1e-6)
    assert make_sources(uneven, configuration()).batches.source.sample_weight is None


def test_averaged_weights_are_those_that_are_saved_and_validated(data, tmp_path):
    model, history, _, _ = run(
        data, tmp_path, optimizer={"name": "SGD", "use_ema": True, "ema_momentum": 0.9}
    )
    held_out = make_sources(data, configuration()).validation
    saved = load_model(tmp_path / "model.keras")
    assert saved.evaluate(held_out, verbose=0)[0] == history.history["val_loss"][-1]
    assert model.evaluate(held_out, verbose=0)[0] == history.history["val_loss"][-1]


def test_a_run_can_be_repeated(data, tmp_path):
    first, same, other = (
        run(data, tmp_path / name, seed=seed).model.get_weights()[0]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
    histories = [(tmp_path / name / "history.csv").read_bytes() for name in "abc"]
    assert histories[0] == histories[1] != histories[2]


def test_a_run_is_replaced_only_if_asked_for(data, tmp_path):
    run(data, tmp_path)
    before = content(tmp_path)
    with pytest.raises(FileExistsError, match="already holds a run; continue it with --resume"):
        run(data, tmp_path, seed=1)
    assert content(tmp_path) == before
    run(data, tmp_path, seed=1, overwrite=True)
    assert json.loads((tmp_path / "run.json").read_text())["arguments"]["seed"] == 1


def test_other_files_in_the_folder_stay(data, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    run(data, tmp_path)
    run(data, tmp_path, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_checkpoint_interval_out_of_range_is_refused(data, tmp_path):
    with pytest.raises(ValueError, match=r"checkpoint_every must be a whole number .* got 0"):
        run(data, tmp_path / "out", every=0)
    assert not (tmp_path / "out").exists()


def test_a_class_too_small_to_hold_one_out_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="class 'angry' has only one image"):
        run(faces(train=1), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_training_that_diverges_is_told_and_the_models_are_from_before(data, tmp_path):
    settings = {"optimizer": {"name": "SGD", "learning_rate": 1e38}, "epochs": 9}
    with (
        np.errstate(all="ignore"),
        pytest.warns(RuntimeWarning, match="Training step 2: the forward pass of the layer"),
        pytest.raises(ValueError, match=r"the loss is .* try a smaller learning rate\.$"),
    ):
        run(data, tmp_path, every=1, **settings)
    for path in tmp_path.glob("*.keras"):
        assert all(np.isfinite(array).all() for array in load_model(path).get_weights())


def test_a_place_that_cannot_be_a_folder_is_refused(data, tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "deeper" / "run"):
        with pytest.raises(NotADirectoryError, match=r"cannot be a run folder: .*file is a file"):
            run(data, out)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_a_folder_that_cannot_be_written_is_refused(data, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=r"cannot be a run folder: .* cannot be written"):
            run(data, tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)


# -- resuming --


@pytest.fixture
def die(monkeypatch):
    """Let trainings die after so many steps, counted over all of them."""

    class Death(BaseException):
        pass

    def after(steps):
        left = iter(range(steps))

        def network(**arguments):
            model = tiny_network(**arguments)
            step = model.train_step

            def train_step(batch):
                if next(left, None) is None:
                    raise Death
                return step(batch)

            model.train_step = train_step
            return model

        monkeypatch.setitem(NETWORKS, "documented", network)
        return Death

    return after


SETTINGS = {"epochs": 3, "optimizer": {"name": "Adam", "use_ema": True}, "label_smoothing": 0.1}


@pytest.mark.parametrize("steps", [1, 2, 5, 6, 11, 17])
def test_a_run_that_died_goes_on_bit_for_bit(data, tmp_path, die, monkeypatch, steps):
    whole = run(data, tmp_path / "whole", **SETTINGS)
    with pytest.raises(die(steps)):
        run(data, tmp_path / "died", **SETTINGS)
    monkeypatch.setitem(NETWORKS, "documented", tiny_network)
    died = run(data, tmp_path / "died", resume=True, **SETTINGS)
    assert_equal_models(whole.model, died.model)
    assert whole.history.history == died.history.history
    for name in ("history.csv", "config.toml"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "died" / name).read_bytes()
    for name in ("model.keras", "best.keras"):
        assert_equal_models(
            load_model(tmp_path / "whole" / name), load_model(tmp_path / "died" / name)
        )
    assert names(tmp_path / "whole") == names(tmp_path / "died") == FILES


def test_a_finished_run_that_is_resumed_is_finished(data, tmp_path, capsys):
    first = run(data, tmp_path)
    history = (tmp_path / "history.csv").read_bytes()
    again = run(data, tmp_path, resume=True, verbose=2)
    assert_equal_models(first.model, again.model)
    assert (tmp_path / "history.csv").read_bytes() == history
    assert "The run continues after epoch 2.\n" in capsys.readouterr().out
    record = json.loads((tmp_path / "run.json").read_text())
    assert [(entry["epoch"], entry["batch"]) for entry in record["resumed"]] == [(3, 0)]


def test_the_network_is_recorded_and_a_run_goes_on_with_no_other(data, tmp_path, monkeypatch):
    monkeypatch.setitem(NETWORKS, "compact", tiny_network)
    run(data, tmp_path, network="compact", epochs=1)
    assert tomllib.loads((tmp_path / "config.toml").read_text())["network"] == "compact"
    with pytest.raises(ValueError, match="started with network compact, now documented"):
        run(data, tmp_path, resume=True)
    longer = run(data, tmp_path, network="compact", resume=True)
    assert len(longer.history.history["loss"]) == 2


def test_a_run_cannot_be_made_shorter_than_it_is(data, tmp_path):
    run(data, tmp_path)
    before = content(tmp_path)
    with pytest.raises(
        ValueError,
        match=r"resumed with 1 epochs: its run is in epoch 2, expected at least 2\.",
    ):
        run(data, tmp_path, resume=True, epochs=1)
    assert content(tmp_path) == before


def test_a_run_can_be_made_longer(data, tmp_path):
    run(data, tmp_path / "short", epochs=1)
    longer = run(data, tmp_path / "short", epochs=3, resume=True)
    whole = run(data, tmp_path / "whole", epochs=3)
    assert_equal_models(longer.model, whole.model)
    assert longer.history.history == whole.history.history


def test_nothing_to_resume_starts_afresh_and_says_so(data, tmp_path, capsys):
    out = tmp_path / "out"
    run(data, out, resume=True, verbose=2)
    message = f"Nothing to resume in {out}: the run starts from scratch."
    assert capsys.readouterr().out.splitlines()[0] == message
    assert names(out) == FILES


def test_a_run_that_died_before_its_first_checkpoint_starts_afresh(
    data, tmp_path, die, monkeypatch
):
    with pytest.raises(die(1)):
        run(data, tmp_path, every=100)
    monkeypatch.setitem(NETWORKS, "documented", tiny_network)
    run(data, tmp_path, resume=True)
    assert names(tmp_path) == FILES


def test_a_run_whose_checkpoints_are_damaged_is_set_aside(data, tmp_path, capsys):
    run(data, tmp_path)
    for path in (tmp_path / "checkpoints").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    before = {path.relative_to(tmp_path): text for path, text in content(tmp_path).items()}
    run(data, tmp_path, resume=True, seed=8, verbose=2)
    told = capsys.readouterr().out.splitlines()
    assert sum("is damaged: its digest does not match." in line for line in told) == 2
    aside = tmp_path / "earlier-1"
    assert told[2].endswith(
        f"the run starts from scratch. The remains of an earlier run are in {aside}."
    )
    assert {path.relative_to(aside): text for path, text in content(aside).items()} == before
    assert names(tmp_path) == sorted([*FILES, "earlier-1"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batch_size": 8}, "started with batch_size 4, now 8"),
        ({"seed": 1}, "started with seed 0, now 1"),
        (
            {"optimizer": {"name": "SGD"}},
            r"started with optimizer\.name Adam, now SGD; optimizer\.lea",
        ),
        ({"augmentation": False}, r"started with augmentation\.rotation 15\.0, now not set"),
    ],
)
def test_another_configuration_is_refused_and_nothing_overwritten(data, tmp_path, change, message):
    run(data, tmp_path)
    before = content(tmp_path)
    with pytest.raises(ValueError, match=f"cannot be resumed: its run was {message}"):
        run(data, tmp_path, resume=True, **change)
    assert content(tmp_path) == before


def test_other_images_or_another_network_are_refused(data, tmp_path):
    run(data, tmp_path)
    before = content(tmp_path)
    labels = data.test.labels.copy()
    labels[:2] = labels[1::-1]
    other = dataclasses.replace(data, test=Split(data.test.images, labels), splits={})
    with pytest.raises(ValueError, match="its run was started with other images"):
        run(other, tmp_path, resume=True)
    model = tiny_network()
    model.layers[0].name = "pool"
    with pytest.raises(ValueError, match="its run was started with another network"):
        train(data, tmp_path, configuration(), RunOptions(resume=True, verbose=0), model=model)
    assert content(tmp_path) == before


def test_another_machine_is_told(data, tmp_path, monkeypatch, capsys):
    run(data, tmp_path)
    monkeypatch.setattr("minicnn.fer.runs.resume.describe_machine", lambda: {"numpy": "1.0"})
    run(data, tmp_path, resume=True, verbose=2)
    told = capsys.readouterr().out
    assert "The run was started under other conditions: " in told
    assert f"numpy {np.__version__}, now 1.0" in told


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(data, tmp_path, monkeypatch):
    whole = run(data, tmp_path / "whole", every=1)
    writes, sync = iter(range(30)), os.fsync

    def full(handle):
        if next(writes, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            OSError,
            match=r"cannot be written: No space left on device\. The same .* --resume continues",
        ):
            run(data, tmp_path / "full", every=1)
    resumed = run(data, tmp_path / "full", every=1, resume=True)
    assert_equal_models(whole.model, resumed.model)
    record = json.loads((tmp_path / "full" / "run.json").read_text())
    assert record["resumed"][0]["batch"] + record["resumed"][0]["epoch"] > 1


def test_a_reader_that_goes_away_is_no_advice(data, tmp_path, monkeypatch):
    def no_reader(*arguments, **options):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(Sequential, "fit", no_reader)
    with pytest.raises(BrokenPipeError) as raised:
        run(data, tmp_path)
    assert raised.value.errno == errno.EPIPE
    assert "--resume" not in str(raised.value)
