"""Write onnx.md, keras-tests.md and opinfo.md of docs/verification: python tests/foreign/page.py.

Without PyTorch, opinfo.md stays as it is.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "verification"
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from foreign.keras_cases import outcomes as keras_outcomes  # noqa: E402
from foreign.keras_scope import KNOWN  # noqa: E402
from foreign.onnx_cases import outcomes as onnx_outcomes  # noqa: E402
from foreign.opinfo_cases import outcomes as opinfo_outcomes  # noqa: E402
from foreign.outcomes import Outcome, reasons, totals  # noqa: E402

__all__ = ["FOLDER", "keras_page", "onnx_page", "opinfo_page"]

_ONNX = """# ONNX's node tests

The package onnx brings tests of single operators, with inputs and expected outputs. These are all
cases of the operators that minicnn has; [an adapter](../../tests/foreign/onnx_operators.py) moves
axes, renames arguments and adds explicit padding. Version {version}.
`python tests/foreign/page.py` writes this page; a test requires
that no fewer cases pass.

{totals}

## Why cases are out of scope

{reasons}
"""
_KERAS = """# Keras's own tests

The package keras brings its tests. Here they run with minicnn in Keras's place:
[a stand-in](../../tests/foreign/keras_testing.py) gives them our layers, losses, metrics,
optimizers, callbacks, initializers and regularizers when they import Keras's. A tensor is a NumPy
array. Version {version}. `python tests/foreign/page.py` writes this page; a test
requires that no fewer pass.

{totals}

## What failed, and why

{known}

## Why tests are out of scope

The [rules](../../tests/foreign/keras_scope.py) sort them by the error that they met. Most ask for
data with one or three dimensions, for channels first, for quantization, or for classes that
minicnn leaves out ([keras.md](../keras.md)).

{reasons}
"""
_OPINFO = """# PyTorch's samples of operators

PyTorch tests each of its operators on a list of samples, OpInfo. These are those of the
operators that minicnn has, in float64: outputs, and the gradients of inputs, weights and biases.
[An adapter](../../tests/foreign/opinfo_operators.py) moves axes, renames arguments and adds
explicit padding. Version {version}. `python tests/foreign/page.py` writes this page,
if the extra `opinfo` is installed; a test requires that no fewer samples pass.

{totals}

## Why samples are out of scope

{reasons}
"""


def onnx_page(outcomes: list[Outcome]) -> str:
    """Return the text of onnx.md."""
    return _ONNX.format(version=version("onnx"), totals=totals(outcomes), reasons=reasons(outcomes))


def opinfo_page(outcomes: list[Outcome]) -> str:
    """Return the text of opinfo.md."""
    release = version("torch").partition("+")[0]
    return _OPINFO.format(version=release, totals=totals(outcomes), reasons=reasons(outcomes))


def keras_page(outcomes: list[Outcome]) -> str:
    """Return the text of keras-tests.md."""
    failed = [one for one in outcomes if one.status == "failed"]
    known = "\n".join(f"- `{one.name}` ({one.group}): {KNOWN[one.name]}." for one in failed)
    return _KERAS.format(
        version=version("keras"),
        totals=totals(outcomes),
        known=known,
        reasons=reasons(outcomes),
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    pages = {
        "onnx.md": onnx_page(onnx_outcomes()),
        "keras-tests.md": keras_page(list(keras_outcomes())),
    }
    if find_spec("torch") and find_spec("expecttest"):
        pages["opinfo.md"] = opinfo_page(opinfo_outcomes())
    else:
        print("opinfo.md stays as it is: the extra 'opinfo' is not installed.")
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
