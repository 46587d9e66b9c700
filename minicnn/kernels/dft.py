"""The discrete Fourier transform of a few numbers, written out.

    X[q] = sum over j of x[j] w^(q j),   w = e^(-2 pi i / n)

Ordinary Python over anything that can be added, subtracted and multiplied by a float. Over floats
or arrays it computes; over the vectors of :mod:`~minicnn.kernels.vectors` it runs once, while a
kernel is compiled, and leaves straight machine code without loops or tables.

An even n is split into two transforms of half the length, of the numbers at even and at odd
places: X[q] = E[q] + w^q O[q] and X[q + n/2] = E[q] - w^q O[q] (Cooley and Tukey 1965). For an
odd n, cos(2 pi q j / n) is the same for j and n - j, and the sine changes its sign, so that sums
and differences of such pairs halve the multiplications.

A complex number is a pair (real part, imaginary part). None stands for a zero that is known in
advance, and costs nothing.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["complex_dft", "complex_inverse_dft", "real_dft", "real_inverse_dft"]

#: Real and imaginary part: floats, arrays or vectors, or None for zero.
Complex = tuple[Any, Any]


def real_dft(x: list) -> list[Complex]:
    """Transform n real numbers: X[0] to X[n // 2]; the others are conjugates of these."""
    n = len(x)
    if n == 1 or n % 2:
        return _odd_dft([(one, None) for one in x])[: n // 2 + 1]
    even, odd = real_dft(x[::2]), real_dft(x[1::2])
    out: list[Complex] = [(None, None)] * (n // 2 + 1)
    for q in range(n // 4 + 1):
        turned = _turn(odd[q], -q, n)
        out[q] = _add(even[q], turned)
        # E[n/2 - q] is the conjugate of E[q], and w^(n/2 - q) O[n/2 - q] that of -w^q O[q].
        out[n // 2 - q] = _conjugate(_subtract(even[q], turned))
    return out


def complex_dft(x: list[Complex]) -> list[Complex]:
    """Transform n complex numbers."""
    n = len(x)
    if n == 1 or n % 2:
        return _odd_dft(x)
    even, odd = complex_dft(x[::2]), complex_dft(x[1::2])
    turned = [_turn(number, -q, n) for q, number in enumerate(odd)]
    pairs = list(zip(even, turned, strict=True))
    return [_add(*pair) for pair in pairs] + [_subtract(*pair) for pair in pairs]


def complex_inverse_dft(points: list[Complex]) -> list[Complex]:
    """Give the sums of X[q] w^(-q j), n times the inverse of :func:`complex_dft`.

    Exchanging real and imaginary parts, before and after, turns w into its conjugate.
    """
    return [(re, im) for im, re in complex_dft([(im, re) for re, im in points])]


def real_inverse_dft(points: list[Complex], n: int) -> list:
    """Give n times the real x whose transform begins with X[0] to X[n // 2].

    The imaginary parts of X[0] and, for an even n, of X[n/2] are not read.
    """
    if n == 1:
        return [points[0][0]]
    if n % 2 == 0:
        half = n // 2
        even: list[Complex] = []
        odd: list[Complex] = []
        for q in range(half // 2 + 1):
            # X[q + n/2] is the conjugate of X[n/2 - q].
            one, other = points[q], _conjugate(points[half - q])
            if q == 0:
                one, other = (one[0], None), (other[0], None)
            even.append(_add(one, other))
            odd.append(_turn(_subtract(one, other), q, n))
        pairs = zip(real_inverse_dft(even, half), real_inverse_dft(odd, half), strict=True)
        return [number for pair in pairs for number in pair]
    first, rest = points[0][0], [_add(point, point) for point in points[1:]]
    out = [first] * n
    for re, _ in rest:
        out[0] = out[0] + re
    for j in range(1, n // 2 + 1):
        cosines, sines = first, None
        for q, (re, im) in enumerate(rest, 1):
            c, s = _cos_sin(q * j, n)
            cosines, sines = _sum(cosines, _times(re, c)), _sum(sines, _times(im, s))
        out[j], out[n - j] = _difference(cosines, sines), _sum(cosines, sines)
    return out


def _odd_dft(x: list[Complex]) -> list[Complex]:
    n = len(x)
    half = range(1, n // 2 + 1)
    sums = [_add(x[j], x[n - j]) for j in half]
    differences = [_subtract(x[j], x[n - j]) for j in half]
    out = [x[0]] * n
    for pair in sums:
        out[0] = _add(out[0], pair)
    for q in half:
        cosines, sines = x[0], (None, None)
        for j, (pair, difference) in enumerate(zip(sums, differences, strict=True), 1):
            c, s = _cos_sin(q * j, n)
            cosines = _add(cosines, (_times(pair[0], c), _times(pair[1], c)))
            sines = _add(sines, (_times(difference[0], s), _times(difference[1], s)))
        turned = sines[1], _times(sines[0], -1)  # -i times the sines
        out[q], out[n - q] = _add(cosines, turned), _subtract(cosines, turned)
    return out


def _cos_sin(k: int, n: int) -> tuple[float, float]:
    """Give cos and sin of ``2 pi k / n``, exactly 0 where they are.

    Whole turns are taken off first, so that all digits hold. But the computed sin(pi) is 1e-16.
    """
    angle = 2 * math.pi * (k % n) / n
    c, s = math.cos(angle), math.sin(angle)
    return (c if abs(c) > 1e-12 else 0.0), (s if abs(s) > 1e-12 else 0.0)


def _turn(z: Complex, k: int, n: int) -> Complex:
    """Multiply by e^(2 pi i k / n)."""
    (re, im), (c, s) = z, _cos_sin(k, n)
    if re is not None and im is not None and abs(abs(c) - abs(s)) < 1e-12:  # an eighth of a turn
        sign = 1 if c * s > 0 else -1
        return _difference(re, _times(im, sign)) * c, _sum(im, _times(re, sign)) * c
    return (
        _difference(_times(re, c), _times(im, s)),
        _sum(_times(re, s), _times(im, c)),
    )


def _add(a: Complex, b: Complex) -> Complex:
    return _sum(a[0], b[0]), _sum(a[1], b[1])


def _subtract(a: Complex, b: Complex) -> Complex:
    return _difference(a[0], b[0]), _difference(a[1], b[1])


def _conjugate(z: Complex) -> Complex:
    return z[0], _times(z[1], -1)


def _sum(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _difference(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return _times(b, -1) if a is None else a
    return a - b


def _times(a: Any, factor: float) -> Any:
    if a is None or factor == 0:
        return None
    return a if factor == 1 else a * factor
