"""The formulas of chapter 6, gradient descent, momentum and Adam."""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.optimizers import SGD, Adam
from minicnn.optimizers.adam import step_size

eta, lam, mu, k, theta, beta = sp.symbols("eta lambda mu k theta beta", positive=True)
# What float32 holds exactly: the library rounds decay rates to it, as Keras does.
MU, BETA_1, BETA_2 = 0.75, 0.875, 1 - 2**-10


def steps_of(optimizer, gradients):
    """Return the positions of a library optimizer that starts at zero, and its slots."""
    params, path = {"theta": np.zeros(3)}, []
    for g in gradients:
        optimizer.step(params, {"theta": g})
        path.append(params["theta"].copy())
    return path, {name: slot["theta"] for name, slot in optimizer.slots.items()}


GRADIENTS = np.random.default_rng(0).normal(size=(6, 3))


@holds("6.1", r"g \cdot d \ge - \lVert g \rVert \lVert d \rVert")
def test_cauchy_schwarz():
    g, d = (sp.Matrix(sp.symbols(f"{name}1:4", real=True)) for name in "gd")
    length_g, length_d = sp.sqrt(g.dot(g)), sp.sqrt(d.dot(d))
    square = (length_d * g + length_g * d).dot(length_d * g + length_g * d)
    gap = g.dot(d) + length_g * length_d
    assert sp.simplify(sp.expand(square - 2 * length_g * length_d * gap)) == 0
    against = dict(zip(d, -3 * g, strict=True))  # equality, of squares: g d is negative
    assert sp.expand((g.dot(d) ** 2 - (length_g * length_d) ** 2).subs(against)) == 0


@holds("6.2", r"\theta_t = \theta_{t-1} - \eta g_t")
def test_the_step_against_the_gradient_is_the_best_of_its_length():
    path, _ = steps_of(SGD(0.1), GRADIENTS)
    assert np.allclose(path[1], path[0] - 0.1 * GRADIENTS[1], rtol=0, atol=1e-15)
    rng, at = np.random.default_rng(1), np.array([-4.0, 1.0])

    def loss(point):
        return 0.5 * (point**2 @ [1, 20])

    g = at * [1, 20]
    best = loss(at - 1e-4 * g / np.linalg.norm(g))
    for direction in rng.normal(size=(200, 2)):
        assert loss(at + 1e-4 * direction / np.linalg.norm(direction)) >= best - 2e-7


@holds(
    "6.3",
    r"\theta_t = \theta_{t-1} - \eta \lambda \theta_{t-1} = r \theta_{t-1}, "
    r"\qquad r = 1 - \eta \lambda",
)
def test_factor_of_a_step_on_a_parabola():
    step = theta - eta * sp.diff(lam * theta**2 / 2, theta)
    assert sp.expand(step - (1 - eta * lam) * theta) == 0


@holds("6.4", r"\eta < \frac{2}{\lambda}")
def test_largest_rate():
    share = sp.symbols("share", real=True)  # eta in units of the limit
    factor = (1 - eta * lam).subs(eta, share * 2 / lam)
    shrinks = sp.reduce_abs_inequality(abs(sp.expand(factor)) - 1, "<", share)
    assert shrinks.as_set() == sp.Interval.open(0, 1)


@holds("6.5", r"u_t = \mu u_{t-1} - \eta g_t, \qquad \theta_t = \theta_{t-1} + u_t")
def test_momentum_is_that_of_the_library():
    path, slots = steps_of(SGD(0.1, momentum=MU), GRADIENTS)
    u, at = 0, 0
    for g, theirs in zip(GRADIENTS, path, strict=True):
        u = MU * u - 0.1 * g
        at = at + u
        assert np.allclose(at, theirs, rtol=0, atol=1e-14)
    assert np.allclose(u, slots["momentum"], rtol=0, atol=1e-14)


@holds(
    "6.6",
    r"u_t = -\eta \left(g_t + \mu g_{t-1} + \mu^2 g_{t-2} + \dots + \mu^{t-1} g_1\right)",
)
def test_velocity_is_a_sum_of_all_gradients():
    g, u = sp.symbols("g1:7"), 0
    for t in range(1, 7):
        u = mu * u - eta * g[t - 1]
        assert sp.expand(u + eta * sum(mu ** (t - i) * g[i - 1] for i in range(1, t + 1))) == 0


@holds("6.7", r"S = 1 + \mu + \mu^2 + \dots + \mu^{t-1} = \frac{1 - \mu^t}{1 - \mu}")
def test_geometric_sum():
    for t in range(1, 7):
        assert sp.cancel((1 - mu**t) / (1 - mu) - sum(mu**i for i in range(t))) == 0


@holds("6.8", r"\theta_t = k \theta_{t-1} - \mu \theta_{t-2}")
def test_momentum_without_velocity():
    one, two = sp.symbols("theta_1 theta_2")  # one and two steps ago
    step = one + mu * (one - two) - eta * lam * one
    assert sp.expand(step - ((1 + mu - eta * lam) * one - mu * two)) == 0
    path, _ = steps_of(SGD(0.1, momentum=MU), GRADIENTS)
    assert np.allclose(path[3], path[2] + MU * (path[2] - path[1]) - 0.1 * GRADIENTS[3])


def q(now, before):
    return now**2 - k * now * before + mu * before**2


@holds(
    "6.9",
    r"q_t = \theta_t^2 - k \theta_t \theta_{t-1} + \mu \theta_{t-1}^2, \qquad q_t = \mu q_{t-1}",
)
def test_each_step_multiplies_q_by_the_momentum():
    one, two = sp.symbols("theta_1 theta_2")
    assert sp.expand(q(k * one - mu * two, one) - mu * q(one, two)) == 0


@holds("6.10", r"\theta_{t-1}^2 \le \frac{\mu^{t-1} q_1}{\mu - \tfrac14 k^2}")
def test_momentum_shrinks_the_distance():
    now, before = sp.symbols("now before")
    square = (now - k * before / 2) ** 2 + (mu - k**2 / 4) * before**2
    assert sp.expand(square - q(now, before)) == 0
    for rate_times_curvature in (0.04, 0.8):  # the two directions of the valley
        m, kk = 0.7, 1.7 - rate_times_curvature
        path = [1.0, 1.0 - rate_times_curvature]
        for _ in range(60):
            path.append(kk * path[-1] - m * path[-2])
        first = path[1] ** 2 - kk * path[1] * path[0] + m * path[0] ** 2
        for t in range(1, 61):
            assert path[t - 1] ** 2 <= m ** (t - 1) * first / (m - kk**2 / 4) * (1 + 1e-9)


def moments():
    """Return Adam's two means over GRADIENTS, by (6.11) and (6.12), step by step."""
    m, v = np.zeros(3), np.zeros(3)
    for g in GRADIENTS:
        m = BETA_1 * m + (1 - BETA_1) * g
        v = BETA_2 * v + (1 - BETA_2) * g**2
        yield m, v


@holds("6.11", r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad m_0 = 0")
def test_first_moment_is_that_of_the_library():
    _, slots = steps_of(Adam(0.1, beta_1=BETA_1, beta_2=BETA_2), GRADIENTS)
    assert np.allclose([m for m, _ in moments()][-1], slots["momentum"], rtol=0, atol=1e-15)


@holds("6.12", r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad v_0 = 0")
def test_second_moment_is_that_of_the_library():
    _, slots = steps_of(Adam(0.1, beta_1=BETA_1, beta_2=BETA_2), GRADIENTS)
    assert np.allclose([v for _, v in moments()][-1], slots["velocity"], rtol=0, atol=1e-15)


@holds(
    "6.13",
    r"(1 - \beta_1) \left(1 + \beta_1 + \dots + \beta_1^{t-1}\right) = 1 - \beta_1^t",
)
def test_weights_of_the_mean():
    m = sp.Integer(0)
    for t in range(1, 7):
        m = beta * m + (1 - beta)  # all gradients are 1
        assert sp.expand((1 - beta) * sum(beta**i for i in range(t)) - m) == 0
        assert sp.expand(m - (1 - beta**t)) == 0


@holds(
    "6.14",
    r"\theta_t = \theta_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)}}",
)
def test_corrected_step_has_the_length_of_the_rate_under_a_constant_gradient():
    beta_1, beta_2 = sp.symbols("beta_1 beta_2", positive=True)
    g = sp.symbols("g", positive=True)
    m = v = sp.Integer(0)
    for t in range(1, 5):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        step = eta * (m / (1 - beta_1**t)) / sp.sqrt(sp.factor(v) / (1 - beta_2**t))
        assert sp.simplify(step - eta) == 0


@holds("6.15", r"\alpha_t = \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}")
def test_corrections_may_stand_in_the_rate():
    for t, (m, v) in enumerate(moments(), start=1):
        alpha = 0.1 * np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        corrected = 0.1 * (m / (1 - BETA_1**t)) / np.sqrt(v / (1 - BETA_2**t))
        assert np.allclose(alpha * m / np.sqrt(v), corrected, rtol=1e-14)
        theirs = step_size(np.float64(0.1), np.float64(BETA_1), np.float64(BETA_2), t)
        assert np.isclose(alpha, theirs, rtol=1e-14)


@holds("6.16", r"\theta_t = \theta_{t-1} - \alpha_t \frac{m_t}{\sqrt{v_t} + \epsilon}")
def test_adam_is_that_of_the_library():
    path, _ = steps_of(Adam(0.1, beta_1=BETA_1, beta_2=BETA_2, epsilon=1e-3), GRADIENTS)
    at = np.zeros(3)
    for t, ((m, v), theirs) in enumerate(zip(moments(), path, strict=True), start=1):
        alpha = 0.1 * np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        at = at - alpha * m / (np.sqrt(v) + 1e-3)
        assert np.allclose(at, theirs, rtol=0, atol=1e-14)
