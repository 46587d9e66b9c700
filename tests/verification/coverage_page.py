"""Write docs/verification/coverage.md.

    python tests/verification/coverage_page.py COVERAGE.json [FOLDER...]

`make coverage` measures and calls it. Functions with lines that did not run are listed with their
reasons, which are kept in uncovered.py; those without a reason are printed. FOLDERs are those of
tests/ that were left out of the measurement: the page says so.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "verification" / "coverage.md"
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests")]

from verification.uncovered import REASONS  # noqa: E402

__all__ = ["missing", "page", "reason_of", "table"]

_PAGE = """# Coverage

How much of the code the tests run. `make coverage` runs the whole suite traced, with the processes
that it starts and five examples of each property, and writes this page. Measured on {date} with
Python {python} and coverage {version}, at commit {commit}.

Compiled kernels cannot be traced. Their lines count where they run as plain Python, which all of
`tests/kernels` does once ([test_jit_modes.py](../../tests/test_jit_modes.py)). Branches are the
ways out of lines that have several. The percentage is that of statements and branches together.

{left_out}{table}

## What is not covered

{count} lines of {statements}. Here is every function that has any, with the number of its lines
that did not run, grouped by [the reason](../../tests/verification/uncovered.py).

{reasons}

## Files below {threshold} %

{low}
"""
_THRESHOLD = 90
_NO_REASON = "No reason is given."


def package_of(path: str) -> str:
    """Return the package of a file, without subpackages other than those of fer."""
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[:-1][: 3 if "fer" in parts else 2])


def table(report: dict[str, Any]) -> str:
    """Return the counts of each package, and their sums, as a table."""
    counts: dict[str, list[int]] = {}
    for path, file in report["files"].items():
        row = counts.setdefault(package_of(path), [0, 0, 0, 0])
        for place, key in enumerate(
            ("num_statements", "covered_lines", "num_branches", "covered_branches")
        ):
            row[place] += file["summary"][key]
    lines = ["| package | statements | run | branches | taken | |", "|---|--:|--:|--:|--:|--:|"]
    lines += [_row(f"`{name}`", row) for name, row in sorted(counts.items())]
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    return "\n".join([*lines, _row("**all**", sums)])


def _row(name: str, counts: list[int]) -> str:
    statements, run, branches, taken = counts
    percent = 100 * (run + taken) / max(1, statements + branches)
    return f"| {name} | " + " | ".join(f"{n:,}" for n in counts) + f" | {percent:.1f} % |"


def missing(report: dict[str, Any]) -> Iterator[tuple[str, str, list[int]]]:
    """Yield file, function and lines of what did not run; "" is a module's own level."""
    for path, file in sorted(report["files"].items()):
        for function, region in file["functions"].items():
            if region["missing_lines"]:
                yield path, function, region["missing_lines"]


def reason_of(path: str, function: str) -> str | None:
    """Return why a function, its class, its file or its folder is not covered."""
    keys = [f"{path}:{function}", f"{path}:{function.partition('.')[0]}", path]
    keys += [f"{folder.as_posix()}/" for folder in Path(path).parents]
    return next((REASONS[key] for key in keys if key in REASONS), None)


def page(report: dict[str, Any], commit: str, left_out: Sequence[str] = ()) -> str:
    """Return the text of coverage.md; `left_out` are the folders of tests/ that did not run."""
    groups: dict[str, list[str]] = {}
    unmeasured: Counter[str] = Counter()
    for path, function, lines in missing(report):
        reason = reason_of(path, function)
        package = path.removeprefix("minicnn/").partition("/")[0]
        if reason is None and package in left_out:
            unmeasured[package] += len(lines)
            continue
        reason = reason or ("Tests that were left out may run them." if left_out else _NO_REASON)
        where = f"`{path.removeprefix('minicnn/')}`" + (f" `{function}`" if function else "")
        groups.setdefault(reason, []).append(f"{where} ({len(lines)})")
    reasons = "\n".join(
        f"- {reason}\n  {', '.join(places)}."
        for reason, places in sorted(groups.items(), key=lambda item: -len(item[1]))
    )
    reasons += "".join(
        f"\n- `tests/{name}` was left out of this measurement: {lines:,} lines of `minicnn.{name}`."
        for name, lines in sorted(unmeasured.items())
    )
    meta, totals = report["meta"], report["totals"]
    names = ", ".join(f"`tests/{name}`" for name in left_out)
    return _PAGE.format(
        date=meta["timestamp"][:10],
        python=platform.python_version(),
        version=meta["version"],
        commit=commit,
        left_out=f"This measurement left out {names}, or parts of it, so it shows too little.\n\n"
        if names
        else "",
        table=table(report),
        count=f"{totals['missing_lines']:,}",
        statements=f"{totals['num_statements']:,}",
        reasons=reasons,
        threshold=_THRESHOLD,
        low=_low(report),
    )


def _low(report: dict[str, Any]) -> str:
    """Return the files of which least is covered, as a list."""
    shares = {
        path.removeprefix("minicnn/"): file["summary"]["percent_covered"]
        for path, file in report["files"].items()
    }
    low = sorted((share, path) for path, share in shares.items() if share < _THRESHOLD)
    return "\n".join(f"- `{path}`: {share:.0f} %" for share, path in low) or "None."


def main(path: str, *left_out: str) -> None:
    """Write the page; print what has no reason."""
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    for file, function, lines in missing(report):
        package = file.removeprefix("minicnn/").partition("/")[0]
        if reason_of(file, function) is None and package not in left_out:
            print(f"{file}:{function}: {', '.join(map(str, lines))}")
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    PAGE.write_text(page(report, commit.strip(), left_out), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
