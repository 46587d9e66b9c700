"""Somebody's model, predicted with turn by turn."""

from benchmarks.contenders import KERAS, MINICNN
from benchmarks.public_model import race


class FakeTeam:
    """Answers at once with the seconds that its contenders would need."""

    def __init__(self):
        self.asked = []

    def ask(self, name, threads, verb, *, steps, warmup, **request):
        self.asked.append((name, verb, steps, request))
        return [0.001 if name == MINICNN else 0.002] * steps


def test_both_take_turns_with_the_same_images():
    team = FakeTeam()
    seconds = race(team, batch=32, size=64, rounds=3, turn=0.01)
    assert seconds == {MINICNN: [0.001] * 3, KERAS: [0.002] * 3}
    request = {"batch": 32, "size": 64}
    # One step each to plan; then turns of 10 ms, one after the other.
    planned = [(MINICNN, "predict", 1, request), (KERAS, "predict", 1, request)]
    turns = [(MINICNN, "predict", 10, request), (KERAS, "predict", 5, request)]
    assert team.asked == planned + 3 * turns
