"""Tables for people, and the csv for programs."""

import io

import numpy as np
import pandas as pd
import pytest

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.reports.evaluation_report import evaluation_csv, evaluation_report


@pytest.fixture
def evaluation():
    draw = np.random.default_rng(2)
    labels = np.concatenate([np.arange(7), draw.integers(0, 7, 1500)])
    rows = draw.dirichlet(np.ones(7), len(labels))
    rows[np.arange(len(rows)), labels] += 0.2
    return Evaluation(labels, rows / rows.sum(axis=1, keepdims=True), 0.01234)


@pytest.fixture
def part(evaluation):
    return evaluation.part(np.arange(evaluation.images) % 3 > 0)


def line_of(text, start):
    line = next(line for line in text.splitlines() if line.startswith(start))
    return line[len(start) :].split()


def test_the_figures_stand_in_the_report(evaluation):
    text = evaluation_report(evaluation)
    assert line_of(text, "images") == ["1,507"]
    assert line_of(text, "accuracy") == [f"{evaluation.accuracy:.2%}"]
    low, high = evaluation.interval
    assert line_of(text, "  95 % interval") == [f"{low:.2%}", "to", f"{high:.2%}"]
    assert line_of(text, "top-2 accuracy") == [f"{evaluation.top_2_accuracy:.2%}"]
    assert line_of(text, "loss") == [f"{evaluation.loss:.4f}"]
    assert line_of(text, "calibration error") == [f"{evaluation.calibration_error:.4f}"]
    assert line_of(text, "time per image") == ["12.34", "ms"]
    for name, means in (("mean", evaluation.macro), ("weighted mean", evaluation.weighted)):
        assert line_of(text, name) == [*(f"{value:.3f}" for value in means.values()), "1,507"]
    assert "without twins" not in text


def test_every_class_has_its_scores_and_its_row_of_the_confusion_matrix(evaluation):
    lines = evaluation_report(evaluation).splitlines()
    scores = evaluation.as_dict()["classes"]
    for emotion, counts in zip(EMOTIONS, evaluation.confusion.tolist(), strict=True):
        first, second = (line.split()[1:] for line in lines if line.startswith(emotion))
        values = scores[emotion]
        shown = [f"{values[name]:.3f}" for name in ("precision", "recall", "f1")]
        assert first == [*shown, f"{values['support']:,}"]
        assert second == [f"{count:,}" for count in counts]


def test_the_part_without_twins_stands_beside(evaluation, part):
    text = evaluation_report(evaluation, part)
    assert line_of(text, " ") == ["all", "images", "without", "twins"]
    assert line_of(text, "images") == ["1,507", f"{part.images:,}"]
    assert line_of(text, "accuracy") == [f"{evaluation.accuracy:.2%}", f"{part.accuracy:.2%}"]


def test_the_csv_holds_every_figure_of_every_part(evaluation, part):
    table = pd.read_csv(io.StringIO(evaluation_csv({"all": evaluation, "without twins": part})))
    assert list(table) == ["part", "figure", "class", "predicted", "value"]
    for name, one in (("all", evaluation), ("without twins", part)):
        rows, expected = table[table["part"] == name], one.as_dict()
        whole = rows[rows["class"].isna()].set_index("figure")["value"]
        assert whole["accuracy"] == one.accuracy
        assert whole["accuracy_interval_95_low"] == one.interval[0]
        assert whole["accuracy_interval_95_high"] == one.interval[1]
        assert whole["macro_f1"] == one.macro["f1"]
        assert whole["weighted_recall"] == one.weighted["recall"]
        assert whole["expected_calibration_error"] == one.calibration_error
        counts = rows[rows["figure"] == "count"].pivot(
            index="class", columns="predicted", values="value"
        )
        np.testing.assert_array_equal(counts.loc[[*EMOTIONS], [*EMOTIONS]], one.confusion)
        for emotion, scores in expected["classes"].items():
            mine = rows[(rows["class"] == emotion) & rows["predicted"].isna()]
            assert mine.set_index("figure")["value"].to_dict() == scores
