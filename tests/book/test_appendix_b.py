"""The formulas of appendix B: fast convolutions, rounding, memory."""

import numpy as np
import sympy as sp
from tags import holds

x, w = sp.symbols("x0:4"), sp.symbols("w0:3")
M = (
    (x[0] - x[2]) * w[0],
    (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2,
    (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2,
    (x[1] - x[3]) * w[2],
)
Y = [sum(w[i] * x[p + i] for i in range(3)) for p in range(2)]


@holds("B.1", r"m_1 = (x_0 - x_2) w_0, \quad m_2 = (x_1 + x_2) \frac{w_0 + w_1 + w_2}{2}")
def test_the_first_output():
    assert sp.expand(M[0] + M[1] + M[2] - Y[0]) == 0


@holds("B.2", r"m_3 = (x_2 - x_1) \frac{w_0 - w_1 + w_2}{2}, \quad m_4 = (x_1 - x_3) w_2")
def test_the_second_output():
    assert sp.expand(M[1] - M[2] - M[3] - Y[1]) == 0


@holds("B.3", r"y_0 = m_1 + m_2 + m_3, \quad y_1 = m_2 - m_3 - m_4")
def test_the_example_of_the_page():
    at = dict(zip([*x, *w], [1, 2, 3, 4, 1, 1, 1], strict=True))
    m = [float(one.subs(at)) for one in M]
    assert m == [-2, 7.5, 0.5, -2]
    assert (m[0] + m[1] + m[2], m[1] - m[2] - m[3]) == (6, 9)


PIXELS, FILTER = np.random.default_rng(0).normal(size=(2, 7))
OMEGA = np.exp(-2j * np.pi / 7)
POWERS = OMEGA ** np.outer(np.arange(7), np.arange(7))


@holds("B.4", r"y_p = \sum_i w_i x_{p+i}")
def test_on_a_circle_it_is_a_correlation_of_repeated_pixels():
    direct = [sum(FILTER[i] * PIXELS[(p + i) % 7] for i in range(7)) for p in range(7)]
    twice = np.correlate(np.tile(PIXELS, 2)[:-1], FILTER, "valid")
    assert np.allclose(direct, twice)


@holds(
    "B.5",
    r"\hat y_q = \sum_p \sum_i w_i x_{p+i} \omega^{qp} = \sum_i w_i \omega^{-qi}"
    r" \sum_p x_{p+i} \omega^{q(p+i)} = \hat x_q \hat w_q",
)
def test_the_transform_of_a_correlation_is_a_product():
    y = np.correlate(np.tile(PIXELS, 2)[:-1], FILTER, "valid")
    assert np.allclose(POWERS @ y, (POWERS @ PIXELS) * (np.conj(POWERS) @ FILTER))


@holds("B.6", r"\text{Var} = E(x^2) - E(x)^2")
def test_the_variance_on_paper():
    mean = sum(x) / 4
    variance = sum((one - mean) ** 2 for one in x) / 4
    assert sp.expand(variance - (sum(one**2 for one in x) / 4 - mean**2)) == 0


@holds("B.7", r"B = 4 N \sum h v c")
def test_activations_take_four_bytes_each():
    shapes = [(5, 6, 3), (4, 4, 8)]
    arrays = [np.zeros((10, *shape), np.float32) for shape in shapes]
    assert sum(array.nbytes for array in arrays) == 4 * 10 * (5 * 6 * 3 + 4 * 4 * 8)
