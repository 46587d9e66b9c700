"""The formulas of chapter 10, pooling."""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.layers import AveragePooling2D, Conv2D, MaxPooling2D
from minicnn.layers.windows import windows

RNG = np.random.default_rng(0)
x = RNG.normal(size=(2, 6, 5, 2)) - 3  # negative: padding with zeros would win
CASES = [(2, 2, "valid"), (3, 1, "valid"), (3, 2, "same"), (2, 1, "same")]


def passes(kind, k, s, padding):
    """Return output, a random dy and dx of the library."""
    layer = kind(k, strides=s, padding=padding)
    layer.build(x.shape[1:])
    y, cache = layer.forward(x, training=True)
    dy = RNG.normal(size=y.shape)
    return y, dy, layer.backward(dy, cache)[0]


def window(p, q, k, s, padding):
    """Return the pixels of a window that lie inside the image, as pairs."""
    (_, above, _), (_, left, _) = (windows(size, k, s, padding) for size in x.shape[1:3])
    return [
        (p * s + i - above, q * s + j - left)
        for i, j in np.ndindex(k, k)
        if 0 <= p * s + i - above < 6 and 0 <= q * s + j - left < 5
    ]


@holds("10.1", r"y_{npqc} = \max_{(r, u) \in W_{pq}} x_{nruc}")
def test_maximum():
    for case in CASES:
        y, _, _ = passes(MaxPooling2D, *case)
        for n, p, q, c in np.ndindex(*y.shape):
            assert y[n, p, q, c] == max(x[n, r, u, c] for r, u in window(p, q, *case))


@holds(
    "10.2",
    r"\frac{\partial y_{npqc}}{\partial x_{nruc}} = 1 \text{ for the winner of the window,} "
    r"\qquad 0 \text{ for the others}",
)
def test_slope_of_a_maximum():
    pixels = RNG.normal(size=9)
    lead = np.sort(pixels)[-1] - np.sort(pixels)[-2]
    for k in range(9):
        step = 0.4 * lead * (np.arange(9) == k)
        slope = (max(pixels + step) - max(pixels - step)) / (0.8 * lead)
        assert np.isclose(slope, k == pixels.argmax())


@holds("10.3", r"dx_{nruc} = \sum_{(p, q) \text{ won by } (r, u)} dy_{npqc}")
def test_way_back_through_the_maximum():
    for case in CASES:
        y, dy, theirs = passes(MaxPooling2D, *case)
        dx = np.zeros(x.shape)
        for n, p, q, c in np.ndindex(*y.shape):
            r, u = max(window(p, q, *case), key=lambda place: x[n, *place, c])
            dx[n, r, u, c] += dy[n, p, q, c]
        assert np.allclose(dx, theirs)


@holds("10.4", r"\max(x_1, x_2) \ge \alpha x_1 + (1 - \alpha) x_2")
def test_a_weighted_mean_is_at_most_the_maximum():
    alpha, gap = sp.symbols("alpha gap", nonnegative=True)
    other = sp.symbols("other", real=True)
    for larger, smaller, share in ((1, 2, 1 - alpha), (2, 1, alpha)):
        value = {larger: other + gap, smaller: other}
        difference = value[larger] - alpha * value[1] - (1 - alpha) * value[2]
        assert sp.expand(difference - share * gap) == 0  # not negative for alpha from 0 to 1


@holds("10.5", r"y_{npqc} = \frac{1}{\lvert W_{pq} \rvert} \sum_{(r, u) \in W_{pq}} x_{nruc}")
def test_mean():
    for case in CASES:
        y, _, _ = passes(AveragePooling2D, *case)
        for n, p, q, c in np.ndindex(*y.shape):
            pixels = [x[n, r, u, c] for r, u in window(p, q, *case)]
            assert np.isclose(y[n, p, q, c], sum(pixels) / len(pixels))


@holds(
    "10.6",
    r"dx_{nruc} = \sum_{(p, q) \text{ with } (r, u) \in W_{pq}} "
    r"\frac{dy_{npqc}}{\lvert W_{pq} \rvert}",
)
def test_way_back_through_the_mean():
    for case in CASES:
        y, dy, theirs = passes(AveragePooling2D, *case)
        dx = np.zeros(x.shape)
        for p, q in np.ndindex(*y.shape[1:3]):
            pixels = window(p, q, *case)
            for r, u in pixels:
                dx[:, r, u] += dy[:, p, q] / len(pixels)
        assert np.allclose(dx, theirs)


@holds("10.7", r"\sum_{r,u} dx_{nruc} = \sum_{p,q} dy_{npqc}")
def test_nothing_is_lost():
    for kind in (MaxPooling2D, AveragePooling2D):
        for case in CASES:
            _, dy, dx = passes(kind, *case)
            assert np.allclose(dx.sum(axis=(1, 2)), dy.sum(axis=(1, 2)))


@holds(
    "10.8",
    r"R_\ell = R_{\ell-1} + (k - 1) J_{\ell-1}, \qquad J_\ell = s J_{\ell-1}, "
    r"\qquad R_0 = J_0 = 1",
)
def test_receptive_field():
    field = jump = 1
    layers, shape = [], (1, 60, 1)
    for k, s in ((3, 1), (2, 2), (5, 1), (3, 2), (3, 1)):
        layer = Conv2D(1, (1, k), strides=(1, s), kernel_initializer="ones", dtype="float64")
        layer.build(shape)
        layers, shape = [*layers, layer], layer.output_shape
        field, jump = field + (k - 1) * jump, s * jump
        signal, caches = np.zeros((1, 1, 60, 1)), []
        for one in layers:
            signal, cache = one.forward(signal, training=True)
            caches.append(cache)
        # The pixels with a derivative are those that one output sees.
        seen = []
        for place in (2, 3):
            back = np.zeros(signal.shape)
            back[0, 0, place, 0] = 1
            for one, cache in zip(reversed(layers), reversed(caches), strict=True):
                back, _ = one.backward(back, cache)
            seen.append(np.flatnonzero(back))
        assert len(seen[0]) == field
        assert seen[1][0] - seen[0][0] == jump
