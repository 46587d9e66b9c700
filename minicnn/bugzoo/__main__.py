"""Train with every mistake, and write docs/bug-zoo.md.

python -m minicnn.bugzoo [--missing] [--page]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from minicnn.bugzoo import BUGS, EXHIBITS, Bug
from minicnn.bugzoo.page import page
from minicnn.bugzoo.symptoms import FILE, UNMEASURED, measured
from minicnn.bugzoo.training import measure
from minicnn.checking.figure import draw

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "bug-zoo.md"
#: Drawn side by side: each kind of mistake has its own picture.
DRAWN = ("dense-bias-mean", "conv2d-kernel-reversed", "dropout-no-mask", "batch-norm-constants")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m minicnn.bugzoo", description=__doc__)
    parser.add_argument("--page", action="store_true", help="write page and figure, do not train")
    parser.add_argument("--missing", action="store_true", help="train only what was not measured")
    arguments = parser.parse_args()
    if not arguments.page:
        _measure(missing=arguments.missing)
    PAGE.write_text(page(), "utf-8")
    reports = [BUGS[name].check_it() for name in DRAWN]
    findings = [one for report in reports for one in report.findings if one.numeric.size]
    draw("Four wrong gradients", findings, DOCS / "images" / "wrong-gradients.png")


def _measure(*, missing: bool) -> None:
    """Train, and write every outcome as soon as it is there."""
    known: dict[str, dict] = measured() if FILE.exists() else {}
    outcomes = {
        "right": dict.fromkeys(EXHIBITS, UNMEASURED) | (known.get("right", {}) if missing else {}),
        "bugs": dict.fromkeys(BUGS, UNMEASURED) | (known.get("bugs", {}) if missing else {}),
    }
    jobs: list[tuple[str, str, str, Bug | None]]
    jobs = [("right", copy, copy, None) for copy in EXHIBITS]
    jobs += [("bugs", bug.name, bug.copy, bug) for bug in BUGS.values()]
    for part, name, copy, bug in jobs:
        if outcomes[part][name] == UNMEASURED:
            outcomes[part][name] = measure(copy, bug)
            print(name, outcomes[part][name], flush=True)
            _write(outcomes)
    measured.cache_clear()


def _write(outcomes: dict[str, dict]) -> None:
    """Write a line for each outcome."""
    parts = [
        f'"{part}": {{\n'
        + ",\n".join(f'"{name}": {json.dumps(one)}' for name, one in found.items())
        + "\n}"
        for part, found in outcomes.items()
    ]
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
