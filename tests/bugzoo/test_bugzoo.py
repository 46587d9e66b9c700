"""The table of the zoo: each mistake is caught by its check, and the right code by none."""

import functools

import numpy as np
import pytest

from minicnn.bugzoo import BUGS, EXHIBITS
from minicnn.bugzoo.__main__ import PAGE
from minicnn.bugzoo.page import page
from minicnn.bugzoo.symptoms import UNMEASURED, measured
from minicnn.bugzoo.training import SEEDS, train
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
