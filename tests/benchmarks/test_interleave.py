"""Whose turn it is, and what is made of the values."""

import pytest

from benchmarks.interleave import PAUSE, Turn, interleave, plan_turn, ratio, spread


def test_turns_alternate_round_by_round():
    calls = []

    def taker(name):
        def take():
            calls.append(name)
            return len(calls)

        return take

    outcomes = interleave({name: taker(name) for name in "ABC"}, rounds=3, pause=0)
    assert "".join(calls) == "ABCABCABC"
    assert outcomes == {"A": [1, 4, 7], "B": [2, 5, 8], "C": [3, 6, 9]}


def test_there_is_a_pause_before_every_turn(monkeypatch):
    events = []
    monkeypatch.setattr("benchmarks.interleave.time.sleep", events.append)
    interleave({"A": lambda: events.append("A"), "B": lambda: events.append("B")}, rounds=1)
    assert events == [PAUSE, "A", PAUSE, "B"]


@pytest.mark.parametrize(
    ("step", "turn", "expected"),
    [
        (0.1, 0.5, Turn(warmup=1, steps=5)),
        (0.4, 0.5, Turn(warmup=1, steps=1)),
        (3.0, 0.5, Turn(warmup=0, steps=1)),
        (1e-6, 0.5, Turn(warmup=1, steps=200)),
    ],
)
def test_a_turn_is_filled_with_steps(step, turn, expected):
    assert plan_turn(step, turn) == expected


def test_spread_is_median_and_quartiles():
    assert spread([5.0, 1.0, 4.0, 2.0, 3.0]) == (3.0, 2.0, 4.0, 5)
    assert spread([7.0]) == (7.0, 7.0, 7.0, 1)


def test_spread_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no value"):
        spread([])


def test_ratios_are_taken_round_by_round():
    # The machine is ten times as slow in the second round: medians first would give 22 / 5.5.
    assert ratio([4.0, 40.0, 4.0, 40.0], [1.0, 10.0, 2.0, 10.0]).median == 4.0
    assert ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == (2.0, 2.0, 2.0, 3)


def test_rounds_must_match():
    with pytest.raises(ValueError, match="2 rounds against 1"):
        ratio([1.0, 2.0], [1.0])
