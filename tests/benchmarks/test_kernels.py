"""Each kernel and its reference: there is a row for all of them, and both do the same work."""

import re
from pathlib import Path

import numpy as np
import pytest

import minicnn.kernels
from benchmarks.kernels import ROWS
from benchmarks.network import write_network
from benchmarks.parts import kernels
from benchmarks.session import QUICK, Session

FILES = sorted(Path(minicnn.kernels.__file__).parent.glob("*.py"))


def arrays(result):
    return [result] if isinstance(result, np.ndarray) else list(result)


def test_every_compiled_loop_has_a_row():
    compiled = {path.stem for path in FILES if re.search(r"^@njit", path.read_text(), re.M)}
    compiled.remove("vectors")  # it is what kernels are made of
    assert compiled <= {row.partition(",")[0] for row in ROWS}
    assert "relu" in compiled


@pytest.mark.parametrize("row", ROWS)
def test_both_versions_return_the_same(row):
    pair = ROWS[row](1)
    ours, theirs = arrays(pair.kernel()), arrays(pair.reference())
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape
        # Sums of up to 1600 products in float32, relative to the largest.
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4 * max(1, np.abs(other).max()))


def test_the_part_measures_both_in_turns(tmp_path, monkeypatch, capsys):
    write_network(tmp_path)
    monkeypatch.setattr("benchmarks.parts.kernels.ROWS", ["relu, forward", "random, bits"])
    session = Session(tmp_path, QUICK)
    try:
        kernels.measure(session)
    finally:
        session.team.close()
    assert session.results.xs(kernels.KERNELS) == ["relu, forward", "random, bits"]
    for version in kernels.VERSIONS:
        turns = session.results.turns(kernels.KERNELS, "relu, forward", version)
        assert len(turns) == QUICK.sweep_rounds
        assert min(turns) > 0
    assert "relu, forward: kernel" in capsys.readouterr().out
    assert kernels.page(session.results).tables[0].rows


def test_a_worker_times_the_version_it_is_asked_for(monkeypatch, tmp_path):
    from benchmarks.contenders import ours

    calls = []
    pair = kernels.Pair(lambda: calls.append("kernel"), lambda: calls.append("reference"))
    monkeypatch.setattr(ours, "ROWS", {"x": lambda count: pair})
    ours._pair.cache_clear()
    write_network(tmp_path)
    contender = ours.Contender(tmp_path, "auto", 1)
    times = contender.kernel(row="x", version="reference", images_=1, steps=2, warmup=1)
    assert len(times) == 2
    assert calls == ["reference"] * 3
    ours._pair.cache_clear()
