"""What every kernel file promises: a readable reference on top, and a test that uses it."""

import ast
import re
from pathlib import Path

import pytest

import minicnn.kernels

PACKAGE = Path(minicnn.kernels.__file__).parent
COMPILED = {
    path.stem: path.read_text("utf-8")
    for path in sorted(PACKAGE.glob("*.py"))
    # vectors.py is what kernels are made of, and itself runs in Python or compiled.
    if re.search(r"^@njit", path.read_text("utf-8"), re.MULTILINE) and path.stem != "vectors"
}


def functions(text):
    """Top-level functions in their order: (name, whether it is compiled)."""
    nodes = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return [
        (node.name, any("njit" in ast.unparse(d) for d in node.decorator_list)) for node in nodes
    ]


@pytest.mark.parametrize("stem", COMPILED)
def test_the_reference_stands_above_the_compiled_loops(stem):
    listed = functions(COMPILED[stem])
    references = [i for i, (name, _) in enumerate(listed) if name.endswith("_reference")]
    compiled = [i for i, (_, is_compiled) in enumerate(listed) if is_compiled]
    assert references, f"{stem}.py has no reference"
    assert max(references) < min(compiled)


@pytest.mark.parametrize("stem", COMPILED)
def test_each_reference_is_used_by_the_files_own_test(stem):
    test = (Path(__file__).parent / f"test_{stem}.py").read_text("utf-8")
    for name, _ in functions(COMPILED[stem]):
        if name.endswith("_reference"):
            assert re.search(rf"\b{name}\b", test), name
