import numpy as np
from convolutions import geometry_of
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.fourier import fourier

SIZE, TAPS = st.integers(1, 20), st.integers(1, 5)
CASES = (st.tuples(SIZE, SIZE), st.tuples(TAPS, TAPS))
FLOAT64 = np.dtype(np.float64)


def kept(circle, n):
    """The frequencies of a whole transform (n[0], n[1]) that stand for all, as they are ordered."""
    return np.concatenate(
        [
            circle[q, : n[1] // 2 + 1] if 2 * q % n[0] == 0 else circle[q]
            for q in range(n[0] // 2 + 1)
        ]
    )


@given(*CASES)
def test_images_are_transformed_as_by_numpys_fft(size, taps):
    maps = fourier(geometry_of(size, taps, "same"), size, FLOAT64)
    n = maps.image_tiles.size
    x = np.random.default_rng(0).normal(size=n)
    points = np.einsum("pij,ij->p", maps.image.matrix(), x)
    np.testing.assert_allclose(points, kept(np.fft.fft2(x), n), rtol=0, atol=1e-12)
    conjugated = np.einsum("pij,ij->p", maps.image.conjugate().matrix(), x)
    np.testing.assert_allclose(conjugated, points.conj(), rtol=0, atol=1e-14)


@given(*CASES)
def test_filters_are_transformed_as_a_correlation_takes_them(size, taps):
    geometry = geometry_of(size, taps, "same")
    maps = fourier(geometry, size, FLOAT64)
    n = maps.image_tiles.size
    w = np.random.default_rng(0).normal(size=taps)
    points = np.einsum("pij,ij->p", maps.filters.matrix(), w)
    # On a circle that is the whole image, its first pixel meets not the first tap.
    whole = [
        count == 1 and start == 0 for count, start in zip(*maps.image_tiles[1::2], strict=True)
    ]
    shift = [-before if alone else 0 for before, alone in zip(geometry.before, whole, strict=True)]
    circle = np.roll(np.pad(w, [(0, n[axis] - taps[axis]) for axis in (0, 1)]), shift, (0, 1))
    np.testing.assert_allclose(points, kept(np.fft.fft2(circle).conj(), n), rtol=0, atol=1e-12)


@given(*CASES)
def test_the_outputs_are_those_of_the_inverse_transform(size, taps):
    maps = fourier(geometry_of(size, taps, "same"), size, FLOAT64)
    n, (rows, columns) = maps.image_tiles.size, maps.output_tiles.size
    y = np.random.default_rng(0).normal(size=n)
    points = kept(np.fft.fft2(y), n)
    back = np.einsum("pij,p->ij", maps.output.matrix().conj(), points).real
    np.testing.assert_allclose(back, y[:rows, :columns], rtol=0, atol=1e-14 * y.size)


@given(*CASES)
def test_sines_are_zero_or_far_from_it(size, taps):
    # A sine of 1e-16 makes products that are subnormal in float32, which are slow.
    for transform in fourier(geometry_of(size, taps, "same"), size, FLOAT64)[:3]:
        for matrix in transform[:2]:
            assert np.abs(matrix[matrix != 0]).min() > 1e-6
