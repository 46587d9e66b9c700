"""Train with every mistake, and write docs/bug-zoo.md.

python -m minicnn.bugzoo [--page]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from minicnn.bugzoo import BUGS, EXHIBITS
from minicnn.bugzoo.page import page
from minicnn.bugzoo.symptoms import FILE, measured
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
    if not parser.parse_args().page:
        outcomes: dict[str, dict] = {"right": {}, "bugs": {}}
        for copy in EXHIBITS:
            outcomes["right"][copy] = measure(copy, None)
            print(copy, outcomes["right"][copy], flush=True)
        for bug in BUGS.values():
            outcomes["bugs"][bug.name] = measure(bug.copy, bug)
            print(bug.name, outcomes["bugs"][bug.name], flush=True)
        lines = [
            f'"{part}": {{\n'
            + ",\n".join(f'"{name}": {json.dumps(one)}' for name, one in found.items())
            + "\n}"
            for part, found in outcomes.items()
        ]
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
        measured.cache_clear()
    PAGE.write_text(page(), "utf-8")
    reports = [BUGS[name].check_it() for name in DRAWN]
    findings = [one for report in reports for one in report.findings if one.numeric.size]
    draw("Four wrong gradients", findings, DOCS / "images" / "wrong-gradients.png")


if __name__ == "__main__":
    main()
