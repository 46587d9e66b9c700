"""The steps of a two-dimensional Fourier transform, compiled for each length.

A step loads the numbers of one column or slot, transforms them (:mod:`~minicnn.kernels.dft`) and
stores them, in all lanes of a vector at once. It is compiled on its own and called by its address,
so that the kernels around it need not be compiled again for every size of circle.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from minicnn.kernels.cache import cfunc
from minicnn.kernels.dft import complex_dft, complex_inverse_dft, real_dft, real_inverse_dft
from minicnn.kernels.vectors import operation

__all__ = ["call", "dft_steps"]

_IN_PYTHON = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]


def _load(machine, x, at):
    # A complex number: real parts, then imaginary parts.
    return machine.load(x, at), machine.load(x, at + machine.lanes)


def _store(machine, z, y, place):
    for part, there in zip(z, (place, place + machine.lanes), strict=True):
        machine.store(machine.zero(y) if part is None else part, y, there)


def _stream(machine, z, y, place):
    for part, there in zip(z, (place, place + machine.lanes), strict=True):
        machine.stream(machine.zero(y) if part is None else part, y, there)


# The steps of a transform. From one number of x or y to the next lie `step` or `stride`.


def _column_to_slots(machine, n, x, at, step, y, place, stride):
    x = [machine.load(x, at + j * step) for j in range(len(n))]
    for q, number in enumerate(real_dft(x)):
        _store(machine, number, y, place + q * stride)


def _real_slot_to_points(machine, n, x, at, step, y, place, stride):
    x = [machine.load(x, at + j * step) for j in range(len(n))]
    for p, number in enumerate(real_dft(x)):
        _stream(machine, number, y, place + p * stride)


def _slot_to_points(machine, n, x, at, step, y, place, stride):
    x = [_load(machine, x, at + j * step) for j in range(len(n))]
    for p, number in enumerate(complex_dft(x)):
        _stream(machine, number, y, place + p * stride)


def _points_to_slot(machine, n, x, at, step, y, place, stride):
    x = [_load(machine, x, at + p * step) for p in range(len(n))]
    for j, number in enumerate(complex_inverse_dft(x)):
        _store(machine, number, y, place + j * stride)


def _points_to_real(machine, n, x, at, step, y, place, stride):
    # Of points to a slot that is real, and of slots to a column.
    x = [_load(machine, x, at + p * step) for p in range(len(n) // 2 + 1)]
    for j, number in enumerate(real_inverse_dft(x, len(n))):
        machine.store(number, y, place + j * stride)


@lru_cache(maxsize=256)
def dft_steps(circle: tuple[int, int], dtype: np.dtype, *, back: bool) -> tuple[Any, Any, Any]:
    """Compile the steps: along columns, along a slot that is its own opposite, along others."""
    down, own, other = _column_to_slots, _real_slot_to_points, _slot_to_points
    if back:
        down, own, other = _points_to_real, _points_to_real, _points_to_slot
    return (
        _compiled(down, circle[0], dtype),
        _compiled(own, circle[1], dtype),
        _compiled(other, circle[1], dtype),
    )


def _compiled(function: Callable[..., None], length: int, dtype: np.dtype) -> Any:
    """Compile a step for one length; return its address."""
    run, n = operation(function), (0,) * length
    number = types.CPointer(types.float32 if dtype == np.float32 else types.float64)
    index = types.intp

    @cfunc(types.void(number, index, index, number, index, index), (function.__name__, length))
    def compiled(x, at, step, y, place, stride):
        run(n, x, at, step, y, place, stride)

    return compiled if _IN_PYTHON else compiled.address


def _define_call(typingctx, code, x, at, step, y, place, stride):
    signature = types.void(types.intp, x, *[types.intp] * 2, y, *[types.intp] * 2)

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        code, *rest = arguments
        for number in (0, 3):
            array = signature.args[number + 1]
            rest[number] = context.make_array(array)(context, builder, rest[number]).data
        kind = ir.FunctionType(ir.VoidType(), [one.type for one in rest])
        builder.call(builder.inttoptr(code, kind.as_pointer()), rest)
        return context.get_dummy_value()

    return signature, codegen


def _call(code, x, at, step, y, place, stride):
    """Call what :func:`dft_steps` has made."""
    code(x, at, step, y, place, stride)


call = _call if _IN_PYTHON else intrinsic(_define_call)
