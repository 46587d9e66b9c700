"""The page on coverage counts right, and gives reasons for functions that exist."""

import ast

from verification.coverage_page import ROOT, page, reason_of, table
from verification.uncovered import REASONS


def functions(path):
    """Qualified names of the functions and classes in a file, as coverage writes them."""

    def walk(node, prefix=""):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                yield prefix + child.name
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    return set(walk(ast.parse((ROOT / path).read_text("utf-8"))))


def test_reasons_are_for_what_there_is():
    for key in REASONS:
        path, _, function = key.partition(":")
        assert (ROOT / path).exists(), key
        assert not function or function in functions(path), key


def counts(statements, run, branches, taken, **functions):
    return {
        "summary": {
            "num_statements": statements,
            "covered_lines": run,
            "num_branches": branches,
            "covered_branches": taken,
            "percent_covered": 100 * (run + taken) / (statements + branches),
        },
        "functions": {name: {"missing_lines": lines} for name, lines in functions.items()},
    }


REPORT = {
    "meta": {"timestamp": "2026-01-02T03:04:05", "version": "7"},
    "totals": {"missing_lines": 3, "num_statements": 40},
    "files": {
        "minicnn/layers/a.py": counts(10, 9, 4, 2, f=[5], g=[]),
        "minicnn/layers/b.py": counts(10, 10, 0, 0),
        "minicnn/fer/runs/c.py": counts(20, 18, 4, 4, **{"A.g": [7, 8]}),
    },
}


def test_counts_by_package():
    assert table(REPORT).splitlines()[2:] == [
        "| `minicnn.fer.runs` | 20 | 18 | 4 | 4 | 91.7 % |",
        "| `minicnn.layers` | 20 | 19 | 4 | 2 | 87.5 % |",
        "| **all** | 40 | 37 | 8 | 6 | 89.6 % |",
    ]


def test_functions_stand_with_their_reasons(monkeypatch):
    monkeypatch.setitem(REASONS, "minicnn/fer/runs/c.py:A", "Only a GPU has it.")
    assert reason_of("minicnn/fer/runs/c.py", "A.g") == "Only a GPU has it."
    assert reason_of("minicnn/layers/a.py", "f") is None
    left_out = page(REPORT, "abc", ["layers"])
    assert "left out `tests/layers`, or parts of it, so it shows too little" in left_out
    assert "measurement: 1 lines of `minicnn.layers`" in left_out
    assert "No reason" not in left_out
    text = page(REPORT, "abc")
    assert "- Only a GPU has it.\n  `fer/runs/c.py` `A.g` (2)." in text
    assert "- No reason is given.\n  `layers/a.py` `f` (1)." in text
    assert text.endswith("## Files below 90 %\n\n- `layers/a.py`: 79 %\n")
