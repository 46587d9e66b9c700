"""Contenders in their processes; the peers stay outside the tests."""

import os

import numpy as np
import pytest

import minicnn
from benchmarks.contenders import ENTRANTS, IM2COL, KERAS, MINICNN, UNCHANGED, installed
from benchmarks.contenders.ours import Contender
from benchmarks.contenders.workload import images, targets, timed
from benchmarks.network import write_network
from benchmarks.processes import Team, Worker, WorkerError
from benchmarks.session import QUICK, Session
from minicnn import load_model
from minicnn.data.augmentation import AugmentedBatches


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    write_network(folder)
    return folder


def test_a_worker_answers_and_has_the_networks_weights(folder):
    with Worker(MINICNN, folder, 1) as worker:
        answer = worker.ask("classify", images_=3)
        seconds = worker.ask("predict", batch=2, size=48, steps=3, warmup=1)
        use = worker.ask("usage")
    expected = load_model(folder / "network.keras").predict(images(3))
    np.testing.assert_allclose(answer, expected, atol=1e-5)
    assert len(seconds) == 3
    assert min(seconds) > 0
    assert use["cpu"] > 0


@pytest.mark.parametrize(("name", "augmented"), [(MINICNN, True), (UNCHANGED, False)])
def test_fit_is_with_augmentation_or_without(folder, monkeypatch, name, augmented):
    seen = []

    def fit(model, source, *, callbacks, verbose):
        seen.append(source)
        callbacks[0].ends.extend(range(len(source)))

    monkeypatch.setattr(minicnn.Sequential, "fit", fit)
    contender = Contender(folder, ENTRANTS[name].variant, 1)
    assert contender.fit(batch=4, batches=3, steps=2, warmup=1) == [3.0, 3.0]
    assert [type(source) is AugmentedBatches for source in seen] == [augmented] * 3
    assert len(seen[0]) == 5


def test_a_worker_that_ends_says_why(folder):
    with Worker(MINICNN, folder, 1) as worker, pytest.raises(WorkerError, match="no_such_verb"):
        worker.ask("no_such_verb")


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity on this system")
def test_a_team_keeps_its_workers(folder):
    team = Team(folder)
    try:
        first = team.ask(MINICNN, 1, "usage")["cpu"]
        assert team.ask(MINICNN, 1, "usage")["cpu"] >= first
        assert len(team._workers) == 1
    finally:
        team.close()
    assert not team._workers


def test_the_weights_for_other_libraries_are_the_networks(folder):
    with np.load(folder / "weights.npz") as arrays:
        weights = [arrays[name] for name in arrays.files]
    expected = load_model(folder / "network.keras").get_weights()
    assert len(weights) == len(expected)
    assert all(np.array_equal(a, b) for a, b in zip(weights, expected, strict=True))


def test_the_work_is_the_same_for_all():
    assert np.array_equal(images(4), images(4))
    assert images(4, 24).shape == (4, 24, 24, 1)
    assert targets(9).argmax(axis=1).tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1]


def test_warm_up_is_not_timed():
    calls = []
    assert len(timed(lambda: calls.append(1), steps=3, warmup=2)) == 3
    assert len(calls) == 5


def test_only_what_is_installed_takes_part(monkeypatch):
    assert installed(MINICNN, IM2COL) == [MINICNN, IM2COL]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert installed() == []


def test_a_session_says_what_is_missing(folder, monkeypatch):
    ours = {MINICNN, IM2COL}
    monkeypatch.setattr(
        "benchmarks.session.installed", lambda *names: [n for n in names or ENTRANTS if n in ours]
    )
    session = Session(folder, QUICK)
    assert session.present(MINICNN, KERAS) == [MINICNN]
    assert f"{KERAS} is left out: tensorflow is not installed." in session.notes


def test_another_network_is_no_contender(folder, monkeypatch):
    session = Session(folder, QUICK)
    answers = {MINICNN: [[0.5, 0.5]], KERAS: [[0.4, 0.6]], IM2COL: [[0.5, 0.50001]]}
    monkeypatch.setattr(session.team, "ask", lambda name, *_, **__: answers[name])
    session._check_same(IM2COL)
    with pytest.raises(WorkerError, match=r"Keras predicts other probabilities, by up to 0.1"):
        session._check_same(KERAS)
