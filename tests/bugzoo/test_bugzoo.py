"""The table of the zoo: each mistake is caught by its check, and the right code by none."""

import dataclasses
import functools
import json

import numpy as np
import pytest

from minicnn.bugzoo import BUGS, EXHIBITS, __main__, symptoms, training
from minicnn.bugzoo.__main__ import PAGE
from minicnn.bugzoo.page import page
from minicnn.bugzoo.symptoms import UNMEASURED, measured
from minicnn.bugzoo.training import SEEDS, Outcome, measure, train
from minicnn.checking.findings import OK, SKIPPED


@functools.cache
def named(name: str) -> list[str]:
    """The kinds that the named check gives a mistake; the mistake has to be caught."""
    bug = BUGS[name]
    report = bug.check_it()
    assert report.verdict(bug.check) not in (OK, SKIPPED), str(report)
    return [one.kind for one in report[bug.check]]


@pytest.mark.parametrize("name", BUGS)
def test_each_mistake_is_caught_by_its_check(name):
    named(name)


def test_the_likely_kind_is_right_for_three_quarters():
    right = [bug.kind in named(bug.name) for bug in BUGS.values()]
    assert np.mean(right) >= 0.75
    assert len(right) >= 40


@pytest.mark.parametrize("copy", EXHIBITS)
def test_the_right_code_passes(copy):
    bug = next(bug for bug in BUGS.values() if bug.copy == copy)
    report = bug.check_repaired()
    assert report.passed, str(report)


def test_a_repair_of_ones_own_is_checked_as_the_mistake_is():
    bug = BUGS["dense-bias-mean"]
    assert bug.check_it(bug.load_repaired()).passed
    half = type("MyDense", (bug.load(),), {})
    assert bug.check_it(half).failed == bug.check_it().failed


@pytest.mark.parametrize("name", BUGS)
def test_a_mistake_is_a_few_lines(name):
    bug = BUGS[name]
    assert bug.code != bug.repaired
    assert 1 <= len(bug.diff.splitlines()) <= 10
    assert bug.load() is not bug.load_repaired()
    assert bug.load() is bug.load()


def test_the_page_says_what_was_measured():
    assert set(measured()["bugs"]) == set(BUGS)
    assert set(measured()["right"]) == set(EXHIBITS)
    if UNMEASURED not in measured()["bugs"].values():
        assert "Without the mistake: " in BUGS["dense-bias-mean"].symptom
    if not PAGE.is_file():
        pytest.skip("docs/ is not installed")
    assert PAGE.read_text("utf-8") == page(), "run python -m minicnn.bugzoo --page"


def test_a_training_is_repeatable_and_a_mistake_changes_it():
    bug = BUGS["softmax-cross-entropy-sign"]
    right, again = (train(bug.copy, None, SEEDS[0], epochs=2) for _ in range(2))
    assert right == again
    assert right.train > train(bug.copy, bug, SEEDS[0], epochs=2).train


@pytest.mark.parametrize("copy", ["l2", "perceptron", "softmax"])
def test_every_kind_of_copy_is_in_what_is_trained(copy):
    bug = next(bug for bug in BUGS.values() if bug.copy == copy)
    right, wrong = (train(copy, one, SEEDS[0], epochs=1) for one in (None, bug))
    assert right.problem == ""
    assert right != wrong


def test_an_error_ends_a_training_and_the_symptom_names_it():
    problems = {outcome["problem"]: name for name, outcome in measured()["bugs"].items()}
    bug = BUGS[problems["ValueError"]]
    assert train(bug.copy, bug, SEEDS[0], epochs=1).problem == "ValueError"
    assert bug.symptom.startswith("A short training ends with a ValueError. Without the mistake: ")
    assert BUGS[problems["NaN"]].symptom.startswith("A short training ends with a loss that becom")


def test_outcomes_are_rounded_and_the_first_problem_is_kept(monkeypatch):
    outcomes = [Outcome(0.12345, 0.5), Outcome(np.nan, 0.25, "NaN"), Outcome(1.0, 0.5)]
    monkeypatch.setattr(training, "train", lambda copy, bug, seed: outcomes[seed])
    assert measure("dense", None) == {
        "train": [0.123, None, 1.0], "test": [0.5, 0.25, 0.5], "problem": "NaN",
    }  # fmt: skip


def test_a_change_of_what_does_not_stand_there_once_is_an_error():
    bug = dataclasses.replace(BUGS["dense-bias-mean"], changes=(("no such line", ""),))
    with pytest.raises(ValueError, match=r"dense-bias-mean: 'no such line' stands 0 times"):
        bug.code  # noqa: B018


def test_what_is_missing_is_measured_and_the_page_is_written(monkeypatch, tmp_path, request):
    request.addfinalizer(measured.cache_clear)
    known, file = measured(), tmp_path / "symptoms.json"
    lacking = known | {"bugs": known["bugs"] | {"dense-bias-mean": UNMEASURED}}
    file.write_text(json.dumps(lacking), "utf-8")
    (tmp_path / "images").mkdir()
    trained = []

    def found(copy, bug):
        trained.append(bug.name)
        return known["bugs"][bug.name]

    with monkeypatch.context() as patch:
        for module in (__main__, symptoms):
            patch.setattr(module, "FILE", file)
        patch.setattr(__main__, "DOCS", tmp_path)
        patch.setattr(__main__, "PAGE", tmp_path / "page.md")
        patch.setattr(__main__, "DRAWN", ["dense-bias-mean"])
        patch.setattr(__main__, "measure", found)
        patch.setattr("sys.argv", ["bugzoo", "--missing"])
        measured.cache_clear()
        assert BUGS["dense-bias-mean"].symptom == "Its training has not been measured yet."
        __main__.main()
    measured.cache_clear()
    assert trained == ["dense-bias-mean"]
    assert file.read_text("utf-8") == symptoms.FILE.read_text("utf-8")
    assert (tmp_path / "page.md").read_text("utf-8") == page()
    assert (tmp_path / "images" / "wrong-gradients.png").stat().st_size > 5000
