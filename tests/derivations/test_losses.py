"""The formulas of the losses: what they compute, and their derivatives by differences.

L = sum_i a_i l_i; the page on a loss writes a_i or s_i for the scale of a row.
"""

import numpy as np
from loss_rows import A, C, N, rows, same, total
from numeric import agree, gradient
from tags import holds

from minicnn.losses.cosine_similarity import cosine_similarity
from minicnn.losses.huber import huber
from minicnn.losses.kl_divergence import kl_divergence
from minicnn.losses.log_cosh import log_cosh
from minicnn.losses.mean_absolute_error import mean_absolute_error
from minicnn.losses.mean_squared_error import mean_squared_error
from minicnn.losses.poisson import poisson

EPSILON = 1e-7
RNG = np.random.default_rng(0)
Y, T = RNG.normal(size=(N, C)), RNG.normal(size=(N, C))
POSITIVE = RNG.uniform(0.2, 0.9, (N, C))


def squares(y):
    return rows(lambda i, j: (y[i, j] - T[i, j]) ** 2)


@holds("mean_squared_error.1", r"\ell_i = \frac{1}{c} \sum_j (y_{ij} - t_{ij})^2")
def test_mean_squared_error():
    assert same(mean_squared_error(Y, T)[0], squares(Y))


@holds(
    "mean_squared_error.2",
    r"\frac{\partial L}{\partial y_{ij}} = s_i \frac{2}{c} (y_{ij} - t_{ij})",
)
def test_mean_squared_error_backward():
    assert agree(A[:, None] * 2 / C * (Y - T), gradient(lambda y: total(squares, y), Y))


def distances(y):
    return rows(lambda i, j: abs(y[i, j] - T[i, j]))


@holds("mean_absolute_error.1", r"\ell_i = \frac{1}{c} \sum_j |y_{ij} - t_{ij}|")
def test_mean_absolute_error():
    assert same(mean_absolute_error(Y, T)[0], distances(Y))


@holds(
    "mean_absolute_error.2",
    r"\frac{\partial L}{\partial y_{ij}} = \frac{a_i}{c} \mathrm{sign}(y_{ij} - t_{ij})",
)
def test_mean_absolute_error_backward():
    assert agree(A[:, None] / C * np.sign(Y - T), gradient(lambda y: total(distances, y), Y))


DELTA = 0.8


def h(e):
    return e**2 / 2 if abs(e) <= DELTA else DELTA * abs(e) - DELTA**2 / 2


@holds("huber.1", r"\ell_i = \frac1c \sum_j h(y_{ij} - t_{ij})")
def test_huber():
    assert same(huber(Y, T, delta=DELTA)[0], rows(lambda i, j: h(Y[i, j] - T[i, j])))


@holds(
    "huber.2",
    r"h(e) = \begin{cases} e^2 / 2 & |e| \le \delta \cr \delta |e| - \delta^2 / 2 &"
    r" \text{otherwise} \end{cases}",
)
def test_huber_of_a_number():
    assert (np.abs(Y - T) <= DELTA).any()
    assert (np.abs(Y - T) > DELTA).any()
    for e in (Y - T).ravel():
        assert same(huber(np.array([[e]]), np.zeros((1, 1)), delta=DELTA)[0], [h(e)])


@holds(
    "huber.3",
    r"\frac{\partial L}{\partial y_{ij}} = \frac{a_i}{c} \min\bigl(\max(y_{ij} - t_{ij}, -\delta),"
    r" \delta\bigr)",
)
def test_huber_backward():
    ours = A[:, None] / C * np.minimum(np.maximum(Y - T, -DELTA), DELTA)
    theirs = gradient(lambda y: total(lambda z: rows(lambda i, j: h(z[i, j] - T[i, j])), y), Y)
    assert agree(ours, theirs)


def logarithms(y):
    return rows(lambda i, j: np.log(np.cosh(y[i, j] - T[i, j])))


@holds("log_cosh.1", r"\ell_i = \frac1c \sum_j \log \cosh e_{ij}")
def test_log_cosh():
    assert same(log_cosh(Y, T)[0], logarithms(Y))


@holds(
    "log_cosh.2",
    r"\log \cosh e = \log \frac{e^{|e|} (1 + e^{-2|e|})}{2} = |e| + \log(1 + e^{-2|e|}) - \log 2",
)
def test_log_cosh_without_overflow():
    for e in (Y - T).ravel():
        middle = np.log(np.exp(abs(e)) * (1 + np.exp(-2 * abs(e))) / 2)
        assert same(middle, np.log(np.cosh(e)))
        assert same(abs(e) + np.log(1 + np.exp(-2 * abs(e))) - np.log(2), middle)


@holds(
    "log_cosh.3",
    r"\frac{\partial L}{\partial y_{ij}} = \frac{a_i}{c} \tanh(y_{ij} - t_{ij})",
)
def test_log_cosh_backward():
    assert agree(A[:, None] / C * np.tanh(Y - T), gradient(lambda y: total(logarithms, y), Y))


def counts(y):
    return rows(lambda i, j: y[i, j] - POSITIVE[i, j] * np.log(y[i, j] + EPSILON))


@holds(
    "poisson.1",
    r"\ell_i = \frac1c \sum_j \bigl( y_{ij} - t_{ij} \log(y_{ij} + \epsilon) \bigr)",
)
def test_poisson():
    assert same(poisson(np.abs(Y), POSITIVE)[0], counts(np.abs(Y)))


@holds(
    "poisson.2",
    r"\frac{\partial L}{\partial y_{ij}} = \frac{a_i}{c} \left( 1 - \frac{t_{ij}}{y_{ij} +"
    r" \epsilon} \right)",
)
def test_poisson_backward():
    y = np.abs(Y) + 0.1
    ours = A[:, None] / C * (1 - POSITIVE / (y + EPSILON))
    assert agree(ours, gradient(lambda z: total(counts, z), y))


def cut(p):
    return np.minimum(np.maximum(p, EPSILON), 1)


#: Two probabilities below epsilon and one above 1, where the clip decides.
P = POSITIVE.copy()
P[0, 0], P[1, 1], P[2, 2] = -0.3, 1e-9, 1.7
TARGETS = POSITIVE[::-1].copy()
TARGETS[3, 0], TARGETS[3, 1] = 0.0, 1.2


@holds(
    "kl_divergence.1",
    r"t'_{ij} = \min(\max(t_{ij}, \epsilon), 1), \qquad p'_{ij} = \min(\max(p_{ij}, \epsilon), 1)",
)
def test_kl_divergence_clips():
    for t, p in zip(TARGETS.ravel(), P.ravel(), strict=True):
        t_cut, p_cut = min(max(t, EPSILON), 1), min(max(p, EPSILON), 1)
        ours = t_cut * np.log(t_cut / p_cut)
        theirs = kl_divergence(np.array([[p]]), np.array([[t]]))[0]
        assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-15)


def divergence(p):
    return np.sum(cut(TARGETS) * np.log(cut(TARGETS) / cut(p)), axis=1)


@holds("kl_divergence.2", r"\ell_i = \sum_j t'_{ij} \log \frac{t'_{ij}}{p'_{ij}}")
def test_kl_divergence():
    assert np.allclose(kl_divergence(P, TARGETS)[0], divergence(P), rtol=1e-9)


@holds(
    "kl_divergence.3",
    r"\frac{\partial L}{\partial p_{ij}} = -a_i \frac{t'_{ij}}{p_{ij}} \quad \text{if }"
    r" \epsilon \le p_{ij} \le 1, \text{ else } 0",
)
def test_kl_divergence_backward():
    p = P.copy()
    p[1, 1] = -1e-3  # further from the kink than the step of a difference
    ours = np.where((p >= EPSILON) & (p <= 1), -A[:, None] * cut(TARGETS) / p, 0)
    assert agree(ours, gradient(lambda z: total(divergence, z), p))


def units(y):
    return y / np.maximum(np.linalg.norm(y, axis=1), EPSILON)[:, None]


@holds(
    "cosine_similarity.1",
    r"u_i = \frac{y_i}{\max(\lVert y_i \rVert, \epsilon)}, \qquad v_i ="
    r" \frac{t_i}{\max(\lVert t_i \rVert, \epsilon)}",
)
def test_unit_vectors():
    short = np.full((1, C), 1e-9)
    ours = -np.sum(units(short) * units(T[:1]), axis=1)
    assert same(cosine_similarity(short, T[:1])[0], ours)
    assert same(np.linalg.norm(units(Y), axis=1), 1)


@holds("cosine_similarity.2", r"\ell_i = -\sum_j u_{ij} v_{ij}")
def test_cosine_similarity():
    assert same(cosine_similarity(Y, T)[0], -np.sum(units(Y) * units(T), axis=1))


@holds(
    "cosine_similarity.3",
    r"\frac{\partial L}{\partial y_i} = -\frac{a_i}{\lVert y_i \rVert} \bigl( v_i - u_i"
    r" (u_i \cdot v_i) \bigr)",
)
def test_cosine_similarity_backward():
    u, v = units(Y), units(T)
    along = np.sum(u * v, axis=1, keepdims=True)
    ours = -(A / np.linalg.norm(Y, axis=1))[:, None] * (v - u * along)
    assert agree(ours, gradient(lambda y: total(lambda z: -np.sum(units(z) * v, axis=1), y), Y))
