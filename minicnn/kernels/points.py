"""Products of points: what lies between a Fourier transform and its inverse.

Every point has a matrix product of its own, (fast_conv2d.1) and (fast_conv2d.2). The matrices are
small, 32 rows or so, and complex; BLAS first copies each into the order that its innermost loop
wants, and reaches a third to a half of what the processor can do. Here that order is the one in
which :mod:`~minicnn.kernels.transform` leaves the points, and nothing is copied, with one
exception: for dx the filters are transposed, a panel at a time.

The innermost loop keeps the sums of a few rows and of one panel of columns in registers. For each
term it loads a vector of b and multiplies it by one number of a for every row (Goto and van de
Geijn 2008, "Anatomy of high-performance matrix multiplication").
"""

from collections.abc import Callable

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import aligned_array
from minicnn.kernels.threads import run_blocks
from minicnn.kernels.vectors import aligned_like, operation

__all__ = [
    "multiply",
    "multiply_reference",
    "multiply_transposed",
    "multiply_transposed_reference",
    "sum_over_tiles",
    "sum_over_tiles_reference",
]

#: As long as the rows that one run of the innermost loop computes, whose sums take two registers
#: each; and for the rows that are left. A kernel is compiled for each length.
_ROWS, _ONE = (0,) * 4, (0,)
#: Real multiplications of a thread at a time: a tenth of a millisecond or two.
PIECE = 2**24


def multiply_reference(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Give ``x @ conj(w)`` of complex points (points, tiles, c) and (points, c, f)."""
    return x @ w.conj()


def multiply_transposed_reference(dy: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Give ``dy @ w.T`` of complex points (points, tiles, f) and (points, c, f)."""
    return dy @ w.transpose(0, 2, 1)


def sum_over_tiles_reference(x: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """Give ``x.T @ conj(dy)`` of complex points (points, tiles, c) and (points, tiles, f)."""
    return x.transpose(0, 2, 1) @ dy.conj()


@operation
def _multiply_rows(machine, rows, a, at, row, outer, jump, inner, step, b, begin, out, place):
    # Sets rows of out to the sums over k of a[row, k] times the conjugate of b[k]. There are
    # outer * inner k; row, jump and step lead from one row, outer and inner k of a to the next.
    n, width = len(rows), 2 * machine.lanes

    def add_outer(i, sums):
        def add(k, sums):
            there = begin + (i * inner + k) * width
            re_b, im_b = machine.load(b, there), machine.load(b, there + machine.lanes)
            added = []
            for r in range(n):
                here = at + r * row + i * jump + k * step
                re_a, im_a = machine.broadcast(a, here), machine.broadcast(a, here + machine.lanes)
                re, im = sums[2 * r : 2 * r + 2]
                added += [re + re_a * re_b + im_a * im_b, im + im_a * re_b - re_a * im_b]
            return added

        return machine.repeat(inner, add, sums)

    sums = machine.repeat(outer, add_outer, [machine.zero(out)] * (2 * n))
    for number, vector in enumerate(sums):
        machine.store(vector, out, place + number * machine.lanes)


@operation
def _transpose_conjugate(machine, x, at, y, place):
    # A square of complex numbers, as many rows as lanes.
    size, lanes = 2 * machine.lanes, machine.lanes
    for sign, part in ((1, 0), (-1, lanes)):
        rows = [machine.load(x, at + k * size + part) for k in range(lanes)]
        for k, vector in enumerate(machine.transpose(rows)):
            machine.store(vector if sign == 1 else vector * -1, y, place + k * size + part)


@njit(cache=True, nogil=True)
def _multiply_all_rows(rows, one, a, at, outer, jump, count, b, begin, out, place, lanes):
    # All rows of a, each 2 * lanes numbers after the last.
    done = 0
    while done < count:
        here, there = at + done * 2 * lanes, place + done * 2 * lanes
        if done + len(rows) <= count:
            _multiply_rows(rows, a, here, 2 * lanes, outer, jump, lanes, 1, b, begin, out, there)
            done += len(rows)
        else:
            _multiply_rows(one, a, here, 2 * lanes, outer, jump, lanes, 1, b, begin, out, there)
            done += 1


@njit(cache=True, nogil=True)
def _multiply(rows, one, a, b, out, start, stop):
    terms, count, _, lanes = a.shape[1:]
    flat_a, flat_b, flat_out = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    jump, b_panel = count * 2 * lanes, b.shape[2] * 2 * lanes
    for p in range(start, stop):
        for panel in range(out.shape[1]):
            number = p * out.shape[1] + panel
            at, begin, place = p * terms * jump, number * b_panel, number * jump
            _multiply_all_rows(
                rows, one, flat_a, at, terms, jump, count, flat_b, begin, flat_out, place, lanes
            )


@njit(cache=True, nogil=True)
def _multiply_transposed(rows, one, a, b, out, start, stop):
    terms, count, _, lanes = a.shape[1:]
    flat_a, flat_b, flat_out = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    jump, b_panel, square = count * 2 * lanes, b.shape[2] * 2 * lanes, lanes * 2 * lanes
    turned = aligned_like(terms * square, flat_a)
    for p in range(start, stop):
        for panel in range(out.shape[1]):
            for term in range(terms):
                at = (p * terms + term) * b_panel + panel * square
                _transpose_conjugate(flat_b, at, turned, term * square)
            at, place = p * terms * jump, (p * out.shape[1] + panel) * jump
            _multiply_all_rows(
                rows, one, flat_a, at, terms, jump, count, turned, 0, flat_out, place, lanes
            )


@njit(cache=True, nogil=True)
def _sum_over_tiles(rows, a, b, out, start, stop):
    a_panels, count, _, lanes = a.shape[1:]
    panels, channels = out.shape[1], out.shape[2]
    flat_a, flat_b, flat_out = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    width = 2 * lanes
    for p in range(start, stop):
        for panel in range(panels):
            begin = (p * panels + panel) * count * width
            for c in range(0, channels, len(rows)):
                at = (p * a_panels + c // lanes) * count * width + c % lanes
                place = ((p * panels + panel) * channels + c) * width
                _multiply_rows(
                    rows, flat_a, at, 1, 1, 0, count, width, flat_b, begin, flat_out, place
                )


def multiply(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Give ``x @ conj(w)`` for every point: tiles by c, and c by f, to tiles by f."""
    out = aligned_array((len(x), w.shape[1], x.shape[2], *x.shape[3:]), x.dtype)
    _run(lambda i, j: _multiply(_ROWS, _ONE, x, w, out, i, j), out, x.shape[1])
    return out


def multiply_transposed(dy: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Give ``dy @ w.T`` for every point: tiles by f, and c by f, to tiles by c."""
    channels = w.shape[2] // w.shape[4]
    out = aligned_array((len(dy), channels, dy.shape[2], *dy.shape[3:]), dy.dtype)
    _run(lambda i, j: _multiply_transposed(_ROWS, _ONE, dy, w, out, i, j), out, dy.shape[1])
    return out


def sum_over_tiles(x: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """Give ``x.T @ conj(dy)`` for every point: tiles by c, and tiles by f, to c by f."""
    lanes = x.shape[4]
    out = aligned_array((len(x), dy.shape[1], x.shape[1] * lanes, *x.shape[3:]), x.dtype)
    rows = _ROWS[:lanes]  # those of one panel
    _run(lambda i, j: _sum_over_tiles(rows, x, dy, out, i, j), out, -(-x.shape[2] // lanes))
    return out


def _run(work: Callable[[int, int], None], out: np.ndarray, terms: int) -> None:
    """Work on blocks of points; `terms` are the vectors of terms of a sum."""
    products = 4 * out[0].size * terms * out.shape[4]
    run_blocks(lambda _, i, j: work(i, j), len(out), max(1, PIECE // max(1, products)))
