"""Operations on whole vector registers, written once in Python, for kernels to call.

A compiler turns a loop over channels into vector instructions if it can prove that it may. Where
everything depends on that, in a Fourier transform written out for its length and in the innermost
loop of a matrix product, the vectors stand in the source instead. An operation takes a machine
and says what is loaded, computed and stored:

    @operation
    def double(machine, x, at, y, place):
        v = machine.load(x, at)
        machine.store(v + v, y, place)

A compiled kernel calls ``double(x, at, y, place)``. While the kernel is compiled, the function
runs once, with a machine whose vectors stand for registers, and leaves its instructions. With
Numba's compiler switched off it runs at each call, and its vectors are slices of arrays.

Arrays are flat, and a place in one is an index; nothing checks it. The length of a tuple is known
when a kernel is compiled: it tells an operation how often to repeat itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minicnn.cpu import vector_bytes
from minicnn.kernels.cache import njit

__all__ = ["DTYPES", "VECTOR_BYTES", "aligned_like", "in_python", "lanes", "operation"]

#: Bytes of a vector register of this CPU.
VECTOR_BYTES = vector_bytes()
#: Numbers that a vector can have.
DTYPES = (np.float32, np.float64)

_INDEX = ir.IntType(64)
#: A product and the addition after it may become one instruction, which rounds once.
_FUSE = ("contract",)


def lanes(dtype: np.dtype) -> int:
    """Count the numbers of a vector."""
    return VECTOR_BYTES // dtype.itemsize


@njit(cache=True, nogil=True)
def aligned_like(size, other):
    """Make a flat array of any content, of other's dtype, that begins where a vector may."""
    itemsize = other.itemsize
    numbers = np.empty(size + VECTOR_BYTES // itemsize, other.dtype)
    start = -numbers.ctypes.data % VECTOR_BYTES // itemsize
    return numbers[start : start + size]


def operation(function: Callable[..., None]) -> Any:
    """Make a function of a machine, arrays, tuples, indices and floats callable by kernels."""
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return in_python(function)

    def define(typingctx: Any, *given: Any) -> tuple:
        dtype = next(one.dtype for one in given if isinstance(one, types.Array | types.CPointer))
        signature = types.void(*(_argument_type(one, dtype) for one in given))

        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            machine = _Registers(builder, np.dtype(dtype.name))
            pairs = zip(signature.args, arguments, strict=True)
            function(machine, *(machine.argument(context, *pair) for pair in pairs))
            return context.get_dummy_value()

        return signature, codegen

    define.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return intrinsic(define)


def in_python(function: Callable[..., None]) -> Callable[..., None]:
    """Make a function of a machine one that runs at each call."""

    def run(*arguments: Any) -> None:
        array = next(one for one in arguments if isinstance(one, np.ndarray))
        function(_Slices(lanes(array.dtype)), *arguments)

    return run


def _argument_type(given: Any, dtype: Any) -> Any:
    if isinstance(given, types.Integer | types.IntegerLiteral | types.Boolean):
        return types.intp
    return dtype if isinstance(given, types.Float) else given


class _Slices:
    """The machine of Python: a vector is a slice of an array."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes

    def load(self, array: np.ndarray, at: int) -> np.ndarray:
        return array[at : at + self.lanes].copy()

    def broadcast(self, array: np.ndarray, at: int) -> np.ndarray:
        return np.repeat(array[at], self.lanes)

    def zero(self, array: np.ndarray) -> np.ndarray:
        return np.zeros(self.lanes, array.dtype)

    def store(self, vector: np.ndarray, array: np.ndarray, at: int) -> None:
        array[at : at + self.lanes] = vector

    stream = store

    def repeat(self, count: int, body: Callable, vectors: list) -> list:
        for k in range(count):
            vectors = body(k, vectors)
        return vectors

    def transpose(self, vectors: list) -> list:
        return list(np.array(vectors).T)


class _Vector:
    """The machine code that computes a vector, or a float that all its lanes are."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def __add__(self, other: _Vector) -> _Vector:
        return _Vector(self.builder, self.builder.fadd(self.value, other.value, flags=_FUSE))

    def __sub__(self, other: _Vector) -> _Vector:
        return _Vector(self.builder, self.builder.fsub(self.value, other.value, flags=_FUSE))

    def __mul__(self, other: _Vector | float) -> _Vector:
        if not isinstance(other, _Vector):
            kind = self.value.type
            one = ir.Constant(kind.element, float(other))
            other = _Vector(self.builder, ir.Constant(kind, [one] * kind.count))
        return _Vector(self.builder, self.builder.fmul(self.value, other.value, flags=_FUSE))


class _Index:
    """The machine code that computes an index."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def __add__(self, other: _Index | int) -> _Index:
        return _Index(self.builder, self.builder.add(self.value, _value(other)))

    def __mul__(self, other: _Index | int) -> _Index:
        return _Index(self.builder, self.builder.mul(self.value, _value(other)))

    __radd__, __rmul__ = __add__, __mul__


def _value(index: _Index | int) -> Any:
    return index.value if isinstance(index, _Index) else _INDEX(index)


class _Registers:
    """The machine of the compiler: a vector is a register."""

    def __init__(self, builder: Any, dtype: np.dtype) -> None:
        self.builder, self.lanes, self.itemsize = builder, lanes(dtype), dtype.itemsize
        self._kind = ir.VectorType(
            ir.FloatType() if dtype == np.float32 else ir.DoubleType(), self.lanes
        )

    def argument(self, context: Any, kind: Any, value: Any) -> Any:
        """Turn an argument of a kernel into what an operation works with."""
        if isinstance(kind, types.Array):
            return context.make_array(kind)(context, self.builder, value).data
        if isinstance(kind, types.CPointer):
            return value
        if isinstance(kind, types.BaseTuple):
            return (None,) * len(kind)
        return self._spread(value) if isinstance(kind, types.Float) else _Index(self.builder, value)

    def load(self, array: Any, at: _Index | int) -> _Vector:
        return self._vector(self.builder.load(self._place(array, at), align=self.itemsize))

    def broadcast(self, array: Any, at: _Index | int) -> _Vector:
        return self._spread(self.builder.load(self.builder.gep(array, [_value(at)])))

    def zero(self, array: Any) -> _Vector:
        return self._vector(ir.Constant(self._kind, [0.0] * self.lanes))

    def store(self, vector: _Vector, array: Any, at: _Index | int) -> None:
        self.builder.store(vector.value, self._place(array, at), align=self.itemsize)

    def stream(self, vector: _Vector, array: Any, at: _Index | int) -> None:
        """Store past the caches, at an address that is a multiple of a vector's bytes."""
        stored = self.builder.store(vector.value, self._place(array, at), align=VECTOR_BYTES)
        mark = self.builder.module.add_metadata([ir.IntType(32)(1)])
        stored.set_metadata("nontemporal", mark)

    def repeat(self, count: _Index | int, body: Callable, vectors: list) -> list:
        # LLVM turns these places in memory into registers.
        places = [cgutils.alloca_once_value(self.builder, one.value) for one in vectors]
        with cgutils.for_range(self.builder, _value(count)) as loop:
            before = [self._vector(self.builder.load(place)) for place in places]
            for vector, place in zip(
                body(_Index(self.builder, loop.index), before), places, strict=True
            ):
                self.builder.store(vector.value, place)
        return [self._vector(self.builder.load(place)) for place in places]

    def transpose(self, vectors: list) -> list:
        """Exchange blocks of half the size, then of a quarter, down to single numbers."""
        size = self.lanes // 2
        while size:
            for one in (i for i in range(self.lanes) if not i & size):
                a, b = vectors[one], vectors[one + size]
                low = [k if not k & size else self.lanes + k - size for k in range(self.lanes)]
                high = [k + size if not k & size else self.lanes + k for k in range(self.lanes)]
                vectors[one], vectors[one + size] = self._mix(a, b, low), self._mix(a, b, high)
            size //= 2
        return vectors

    def _mix(self, a: _Vector, b: _Vector, numbers: list[int]) -> _Vector:
        mask = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), numbers)
        return self._vector(self.builder.shuffle_vector(a.value, b.value, mask))

    def _vector(self, value: Any) -> _Vector:
        return _Vector(self.builder, value)

    def _place(self, array: Any, at: _Index | int) -> Any:
        place = self.builder.gep(array, [_value(at)])
        return self.builder.bitcast(place, self._kind.as_pointer())

    def _spread(self, value: Any) -> _Vector:
        nothing = ir.Constant(self._kind, ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.IntType(32)(0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
        return self._vector(self.builder.shuffle_vector(first, nothing, mask))
