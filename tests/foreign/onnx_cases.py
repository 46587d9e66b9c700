"""Run the node tests that come with ONNX, of every operator that there is here."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from foreign.onnx_operators import OPERATORS
from foreign.outcomes import Outcome, OutOfScope

__all__ = ["outcomes"]


def outcomes() -> list[Outcome]:
    """Return what became of every case of a single operator of OPERATORS."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it computes infinities on purpose
        cases = collect_testcases(None)
    single = [case for case in cases if len(case.model.graph.node) == 1]
    return [
        _outcome(case, case.model.graph.node[0])
        for case in single
        if case.model.graph.node[0].op_type in OPERATORS
    ]


def _outcome(case: Any, node: Any) -> Outcome:
    from onnx.helper import get_attribute_value

    attributes = {one.name: get_attribute_value(one) for one in node.attribute}
    for given, expected in case.data_sets:
        try:
            wanted = list(expected)
            inputs = [_as_array(one) for one in _by_place(node, given)]
            with np.errstate(all="ignore"):
                got = OPERATORS[node.op_type](attributes, inputs, wanted)
            assert len(got) == len(wanted)
            for ours, theirs in zip(got, wanted, strict=True):
                assert ours.dtype == theirs.dtype, f"{ours.dtype}, expected {theirs.dtype}"
                assert ours.shape == theirs.shape, f"{ours.shape}, expected {theirs.shape}"
                np.testing.assert_allclose(ours, theirs, rtol=case.rtol, atol=max(case.atol, 1e-6))
        except OutOfScope as error:
            return Outcome(node.op_type, case.name, "out of scope", str(error))
        except Exception as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            return Outcome(node.op_type, case.name, "failed", reason)
    return Outcome(node.op_type, case.name, "passed")


def _by_place(node: Any, given: Any) -> list[Any]:
    """Return the inputs in their places: one that is left out has an empty name."""
    rest = iter(given)
    return [next(rest) if name else None for name in node.input]


def _as_array(value: Any) -> Any:
    return value if value is None else np.asarray(value)
