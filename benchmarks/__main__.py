"""Measure minicnn beside TensorFlow/Keras and PyTorch, and write tables and figures.

example:
  python -m benchmarks                               everything, into docs/performance
  python -m benchmarks --part training --part start  two parts, into docs/performance
  python -m benchmarks --quick                       see that all parts run, into runs/benchmarks
"""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import machines
from benchmarks import session as sessions
from benchmarks.machine import describe
from benchmarks.network import write_network
from benchmarks.page import Page
from benchmarks.parts import augmentation, fresh, kernels, layers, roofline, sweeps, training
from benchmarks.processes import ROOT, WorkerError
from benchmarks.ratios import ratio_table
from benchmarks.report import (
    MACHINES,
    fill_in,
    machine_list,
    markdown_table,
    write_page,
    write_text,
)
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["PARTS", "Part", "main"]


class Part(NamedTuple):
    """What can be measured by itself."""

    measure: Callable[[Session], None]
    page: Callable[[Results], Page]
    about: str


PARTS = {
    "training": Part(training.measure, training.page, "a training step on 32 images"),
    "augmentation": Part(augmentation.measure, augmentation.page, "fit on augmented images"),
    "prediction": Part(
        sweeps.measure_prediction, sweeps.prediction_page, "prediction, batches of 1 to 256"
    ),
    "batch-size": Part(sweeps.measure_batch, sweeps.batch_page, "training, batches of 1 to 256"),
    "layers": Part(layers.measure, layers.page, "each layer by itself, and the roofline"),
    "kernels": Part(kernels.measure, kernels.page, "each kernel beside its readable reference"),
    "image-size": Part(sweeps.measure_size, sweeps.size_page, "training on images of 24 to 192"),
    "threads": Part(sweeps.measure_threads, sweeps.threads_page, "1, 2, 4, ... and all CPUs"),
    "memory": Part(fresh.measure_memory, fresh.memory_page, "peak memory of training"),
    "start": Part(fresh.measure_start, fresh.start_page, "cold start, import, first step ever"),
}


def run(names: list[str], effort: sessions.Effort, out: Path) -> None:
    """Measure parts; write their pages, the machine's row and, with all parts, the other table."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        write_network(Path(folder))
        session = Session(Path(folder), effort)
        try:
            machine = _measure_machine(session)
            for name in names:
                print(f"{name}: {PARTS[name].about}", flush=True)
                _measure_part(session, name, machine, out)
        finally:
            session.team.close()
    table = ratio_table(session.results)
    text = markdown_table(table)
    print(f"\n{text}\n\n{machine_list(machine)}\n", *session.notes, sep="\n")
    index = out / "README.md"
    if set(names) == set(PARTS) and index.exists():
        pages = "\n".join(f"- [{name}]({name}.md): {PARTS[name].about}" for name in PARTS)
        notes = [" ".join(session.notes)] if session.notes else []
        results = "\n\n".join([text, *notes, "Measured on:", machine_list(machine), pages])
        write_text(index, fill_in(index.read_text(encoding="utf-8"), results))
    if index.exists():
        kept = machines.keep(machines.read(out / "machines.csv"), table, machine, machines.commit())
        write_text(out / "machines.csv", machines.text(kept))
        rows = markdown_table(machines.machine_table(kept))
        write_text(index, fill_in(index.read_text(encoding="utf-8"), rows, MACHINES))


def _measure_machine(session: Session) -> dict[str, str]:
    print("what the machine can do", flush=True)
    roofline.measure(session)
    machine = describe(session)
    machine["at its best"] = roofline.sentence(session.results)
    machine["date"] = datetime.date.today().isoformat()
    return machine


def _measure_part(session: Session, name: str, machine: dict[str, str], out: Path) -> None:
    before = {record[:3] for record in session.results.records(session.results.figures())}
    PARTS[name].measure(session)
    records = session.results.records(session.results.figures())
    new = [record for record in records if record[:3] not in before]
    write_page(out, name, PARTS[name].page(session.results), new, machine, session.notes)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--part",
        action="append",
        choices=PARTS,
        help="measure this part; may be given more than once (default: all)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a few steps of everything: the figures mean little"
    )
    parser.add_argument(
        "--out", type=Path, help="folder for the files (default: docs/performance, runs/benchmarks)"
    )
    arguments = parser.parse_args()
    default = ROOT / ("runs/benchmarks" if arguments.quick else "docs/performance")
    out = arguments.out or default
    effort = sessions.QUICK if arguments.quick else sessions.FULL
    start = time.perf_counter()
    try:
        run(arguments.part or list(PARTS), effort, out)
    except (WorkerError, OSError) as error:
        sys.exit(f"benchmarks: {error}")
    except KeyboardInterrupt:
        sys.exit("\nbenchmarks: stopped; the pages of the parts that were done are written.")
    print(f"\n{out} is written, {(time.perf_counter() - start) / 60:.1f} minutes.")


if __name__ == "__main__":
    main()
