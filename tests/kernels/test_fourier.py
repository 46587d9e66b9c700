import numpy as np
from convolutions import geometry_of
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.fourier import LARGEST, fourier

SIZE, TAPS = st.integers(1, 20), st.integers(1, 5)
CASES = (st.tuples(SIZE, SIZE), st.tuples(TAPS, TAPS), st.sampled_from(["same", "valid"]))


@given(*CASES)
def test_outputs_of_a_circle_are_those_of_the_convolution(size, taps, padding):
    if padding == "valid" and any(s < t for s, t in zip(size, taps, strict=True)):
        return
    geometry = geometry_of(size, taps, padding)
    maps = fourier(geometry, size)
    assert max(maps.circle) <= LARGEST
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=size), rng.normal(size=taps)
    # An image with zeros around it, in which tiles begin before the image and end behind it.
    padded = np.pad(x, 40)
    tops, lefts = (
        40 + start + step * np.arange(count)
        for start, step, count in zip(*(maps.image_tiles[i] for i in (3, 2, 1)), strict=True)
    )
    filters = np.roll(
        np.pad(w, [(0, n - t) for n, t in zip(maps.circle, taps, strict=True)]), maps.origin, (0, 1)
    )
    n, m = maps.circle
    (rows, columns), y = maps.output_tiles.size, np.zeros(np.add(geometry.output, 40))
    for p, top in enumerate(tops):
        for q, left in enumerate(lefts):
            points = np.fft.fft2(padded[top : top + n, left : left + m])
            tile = np.fft.ifft2(points * np.fft.fft2(filters).conj()).real
            y[p * rows : (p + 1) * rows, q * columns : (q + 1) * columns] = tile[:rows, :columns]
    before = [40 - b for b in geometry.before]
    exact = sum(
        w[i, j]
        * padded[
            before[0] + i : before[0] + i + geometry.output[0],
            before[1] + j : before[1] + j + geometry.output[1],
        ]
        for i in range(taps[0])
        for j in range(taps[1])
    )
    np.testing.assert_allclose(
        y[: geometry.output[0], : geometry.output[1]], exact, rtol=0, atol=1e-12
    )
