"""The formulas of the normalisations that no batch is needed for: of groups."""

import numpy as np
from numeric import agree, gradient
from tags import holds

from minicnn.layers.group_normalization import group_normalization

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
