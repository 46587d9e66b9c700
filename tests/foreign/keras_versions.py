"""Write docs/verification/keras-files.md: python tests/foreign/keras_versions.py.

Every version of Keras is installed into a folder of its own, without what it needs: that is taken
from this Python, which has TensorFlow. The folder is deleted afterwards.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from foreign.keras_files import BEFORE, CASES, LIMITS, STEPS  # noqa: E402

__all__ = ["PAGE", "VERSIONS", "keras_files_page"]

PAGE = ROOT / "docs" / "verification" / "keras-files.md"
#: The first one, and the last one of every minor version.
VERSIONS = (
    *("3.0.0", "3.0.5", "3.1.1", "3.2.1", "3.3.3", "3.4.1", "3.5.0", "3.6.0", "3.7.0", "3.8.0"),
    *("3.9.2", "3.10.0", "3.11.3", "3.12.4", "3.13.2", "3.14.1", "3.15.1"),
)
_TEXT = """# Files of every Keras 3

Keras writes a `.keras` file and minicnn reads it, and the other way round. Each of {cases} models
is trained for {before} steps, saved, and read by the other library. Then both train for {steps}
more steps on the same batches. Together the models have every layer and every optimizer with its
variants. The table counts models that stay equal. The largest differences follow: of the outputs,
of all weights, statistics and optimizer variables as they are read, and of the same after the
{steps} steps, each divided by the largest number of its array, or by 1 if that is less.

`python tests/foreign/keras_versions.py` writes this page. It installs each version
into a folder of its own, with TensorFlow {tensorflow} for all of them. Written on {date}.

| | Keras's, read here | ours, read there | outputs | as read | trained on | momentum lost |
|---|---|---|---|---|---|---|
{rows}

The limits are {limits}. What is read has
to be equal to the bit. The rest is rounding in float32: each step starts from weights that differ
in their last digits, and Adam divides small gradients by small roots. The last column checks the
check: it is the difference after training if the momentum that was read is set to zero, and has to
break the limit.

## What is not equal, and why

{known}

## What older versions lack

These models cannot be made there:

{missing}
"""


def main() -> int:
    """Run all versions, write the page, and return 1 if anything differs that is not known."""
    told = [_run(version) for version in VERSIONS]
    PAGE.write_text(keras_files_page(told), encoding="utf-8")
    wrong = [
        f"{one['version']}: {e['case']}, {_writer(e)}: {e['status']} {e['reason']}"
        for one in told
        for e in one["exchanges"]
        if e["status"] in ("different", "error")
    ]
    wrong += [
        f"{one['version']}: a lost momentum is not seen"
        for one in told
        if one["control"]["after training"] <= LIMITS["after training"]
    ]
    print("\n".join(wrong) or f"{len(told)} versions agree.")
    return 1 if wrong else 0


def _run(version: str) -> dict[str, Any]:
    """Return what keras_files.py prints with this Keras."""
    with tempfile.TemporaryDirectory() as folder:
        # dm-tree: Keras needed it until version 3.2.
        packages = [f"keras=={version}", "dm-tree"]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*pip, *packages], check=True)
        paths = os.pathsep.join([folder, str(ROOT)])
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("keras_files.py"))],
            env=os.environ | {"PYTHONPATH": paths, "KERAS_BACKEND": "tensorflow"},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"Keras {version}: {done.stderr[-2000:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        if told["version"] != version or not told["from"].startswith(folder):
            raise RuntimeError(f"Keras {told['version']} of {told['from']} ran, not {version}")
    print(version, *sorted(Counter(e["status"] for e in told["exchanges"]).items()), flush=True)
    return told


def keras_files_page(told: list[dict[str, Any]]) -> str:
    """Return the text of keras-files.md."""
    return _TEXT.format(
        cases=len(CASES),
        before=BEFORE,
        steps=STEPS,
        tensorflow=told[-1]["tensorflow"],
        date=datetime.date.today().isoformat(),
        rows="\n".join(_row(one) for one in told),
        limits=", ".join(f"{limit:g} ({name})" for name, limit in LIMITS.items()),
        known=_listed(told, "known"),
        missing=_listed(told, "not in Keras"),
    )


def _row(one: dict[str, Any]) -> str:
    sides = []
    for ours in (False, True):
        counts = Counter(e["status"] for e in one["exchanges"] if e["ours"] == ours)
        possible = counts.total() - counts["not in Keras"]
        sides.append(f"{counts['equal']} of {possible}")
    equal = [e["differences"] for e in one["exchanges"] if e["status"] in ("equal", "different")]
    largest = [f"{max(found[name] for found in equal):.0e}" for name in LIMITS]
    lost = f"{one['control']['after training']:.0e}"
    return "| " + " | ".join([one["version"], *sides, *largest, lost]) + " |"


def _listed(told: list[dict[str, Any]], status: str) -> str:
    """List reasons, each with its versions and cases."""
    found: dict[str, tuple[list[str], dict[str, None]]] = {}
    for one in told:
        for e in one["exchanges"]:
            if e["status"] == status and (status == "known" or e["ours"]):
                by = f" ({_writer(e)})" if status == "known" else ""
                versions, cases = found.setdefault(e["reason"], ([], {}))
                versions.append(one["version"])
                cases[f"{e['case']}{by}"] = None
    return "\n".join(
        f"- {versions[0]}{f' to {versions[-1]}' if versions[0] != versions[-1] else ''}, "
        f"{', '.join(cases)}: {reason}."
        for reason, (versions, cases) in found.items()
    )


def _writer(exchange: dict[str, Any]) -> str:
    return "written by minicnn" if exchange["ours"] else "written by Keras"


if __name__ == "__main__":
    sys.exit(main())
