"""The formulas of normalisations: of groups, by statistics of data, to length 1."""

import numpy as np
from numeric import agree, gradient
from tags import holds

from minicnn.layers.group_normalization import group_normalization
from minicnn.layers.moments import moments_of
from minicnn.layers.normalization import normalization
from minicnn.layers.unit_normalization import unit_normalization

RNG = np.random.default_rng(0)
EPSILON = 0.01


def same(ours, theirs):
    return np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


# -- group normalisation: two groups of three channels --

IMAGES, IMAGES_DY = RNG.normal(2, 3, (2, 3, 2, 6)), RNG.normal(size=(2, 3, 2, 6))
GAMMA, BETA = RNG.normal(size=6), RNG.normal(size=6)
GROUPS = [slice(0, 3), slice(3, 6)]


def by_group(x, function):
    """Put a function of the numbers of a group and a sample in the place of each of them."""
    y = np.empty(x.shape)
    for n in range(len(x)):
        for group in GROUPS:
            y[n, :, :, group] = function(x[n, :, :, group])
    return y


def grouped(x, epsilon=EPSILON):
    return by_group(x, lambda g: (g - g.mean()) / np.sqrt(((g - g.mean()) ** 2).mean() + epsilon))


def group_loss(x=IMAGES, gamma=GAMMA, beta=BETA):
    return np.sum(IMAGES_DY * (gamma * grouped(x) + beta))


@holds(
    "group_normalization.1",
    r"\mu_g = \frac{1}{m} \sum_{i \in g} x_i, \qquad \sigma_g^2 = \frac{1}{m} \sum_{i \in g}"
    r" (x_i - \mu_g)^2",
)
def test_statistics_of_a_group():
    # With epsilon 0 the output has mean 0 and variance 1, so these are what it subtracts and
    # divides by.
    y = group_normalization(IMAGES, None, None, groups=2, epsilon=0.0)[0]
    m = 3 * 2 * 3
    mu = by_group(IMAGES, lambda g: sum(g.ravel()) / m)
    variance = by_group(IMAGES, lambda g: sum((g.ravel() - sum(g.ravel()) / m) ** 2) / m)
    assert same(y * np.sqrt(variance) + mu, IMAGES)


@holds(
    "group_normalization.2",
    r"\hat x_i = \frac{x_i - \mu_g}{\sqrt{\sigma_g^2 + \epsilon}}, \qquad y_i = \gamma_c \hat x_i"
    r" + \beta_c",
)
def test_group_normalization():
    y = group_normalization(IMAGES, GAMMA, BETA, groups=2, epsilon=EPSILON)[0]
    assert same(y, GAMMA * grouped(IMAGES) + BETA)


@holds(
    "group_normalization.3",
    r"d\hat x_i = \gamma_c dy_i, \qquad dx_i = \frac{1}{\sqrt{\sigma_g^2 + \epsilon}} \left("
    r" d\hat x_i - \frac{1}{m} \sum_{j \in g} d\hat x_j - \frac{\hat x_i}{m} \sum_{j \in g}"
    r" d\hat x_j \hat x_j \right)",
)
def test_group_normalization_by_its_input():
    hat, dhat = grouped(IMAGES), GAMMA * IMAGES_DY
    mean, along = by_group(dhat, np.mean), by_group(dhat * hat, np.mean)
    ours = (dhat - mean - hat * along) / np.sqrt(by_group(IMAGES, np.var) + EPSILON)
    assert agree(ours, gradient(lambda x: group_loss(x=x), IMAGES))


@holds(
    "group_normalization.4",
    r"d\gamma_c = \sum_{i \in c} dy_i \hat x_i, \qquad d\beta_c = \sum_{i \in c} dy_i",
)
def test_group_normalization_by_its_parameters():
    ours = np.sum(IMAGES_DY * grouped(IMAGES), axis=(0, 1, 2))
    assert agree(ours, gradient(lambda gamma: group_loss(gamma=gamma), GAMMA))
    ours = IMAGES_DY.sum(axis=(0, 1, 2))
    assert agree(ours, gradient(lambda beta: group_loss(beta=beta), BETA))


# -- statistics of data --

X, DY = RNG.normal(2, 3, (6, 3)), RNG.normal(size=(6, 3))
MEAN, VARIANCE = RNG.normal(size=3), np.array([0.0, 0.3, 4.0])
SPREAD = np.array([1e-7, np.sqrt(0.3), 2.0])


@holds(
    "normalization.1",
    r"s = \max(\sqrt{\sigma^2}, \epsilon), \qquad y = \frac{x - \mu}{s}",
)
def test_normalization():
    assert same(normalization(X, MEAN, VARIANCE)[0], (X - MEAN) / SPREAD)


@holds("normalization.2", r"y = s x + \mu \text{ if inverted}")
def test_normalization_inverted():
    assert same(normalization(X, MEAN, VARIANCE, invert=True)[0], SPREAD * X + MEAN)
    y = normalization(X, MEAN, VARIANCE)[0]
    assert same(normalization(y, MEAN, VARIANCE, invert=True)[0], X)


@holds("normalization.3", r"dx = \frac{dy}{s}, \qquad dx = s dy \text{ if inverted}")
def test_normalization_by_its_input():
    variance = VARIANCE + 0.1
    spread = np.sqrt(variance)
    for ours, invert in ((DY / spread, False), (spread * DY, True)):

        def loss(x, invert=invert):
            return np.sum(DY * normalization(x, MEAN, variance, invert=invert)[0])

        assert agree(ours, gradient(loss, X))


@holds(
    "normalization.4",
    r"\delta = \mu_b - \mu_a, \qquad \mu = \mu_a + \frac{n_b}{n} \delta, \qquad"
    r" M = M_a + M_b + \frac{n_a n_b}{n} \delta^2",
)
def test_moments_of_two_parts():
    parts = X[:2], X[2:]
    (n_a, mu_a, m_a), (n_b, mu_b, m_b) = (
        (len(x), x.mean(axis=0), ((x - x.mean(axis=0)) ** 2).sum(axis=0)) for x in parts
    )
    delta, n = mu_b - mu_a, n_a + n_b
    mu, m = mu_a + n_b / n * delta, m_a + m_b + n_a * n_b / n * delta**2
    assert same(mu, X.mean(axis=0))
    assert same(m, ((X - X.mean(axis=0)) ** 2).sum(axis=0))
    ours = moments_of(parts[0], (0,)).merged(moments_of(parts[1], (0,)))
    assert ours.count == n
    assert same(ours.mean, mu)
    assert same(ours.squares, m)


# -- length 1 --


@holds(
    "unit_normalization.1",
    r"r = \sqrt{\sum_j x_j^2}, \qquad y_i = \frac{x_i}{\max(r, \epsilon)}",
)
def test_unit_normalization():
    x = np.array([[3.0, 4.0], [0.0, 0.0], [3e-13, 4e-13]])
    assert same(unit_normalization(x, axes=(1,))[0], [[0.6, 0.8], [0, 0], [0.3, 0.4]])


@holds(
    "unit_normalization.2",
    r"dx_i = \frac{1}{r} \left( dy_i - y_i \sum_j dy_j y_j \right) \text{ if } r > \epsilon, \qquad"
    r" dx_i = \frac{dy_i}{\epsilon} \text{ otherwise}",
)
def test_unit_normalization_by_its_input():
    r = np.sqrt((X**2).sum(axis=1, keepdims=True))
    y = X / r
    ours = (DY - y * (DY * y).sum(axis=1, keepdims=True)) / r
    assert agree(ours, gradient(lambda x: np.sum(DY * unit_normalization(x, axes=(1,))[0]), X))
    tiny = 1e-14 * X  # where the map is linear
    step = unit_normalization(tiny + 1e-14 * DY, axes=(1,))[0]
    assert same(step - unit_normalization(tiny, axes=(1,))[0], 1e-14 * DY / 1e-12)
