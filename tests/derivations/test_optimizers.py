"""The formulas of gradient descent and of the rules with running squares, for several steps."""

import numpy as np
from rules import GRADIENTS, RATE, RNG, THETA, rate, run, running_mean, same, zeros
from tags import holds

from minicnn.optimizers.adadelta import adadelta
from minicnn.optimizers.adagrad import adagrad
from minicnn.optimizers.averaging import update_average
from minicnn.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from minicnn.optimizers.rmsprop import rmsprop
from minicnn.optimizers.sgd import sgd
from minicnn.optimizers.weight_decay import weight_decay

RHO, MU, EPSILON = 0.9, 0.8, 1e-3
SQUARES, MEANS = running_mean(GRADIENTS**2, RHO), running_mean(GRADIENTS, RHO)


def test_momentum_zero_is_plain():
    plain, _ = run(lambda theta, g, t: sgd(theta, g, rate=rate))
    heavy, _ = run(lambda theta, g, t, m: sgd(theta, g, m, rate=rate, momentum=0.0), m=zeros())
    assert same(plain, heavy)


@holds("sgd.1", r"\theta \leftarrow \theta - \eta g")
def test_gradient_descent():
    theta, _ = run(lambda theta, g, t: sgd(theta, g, rate=rate))
    assert same(theta, THETA - RATE * GRADIENTS.sum(axis=0))
    # Of all steps of one length none lowers a linear loss more.
    g = GRADIENTS[0]
    others = RNG.normal(size=(1000, 4))
    others *= np.linalg.norm(RATE * g) / np.linalg.norm(others, axis=1, keepdims=True)
    assert g @ (-RATE * g) <= (others @ g).min()


@holds("sgd.2", r"m \leftarrow \mu m - \eta g, \qquad \theta \leftarrow \theta + m")
def test_momentum():
    theta, m = THETA.copy(), zeros()
    for g in GRADIENTS:
        m = MU * m - RATE * g
        theta = theta + m
    theirs, slots = run(lambda theta, g, t, m: sgd(theta, g, m, rate=rate, momentum=MU), m=zeros())
    assert same(theirs, theta)
    assert same(slots["m"], m)


@holds("sgd.3", r"m \leftarrow \mu m - \eta g, \qquad \theta \leftarrow \theta + \mu m - \eta g")
def test_nesterov():
    theta, m, shifted, velocity = THETA.copy(), zeros(), THETA.copy(), zeros()
    for g in GRADIENTS:
        m = MU * m - RATE * g
        theta = theta + MU * m - RATE * g
        # Nesterov's own form: the gradient is taken at shifted + MU velocity, which is theta.
        velocity = MU * velocity - RATE * g
        shifted = shifted + velocity
        assert same(shifted + MU * velocity, theta)
    theirs, _ = run(
        lambda theta, g, t, m: sgd(theta, g, m, rate=rate, momentum=MU, nesterov=True), m=zeros()
    )
    assert same(theirs, theta)


@holds("sgd.4", r"g \leftarrow g \frac{\kappa}{\max(\lVert g \rVert_2, \kappa)}")
def test_clipped_norm():
    g = GRADIENTS[0]
    for kappa in (0.5, 50.0):
        ours = g * kappa / max(np.sqrt(sum(g**2)), kappa)
        assert same(clip_by_norm(g, kappa), ours)
        assert np.linalg.norm(ours) <= kappa * (1 + 1e-12)


@holds("sgd.5", r"g \leftarrow \min(\max(g, -\kappa), \kappa)")
def test_clipped_values():
    ours = [min(max(one, -0.4), 0.4) for one in GRADIENTS[0]]
    assert np.array_equal(clip_by_value(GRADIENTS[0], 0.4), ours)


@holds(
    "sgd.6",
    r"G = \sqrt{\sum\nolimits_k \lVert g_k \rVert_2^2}, \qquad g_k \leftarrow g_k"
    r" \frac{\kappa}{\max(G, \kappa)}",
)
def test_clipped_together():
    grads = {"a": GRADIENTS[0], "b": GRADIENTS[1]}
    length = np.sqrt(sum(np.linalg.norm(g) ** 2 for g in grads.values()))
    for kappa in (0.5, 50.0):
        theirs = clip_by_global_norm(grads, kappa)
        for name, g in grads.items():
            assert same(theirs[name], g * kappa / max(length, kappa))


@holds("weight_decay.1", r"\theta \leftarrow \theta - \eta \lambda \theta")
def test_weight_decay():
    theta = THETA.copy()
    weight_decay(theta, RATE, 0.3)
    assert same(theta, THETA - RATE * 0.3 * THETA)


@holds("averaging.1", r"a \leftarrow \mu a + (1 - \mu) \theta")
def test_average():
    a, ours = THETA.copy(), THETA.copy()
    for theta in GRADIENTS:
        update_average(a, theta, MU)
        ours = MU * ours + (1 - MU) * theta
    assert same(a, ours)


# -- Adagrad, RMSprop, Adadelta --


def adagrad_steps():
    return run(lambda theta, g, t, a: adagrad(theta, g, a, rate=rate, epsilon=EPSILON), a=zeros())


@holds("adagrad.1", r"a \leftarrow a + g^2")
def test_sum_of_squares():
    assert same(adagrad_steps()[1]["a"], (GRADIENTS**2).sum(axis=0))


@holds("adagrad.2", r"\theta \leftarrow \theta - \frac{\eta g}{\sqrt{a + \epsilon}}")
def test_adagrad():
    a = np.cumsum(GRADIENTS**2, axis=0)
    ours = THETA - sum(RATE * g / np.sqrt(s + EPSILON) for g, s in zip(GRADIENTS, a, strict=True))
    assert same(adagrad_steps()[0], ours)


def rmsprop_steps(centred, momentum=0.0):
    slots = {"v": zeros(), "m": zeros() if momentum else None, "mean": zeros() if centred else None}
    keywords = {"rate": rate, "rho": RHO, "epsilon": EPSILON, "momentum": momentum}
    return run(lambda theta, g, t, v, m, mean: rmsprop(theta, g, v, m, mean, **keywords), **slots)


PLAIN = [RATE * g / np.sqrt(v + EPSILON) for g, v in zip(GRADIENTS, SQUARES, strict=True)]
CENTRED = [
    RATE * g / np.sqrt(v - mean**2 + EPSILON)
    for g, v, mean in zip(GRADIENTS, SQUARES, MEANS, strict=True)
]


@holds("rmsprop.1", r"v \leftarrow \rho v + (1 - \rho) g^2")
def test_mean_of_squares():
    assert same(rmsprop_steps(False)[1]["v"], SQUARES[-1])


@holds("rmsprop.2", r"\bar g \leftarrow \rho \bar g + (1 - \rho) g")
def test_mean_of_gradients():
    assert same(rmsprop_steps(True)[1]["mean"], MEANS[-1])


@holds(
    "rmsprop.3",
    r"d = \frac{\eta g}{\sqrt{v + \epsilon}} \quad \text{or, centred,} \quad d ="
    r" \frac{\eta g}{\sqrt{v - \bar g^2 + \epsilon}}",
)
def test_rmsprop():
    assert same(rmsprop_steps(False)[0], THETA - sum(PLAIN))
    assert same(rmsprop_steps(True)[0], THETA - sum(CENTRED))
    # v less the square of the mean is a variance, so it is not negative.
    assert all((v - mean**2 >= 0).all() for v, mean in zip(SQUARES, MEANS, strict=True))


@holds(
    "rmsprop.4",
    r"\theta \leftarrow \theta - d, \qquad\qquad m \leftarrow \mu m + d, \quad \theta \leftarrow"
    r" \theta - m",
)
def test_rmsprop_with_momentum():
    theta, m = THETA.copy(), zeros()
    for d in PLAIN:
        m = MU * m + d
        theta = theta - m
    assert same(rmsprop_steps(False, MU)[0], theta)


def adadelta_by_hand():
    theta, u, moves = THETA.copy(), zeros(), []
    for g, v in zip(GRADIENTS, SQUARES, strict=True):
        d = np.sqrt(u + EPSILON) / np.sqrt(v + EPSILON) * g
        u = RHO * u + (1 - RHO) * d**2
        theta = theta - RATE * d
        moves.append(d)
    return theta, moves


def adadelta_steps():
    keywords = {"rate": rate, "rho": RHO, "epsilon": EPSILON}
    return run(lambda theta, g, t, v, u: adadelta(theta, g, v, u, **keywords), v=zeros(), u=zeros())


@holds("adadelta.1", r"v \leftarrow \rho v + (1 - \rho) g^2")
def test_adadelta_squares():
    assert same(adadelta_steps()[1]["v"], SQUARES[-1])


@holds("adadelta.2", r"d = \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} g")
def test_adadelta_step():
    # A loss in other units, 1000 times as large, takes the same steps once epsilon is nothing.
    theta, big = THETA.copy(), THETA.copy()
    one, other = (np.full(4, 1.0), np.full(4, 1.0)), (np.full(4, 1e6), np.full(4, 1.0))
    for g in GRADIENTS:
        adadelta(theta, g, *one, rate=rate, rho=RHO, epsilon=0.0)
        adadelta(big, 1000 * g, *other, rate=rate, rho=RHO, epsilon=0.0)
    assert same(theta, big)


@holds("adadelta.3", r"u \leftarrow \rho u + (1 - \rho) d^2")
def test_adadelta_moves():
    moves = np.array(adadelta_by_hand()[1])
    assert same(adadelta_steps()[1]["u"], running_mean(moves**2, RHO)[-1])


@holds("adadelta.4", r"\theta \leftarrow \theta - \eta d")
def test_adadelta():
    theta, moves = adadelta_by_hand()
    assert same(theta, THETA - RATE * sum(moves))
    assert same(adadelta_steps()[0], theta)
