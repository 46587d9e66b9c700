"""Run the samples of operators that PyTorch tests itself with: outputs and gradients."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np

from foreign.opinfo_operators import OPERATORS
from foreign.outcomes import Outcome, OutOfScope

__all__ = ["outcomes"]

#: In float64; what is left is rounding. PyTorch's hardsigmoid rounds 1/6 to float32.
_RTOL, _ATOL = 1e-9, 1e-11
_LESS_EXACT = {"nn.functional.hardsigmoid": 1e-7}


def outcomes() -> list[Outcome]:
    """Return what became of every sample of the operators of OPERATORS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own
        import torch
        from torch.testing._internal.common_methods_invocations import op_db

        torch.manual_seed(0)
        return [
            _outcome(op, f"{op.variant_test_name or 'sample'} {number}", sample)
            for op in op_db
            if op.name in OPERATORS
            for number, sample in enumerate(
                op.sample_inputs("cpu", torch.float64, requires_grad=True)
            )
        ]


def _outcome(op: Any, name: str, sample: Any) -> Outcome:
    try:
        _compare(op, sample)
    except OutOfScope as error:
        return Outcome(op.name, name, "out of scope", str(error))
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(op.name, name, "failed", f"{sample.summary()[:300]}: {reason[:300]}")
    return Outcome(op.name, name, "passed")


def _compare(op: Any, sample: Any) -> None:
    import torch

    operator, rtol = OPERATORS[op.name], _LESS_EXACT.get(op.name, _RTOL)
    given = (sample.input, *sample.args)
    arrays = [_as_array(one) for one in given]
    named = {key: _as_array(one) for key, one in sample.kwargs.items()}
    y, backward = operator(*arrays, **named)
    theirs = op.op(*given, **sample.kwargs)
    assert y.shape == tuple(theirs.shape), f"{y.shape}, expected {tuple(theirs.shape)}"
    np.testing.assert_allclose(y, theirs.detach().numpy(), rtol=rtol, atol=_ATOL)
    dy = torch.testing.make_tensor(theirs.shape, dtype=theirs.dtype, device="cpu")
    bound = inspect.signature(operator).bind(*given, **sample.kwargs).arguments
    # Targets have no gradient here.
    wanted = {
        key: one
        for key, one in bound.items()
        if isinstance(one, torch.Tensor) and one.requires_grad and key != "target"
    }
    gradients = torch.autograd.grad(theirs, list(wanted.values()), dy, allow_unused=True)
    found = backward(dy.numpy())
    for key, expected in zip(wanted, gradients, strict=True):
        if expected is None:
            continue
        assert found[key].shape == tuple(expected.shape), f"gradient of {key}: {found[key].shape}"
        np.testing.assert_allclose(
            found[key], expected.numpy(), rtol=rtol, atol=_ATOL, err_msg=f"gradient of {key}"
        )


def _as_array(value: Any) -> Any:
    return value.detach().numpy() if hasattr(value, "detach") else value
