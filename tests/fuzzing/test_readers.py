"""Changed files are read or rejected in order; the seeds that once were not, first."""

import pytest

from fuzzing.readers import READERS

#: Reader and seed of what fuzzing has found: a sentence of 5,000 characters, 1.6 GB for a PNG of
#: 125 bytes, the cell of a csv file as a whole, line ends in the names of a zip's members and of
#: arrays, an empty name, up to 4 GB for small PNGs; and a BMP that only tracemalloc made slow.
FOUND = [
    *(("keras", 1000113), ("images", 1000024), ("images", 1000951), ("csv", 23)),
    *(("zip", 1052412), ("zip", 1061831), ("zip", 1067871), ("h5", 1011720), ("h5", 1016804)),
    *(("images", seed) for seed in (1005969, 1008053, 1010823, 1010860, 1016171, 1017340)),
    *(("images", seed) for seed in (1019124, 1021259)),
]


@pytest.fixture(scope="module")
def fuzzers():
    made = {}
    return lambda name: made.setdefault(name, READERS[name]())


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MINICNN_CACHE", str(tmp_path))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "seed"), FOUND)
def test_what_was_found_is_mended(fuzzers, name, seed):
    assert fuzzers(name).finding(seed) == ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_some_changed_files(fuzzers, name):
    found = {seed: fuzzers(name).finding(seed) for seed in range(25)}
    assert {seed: problem for seed, problem in found.items() if problem} == {}


def test_a_reader_that_fails_is_found(fuzzers):
    fuzzer = fuzzers("csv")
    fails = type(fuzzer)(lambda path: {}["key"], fuzzer.files)
    assert "KeyError" in fails.finding(0)
    greedy = type(fuzzer)(lambda path: bytearray(300_000_000), fuzzer.files)
    assert greedy.finding(0) == "300 MB"
