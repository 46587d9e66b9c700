"""The pages and the table at the end, from results that nobody measured."""

import pytest
from made_up_results import FIT_SECONDS, SECONDS, made_up

from benchmarks.__main__ import PARTS
from benchmarks.contenders import (
    IM2COL,
    KERAS,
    KERAS_LAYERS,
    KERAS_MAP,
    MINICNN,
    PYTORCH,
    UNCHANGED,
)
from benchmarks.parts import augmentation, kernels, roofline, training
from benchmarks.parts.sweeps import thread_counts
from benchmarks.ratios import Goal, ratio_table, verdict
from benchmarks.report import csv_text, markdown_table, page_text
from benchmarks.results import Results


@pytest.fixture(scope="module")
def results():
    return made_up()


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_page(name, results, tmp_path):
    page = PARTS[name].page(results)
    text = page_text(name, page, {"processor": "none"})
    assert all(table.rows for table in page.tables)
    assert "nan" not in text
    page.figure.savefig(tmp_path / "page.png")


def test_training_is_compared_round_by_round(results):
    rows = {row[0]: row for row in training.page(results).tables[0].rows}
    assert rows[MINICNN][1] == f"{32 / SECONDS[MINICNN]:.1f}"
    assert rows[KERAS][6:] == ["1.50", "1.50-1.50"]


def test_fit_is_compared_round_by_round(results):
    rows = {row[0]: row for row in augmentation.page(results).tables[0].rows}
    assert rows[MINICNN][1] == f"{256 / FIT_SECONDS[MINICNN]:.1f}"
    assert rows[KERAS_LAYERS][3:] == ["2.20", "2.20-2.20"]


def test_a_kernel_is_compared_with_its_reference_round_by_round(results):
    rows = {row[0]: row for row in kernels.page(results).tables[0].rows}
    assert rows["conv2d, forward"][1:] == ["10.0", "40.0", "4.00", "4.00-4.00"]


def test_peak_and_bandwidth_are_the_best_that_was_seen(results):
    assert roofline.peak(results) == pytest.approx(2 * 1000**3 / 0.01)
    assert roofline.bandwidth(results) == pytest.approx(2 * 256 * 2**20 / 0.02)


def test_the_table_takes_the_faster_peer(results):
    rows = {row[0]: row for row in ratio_table(results).rows}
    step = rows["training, batch 32"]
    # torch.compile would be faster, but is not among the peers.
    assert step[2] == f"Keras: {32 / SECONDS[KERAS]:.1f} images/s"
    assert step[3:] == ["1.50x", "1.50-1.50", ">= 1.3x", ">= 2x", "must reached"]
    assert rows["training, im2col only"][3] == f"{SECONDS[KERAS] / SECONDS[IM2COL]:.2f}x"
    fit = rows["`fit` with augmentation"]
    assert fit[2] == f"{KERAS_MAP}: {256 / FIT_SECONDS[KERAS_MAP]:.1f} images/s"
    assert fit[3:] == ["1.50x", "1.50-1.50", ">= 1.3x", ">= 2x", "must reached"]
    without = rows["`fit` with over without"]
    assert without[2] == f"{UNCHANGED}: {256 / FIT_SECONDS[UNCHANGED]:.1f} images/s"
    assert without[3:] == ["0.90x", "0.90-0.90", ">= 0.95x", ">= 0.95x", "falls short"]
    # 2e11 FLOP/s, 1.69 GFLOP an image; the median of 200, 67 and 200 images/s.
    over = rows["training over the bound of direct convolution"]
    assert over[3:] == ["1.69x", "1.13-1.69", "", ">= 1x", "aim reached"]
    assert rows["prediction, batch 1"][3] == "0.67x"
    assert rows["`import minicnn`"][3:6] == ["0.32 s", "0.32-0.64", "<= 0.8 s"]
    assert rows["`import minicnn`"][6:] == ["<= 0.4 s", "aim reached"]
    assert "| training, batch 32" in markdown_table(ratio_table(results))


def test_what_was_not_measured_has_no_row():
    assert ratio_table(Results()).rows == []


@pytest.mark.parametrize(
    ("value", "goal", "expected"),
    [
        (2.0, Goal(1.3, 2.0, more=True), "aim reached"),
        (1.3, Goal(1.3, 2.0, more=True), "must reached"),
        (1.29, Goal(1.3, 2.0, more=True), "falls short"),
        (0.3, Goal(0.5, 0.3), "aim reached"),
        (0.31, Goal(0.5, 0.3), "must reached"),
        (0.51, Goal(0.5, 0.3), "falls short"),
        (0.9, Goal(None, 1.0, more=True), "falls short"),
    ],
)
def test_verdicts(value, goal, expected):
    assert verdict(value, goal) == expected


@pytest.mark.parametrize(
    ("available", "counts"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])]
)
def test_thread_counts(available, counts):
    assert thread_counts(available) == counts


def test_results_know_what_they_have(results):
    assert results.xs("prediction") == ["1", "32", "256"]
    assert not results.has("training by batch size", 1, PYTORCH)
    assert results.smallest("training by batch size", 1, [PYTORCH]) is None
    with pytest.raises(KeyError):
        results.turns("training", 64, MINICNN)
    rows = csv_text(results.records(["copy"]), {}).splitlines()[2:]
    assert rows == ["copy,256,minicnn,1,0.02", "copy,256,minicnn,2,0.06", "copy,256,minicnn,3,0.02"]
