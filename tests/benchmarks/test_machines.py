"""The table of several machines: the newest of each figure, the rest as it was."""

from pathlib import Path

from benchmarks import machines
from benchmarks.page import Table
from benchmarks.report import MACHINES, fill_in

BEST = "float32 product of 2048 x 2048 matrices 492 GFLOP/s (Keras 492); copying memory 32.1 GB/s"
HEAD = ["figure", "minicnn", "peer", "ratio", "quartiles"]


def run(date, processor="Z80", **ratios):
    """What a run gives: a table, and what is said about the machine."""
    rows = [
        [figure, "120 images/s", "Keras, fit on tf.data: 60 images/s", ratio, ""]
        for figure, ratio in ratios.items()
    ]
    about = {"processor": f"{processor}, 2 CPUs for each contender", "at its best": BEST}
    return Table("Ratios", HEAD, rows), about | {"date": date}


def test_the_newest_figure_of_a_machine_stays_beside_other_machines(tmp_path):
    training, prediction = "training, batch 32", "prediction, batch 1"
    kept = machines.keep([], *run("2026-01-01", **{training: "1.50x", prediction: "1.2x"}), "aaa")
    kept = machines.keep(kept, *run("2026-01-02", "6502", **{training: "1.30x"}), "bbb")
    kept = machines.keep(kept, *run("2026-01-03", **{training: "2.00x"}), "ccc")
    file = tmp_path / "machines.csv"
    file.write_text(machines.text(kept), encoding="utf-8")
    assert machines.read(file) == kept
    table = machines.machine_table(kept)
    rows = {row[0]: dict(zip(table.head, row, strict=True)) for row in table.rows}
    assert list(rows) == ["Z80, 2 CPUs", "6502, 2 CPUs"]
    z80, other = rows.values()
    assert z80[training] == "2.00x Keras"
    assert z80["prediction, 1"] == "1.2x Keras"
    assert z80["measured"] == "2026-01-01 (aaa), 2026-01-03 (ccc)"
    assert z80["sgemm, GFLOP/s; copying, GB/s"] == "492; 32.1"
    assert (other[training], other["prediction, 1"]) == ("1.30x Keras", "")


def test_nothing_is_kept_before_the_first_run(tmp_path):
    assert machines.read(tmp_path / "machines.csv") == []


def test_the_docs_show_what_is_kept():
    folder = Path(__file__).parents[2] / "docs" / "performance"
    index = (folder / "README.md").read_text(encoding="utf-8")
    kept = machines.read(folder / "machines.csv")
    assert len({row.machine for row in kept}) > 1
    assert fill_in(index, "new", MACHINES) != index
    for row in machines.machine_table(kept).rows:
        assert f"| {row[0]}" in index
        assert row[-1] in index
