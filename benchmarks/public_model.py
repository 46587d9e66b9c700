"""Predict with somebody's model in minicnn and in Keras, turn by turn.

example:
  python -m benchmarks.public_model mini_xception.hdf5

The file may be any that minicnn reads. Both libraries get it as a .keras file, so Keras also runs
models of versions that it no longer opens.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import minicnn
from benchmarks.contenders import KERAS, MINICNN
from benchmarks.interleave import interleave, plan_turn, ratio, spread
from benchmarks.processes import Team, available_cpus

__all__ = ["main", "race"]


def race(team: Team, batch: int, size: int, rounds: int, turn: float = 0.5) -> dict[str, list]:
    """Return the seconds of a prediction in each round, by library."""
    threads = available_cpus()

    def taker(name: str):
        request = {"batch": batch, "size": size}
        (first,) = team.ask(name, threads, "predict", steps=1, warmup=2, **request)
        planned = plan_turn(first, turn)._asdict()
        return lambda: spread(team.ask(name, threads, "predict", **request, **planned)).median

    return interleave({name: taker(name) for name in (MINICNN, KERAS)}, rounds)


def main(argv: Sequence[str] | None = None) -> None:
    """Print a table: a row for each size of the batch."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", metavar="FILE", help="a .keras or .h5 file; its images are grey")
    parser.add_argument("--rounds", metavar="N", type=int, default=9, help="default: 9")
    arguments = parser.parse_args(argv)
    model = minicnn.load_model(arguments.file, compile=False)
    print("| batch | minicnn, ms/image | Keras, ms/image | ratio | quartiles |")
    print("|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "network.keras")
        team = Team(Path(folder))
        try:
            for batch in (1, 32, 256):
                seconds = race(team, batch, model.input_shape[1], arguments.rounds)
                ours, theirs = (1e3 * spread(s).median / batch for s in seconds.values())
                apart = ratio(*seconds.values())
                print(
                    f"| {batch} | {ours:.3g} | {theirs:.3g} | {apart.median:.2f}x | "
                    f"{apart.low:.2f}-{apart.high:.2f} |",
                    flush=True,
                )
        finally:
            team.close()


if __name__ == "__main__":
    main()
