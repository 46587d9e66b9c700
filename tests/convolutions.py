"""Convolutions with strides and dilation 1 for the tests of their kernels."""

import numpy as np
from hypothesis import strategies as st

from minicnn.kernels.conv2d import Geometry
from minicnn.layers.windows import windows

__all__ = ["CASES", "draw", "geometry_of"]

_SIZE, _SMALL, _TAPS = st.integers(1, 11), st.integers(1, 3), st.integers(1, 5)
#: Arguments of :func:`draw`, in its order, for hypothesis.
CASES = (
    st.tuples(_SMALL, _SIZE, _SIZE, _SMALL),
    st.tuples(_TAPS, _TAPS),
    _SMALL,
    st.sampled_from(["valid", "same"]),
    st.sampled_from([np.float32, np.float64]),
)


def geometry_of(size: tuple, taps: tuple, padding: str) -> Geometry:
    laid = [windows(s, k, 1, padding, 1) for s, k in zip(size, taps, strict=True)]
    before, output = tuple(w.before for w in laid), tuple(w.count for w in laid)
    return Geometry(taps, (1, 1), (1, 1), before, output)


def draw(
    shape: tuple, taps: tuple, filters: int, padding: str, dtype: type
) -> tuple[Geometry, list[np.ndarray]]:
    """Draw x, w, b and dy; filters that a valid window has no room for are made smaller."""
    if padding == "valid":
        taps = tuple(min(k, size) for k, size in zip(taps, shape[1:3], strict=True))
    geometry, rng = geometry_of(shape[1:3], taps, padding), np.random.default_rng(0)
    sizes = (shape, (*taps, shape[3], filters), (filters,), (shape[0], *geometry.output, filters))
    return geometry, [rng.normal(size=size).astype(dtype) for size in sizes]
