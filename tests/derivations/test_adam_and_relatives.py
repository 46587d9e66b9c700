"""The formulas of Adam, Adamax and Nadam: each rule written out, and what it claims."""

import numpy as np
from rules import GRADIENTS, RATE, STEPS, THETA, rate, run, running_mean, same, zeros
from tags import holds

from minicnn.optimizers.adam import Adam, step_size
from minicnn.optimizers.adamax import Adamax, adamax
from minicnn.optimizers.nadam import momentum_product, nadam

B1, B2, EPSILON = 0.7, 0.95, 1e-3
M = running_mean(GRADIENTS, B1)
V = running_mean(GRADIENTS**2, B2)


def by_class(optimizer):
    """Let an optimizer take the steps in float64; return the parameter and its slots."""
    theta = THETA.copy()
    for g in GRADIENTS:
        optimizer.step({"w": theta}, {"w": g})
    return theta, {name: arrays["w"] for name, arrays in optimizer.slots.items()}


#: Exact in float32, to which Keras rounds them on the way.
EXACT = {"learning_rate": 0.125, "beta_1": 0.75, "beta_2": 0.875, "epsilon": 2.0**-10}


def moments(share, values, power):
    m = zeros()
    for g in values:
        left = m + (1 - share) * (g**power - m)
        assert same(left, share * m + (1 - share) * g**power)
        m = left
    return m


@holds(
    "adam.1",
    r"m_t = m_{t-1} + (1 - \beta_1)(g_t - m_{t-1}) = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
)
def test_adam_first_moment():
    slots = by_class(Adam(**EXACT))[1]
    assert any(same(one, moments(0.75, GRADIENTS, 1)) for one in slots.values())


@holds(
    "adam.2",
    r"v_t = v_{t-1} + (1 - \beta_2)(g_t^2 - v_{t-1}) = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2",
)
def test_adam_second_moment():
    slots = by_class(Adam(**EXACT))[1]
    assert any(same(one, moments(0.875, GRADIENTS, 2)) for one in slots.values())


@holds("adam.3", r"\theta_t = \theta_{t-1} - \alpha_t \frac{m_t}{\sqrt{v_t} + \hat\epsilon}")
def test_adam():
    theta = THETA.copy()
    first, second = running_mean(GRADIENTS, 0.75), running_mean(GRADIENTS**2, 0.875)
    for t in range(STEPS):
        alpha = 0.125 * np.sqrt(1 - 0.875 ** (t + 1)) / (1 - 0.75 ** (t + 1))
        theta = theta - alpha * first[t] / (np.sqrt(second[t]) + 2.0**-10)
    assert same(by_class(Adam(**EXACT))[0], theta)


@holds("adam.4", r"\alpha_t = \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}")
def test_adam_step_size():
    for t in range(1, STEPS + 1):
        ours = RATE * np.sqrt(1 - B2**t) / (1 - B1**t)
        assert same(step_size(rate, np.float64(B1), np.float64(B2), t), ours)
        # Under constant gradients the corrected moments are g and g^2: each step is eta long.
        g = np.full(t, 0.3)
        m, v = running_mean(g, B1)[-1], running_mean(g**2, B2)[-1]
        assert same(ours * m / np.sqrt(v), RATE)


@holds(
    "adam.5",
    r"\hat v_t = \max(\hat v_{t-1}, v_t), \qquad "
    r"\theta_t = \theta_{t-1} - \alpha_t \frac{m_t}{\sqrt{\hat v_t} + \hat\epsilon}",
)
def test_amsgrad():
    theta, v_hat = THETA.copy(), zeros()
    first, second = running_mean(GRADIENTS, 0.75), running_mean(GRADIENTS**2, 0.875)
    for t in range(STEPS):
        alpha = 0.125 * np.sqrt(1 - 0.875 ** (t + 1)) / (1 - 0.75 ** (t + 1))
        v_hat = np.maximum(v_hat, second[t])
        theta = theta - alpha * first[t] / (np.sqrt(v_hat) + 2.0**-10)
    found, slots = by_class(Adam(**EXACT, amsgrad=True))
    assert same(found, theta)
    assert same(slots["velocity_hat"], np.max(second, axis=0))
    assert not same(found, by_class(Adam(**EXACT))[0])


def adamax_steps():
    keywords = {"rate": rate, "beta_1": B1, "beta_2": B2, "epsilon": EPSILON}
    return run(lambda theta, g, t, m, u: adamax(theta, g, m, u, **keywords), m=zeros(), u=zeros())


LARGEST = [
    np.max([B2 ** (t - i) * np.abs(GRADIENTS[i]) for i in range(t + 1)], axis=0)
    for t in range(STEPS)
]


@holds("adamax.1", r"m \leftarrow m + (1 - \beta_1)(g - m)")
def test_adamax_mean():
    assert same(adamax_steps()[1]["m"], M[-1])


@holds(
    "adamax.2",
    r"u = \lim_{p \to \infty} \Bigl((1 - \beta_2^p) \sum_i \beta_2^{p (t - i)} |g_i|^p"
    r" \Bigr)^{1/p} = \max_i \beta_2^{t - i} |g_i|, \qquad u \leftarrow \max(\beta_2 u, |g|)",
)
def test_adamax_maximum():
    assert same(adamax_steps()[1]["u"], LARGEST[-1])
    terms = [B2 ** (STEPS - 1 - i) * np.abs(GRADIENTS[i]) for i in range(STEPS)]

    def root(p):
        return ((1 - B2**p) * sum((one / LARGEST[-1]) ** p for one in terms)) ** (1 / p)

    assert np.abs(root(1000) - 1).max() < 0.003 < np.abs(root(10) - 1).max()


@holds("adamax.3", r"\theta \leftarrow \theta - \frac{\alpha_t m}{u + \epsilon}")
def test_adamax():
    ours = THETA - sum(RATE * m / (u + EPSILON) for m, u in zip(M, LARGEST, strict=True))
    assert same(adamax_steps()[0], ours)


@holds("adamax.4", r"\alpha_t = \frac{\eta}{1 - \beta_1^t}")
def test_adamax_rate():
    theta, u = THETA.copy(), zeros()
    for t, m in enumerate(running_mean(GRADIENTS, 0.75), start=1):
        u = np.maximum(0.875 * u, np.abs(GRADIENTS[t - 1]))
        theta = theta - 0.125 / (1 - 0.75**t) * m / (u + 2.0**-10)
    assert same(by_class(Adamax(**EXACT))[0], theta)


#: Keras rounds the growth to float32 on the way, and so does the library.
GROWTH = float(np.float32(0.96))


def mu(t):
    return B1 * (1 - 0.5 * GROWTH**t)


def nadam_steps():
    def step(theta, g, t, m, v):
        product = momentum_product(B1, t)
        keywords = {"rate": rate, "beta_1": np.float64(B1), "beta_2": np.float64(B2)}
        nadam(theta, g, m, v, epsilon=EPSILON, t=t, product=product, **keywords)

    return run(step, m=zeros(), v=zeros())


@holds("nadam.1", r"\mu_t = \beta_1 \bigl(1 - \tfrac12 0.96^t\bigr)")
def test_growing_momentum():
    ours = [B1 * (1 - 0.96**t / 2) for t in range(1, 200)]
    ratios = [momentum_product(B1, t) / momentum_product(B1, t - 1) for t in range(2, 200)]
    assert np.allclose(ratios, ours[1:], rtol=1e-6)
    assert 0.5 * B1 < ours[0] < 0.53 * B1
    assert ours[99] > 0.99 * B1


@holds(
    "nadam.2",
    r"m \leftarrow m + (1 - \beta_1)(g - m), \qquad v \leftarrow v + (1 - \beta_2)(g^2 - v)",
)
def test_nadam_moments():
    slots = nadam_steps()[1]
    assert same(slots["m"], M[-1])
    assert same(slots["v"], V[-1])


def look_ahead(t):
    product = np.prod([mu(i) for i in range(1, t + 1)])
    first = mu(t + 1) * M[t - 1] / (1 - product * mu(t + 1))
    return first + (1 - mu(t)) * GRADIENTS[t - 1] / (1 - product)


@holds(
    "nadam.3",
    r"m' = \frac{\mu_{t+1} m}{1 - P_t \mu_{t+1}} + \frac{(1 - \mu_t) g}{1 - P_t}",
)
def test_nadam_look_ahead():
    # One step from zero moments, with v large, moves by m' alone.
    theta, m, v = THETA.copy(), zeros(), np.full(4, 1.0)
    keywords = {"rate": rate, "beta_1": np.float64(B1), "beta_2": np.float64(1.0 - 1e-12)}
    nadam(theta, GRADIENTS[0], m, v, epsilon=0.0, t=1, product=mu(1), **keywords)
    moved = (THETA - theta) / RATE * np.sqrt(v / (1 - keywords["beta_2"]))
    assert np.allclose(moved, look_ahead(1), rtol=1e-6)


@holds(
    "nadam.4",
    r"\theta \leftarrow \theta - \frac{\eta m'}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
)
def test_nadam():
    theta = THETA.copy()
    for t in range(1, STEPS + 1):
        theta = theta - RATE * look_ahead(t) / (np.sqrt(V[t - 1] / (1 - B2**t)) + EPSILON)
    assert np.allclose(nadam_steps()[0], theta, rtol=1e-9)


@holds("nadam.5", r"P_t = \prod_{i=1}^t \mu_i")
def test_product_of_momenta():
    for t in (1, 2, 7):
        ours = np.prod([B1 * (1 - 0.96**i / 2) for i in range(1, t + 1)])
        assert np.isclose(momentum_product(B1, t), ours, rtol=1e-6)
    # What the zeros at the start leave out of the moment is just this share.
    moment = 0.0
    for i in range(1, 8):
        moment = mu(i) * moment + (1 - mu(i)) * 1.0
    assert np.isclose(moment, 1 - np.prod([mu(i) for i in range(1, 8)]))
