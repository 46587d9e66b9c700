"""Accuracies on spoiled images, as a table and as csv."""

import io

import numpy as np
import pandas as pd
import pytest

from minicnn.data.corruptions import CORRUPTIONS
from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.reports.robustness_report import robustness_csv, robustness_report


@pytest.fixture
def result():
    draw = np.random.default_rng(0)
    accuracy = {
        name: tuple((draw.integers(10, 60, len(corruption.levels)) / 70).tolist())
        for name, corruption in CORRUPTIONS.items()
    }
    return Robustness(70, 2, 61 / 70, accuracy)


def test_the_table_and_the_csv_have_every_accuracy(result):
    lines = robustness_report(result).splitlines()
    assert lines[0].startswith(f"Uncorrupted, {result.clean:.2%} of 70 images are right")
    table = pd.read_csv(io.StringIO(robustness_csv(result)), keep_default_na=False)
    assert table["accuracy"][0] == result.clean
    for name, values in result.accuracy.items():
        place = next(i for i, line in enumerate(lines) if line.startswith(f"{name} ("))
        levels = [f"{level:g}" for level in CORRUPTIONS[name].levels]
        assert lines[place].split()[-len(levels) :] == levels
        shown = [*(f"{v:.1%}" for v in values), f"{np.mean(values):.1%}"]
        assert lines[place + 1].split() == shown
        rows = table[table["corruption"] == name]
        assert rows["severity"].tolist() == list(range(1, len(values) + 1))
        assert rows["accuracy"].tolist() == list(values)
        assert (rows["interval_95_low"] <= rows["accuracy"]).all()
