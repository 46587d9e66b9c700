"""The page about a run: what is on it depends on what was measured."""

from types import SimpleNamespace

import numpy as np

from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.reports import html_report


def test_figures_without_twins_stand_beside_those_of_all_images():
    labels = np.repeat(np.arange(7), 3)
    whole = Evaluation(labels, np.eye(7)[np.append(labels[1:], 0)], 0.01)
    part = whole.part(np.arange(21) % 3 < 2)
    results = SimpleNamespace(evaluation=whole, without_twins=part)
    figures, _ = html_report._results(results)
    assert "Twins are images that equal a training image pixel by pixel." in figures
    assert ">all images</th>" in figures
    assert ">without twins</th>" in figures
    assert (whole.accuracy < 0.7, part.accuracy) == (True, 1.0)
    assert "100.00%" in figures
    results.without_twins = None
    assert "wins" not in html_report._results(results)[0]
