"""The formulas of dense layers, normalisations, dropout and noise, and penalties."""

import numpy as np
from numeric import agree, gradient
from tags import holds

from minicnn.layers.alpha_dropout import alpha_dropout
from minicnn.layers.batch_normalization import batch_normalization
from minicnn.layers.dense import dense
from minicnn.layers.dropout import dropout, keep_mask
from minicnn.layers.gaussian_dropout import gaussian_dropout
from minicnn.layers.gaussian_noise import gaussian_noise
from minicnn.layers.layer_normalization import layer_normalization
from minicnn.layers.spatial_dropout2d import spatial_dropout2d
from minicnn.random import Key
from minicnn.regularizers import L1, L2

RNG = np.random.default_rng(0)
M, C, F, EPSILON = 6, 3, 4, 0.01
X, DY = RNG.normal(2, 3, (M, C)), RNG.normal(size=(M, C))
GAMMA, BETA = RNG.normal(size=C), RNG.normal(size=C)


def same(ours, theirs):
    return np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


# -- dense --

W, B, DZ = RNG.normal(size=(C, F)), RNG.normal(size=F), RNG.normal(size=(M, F))


@holds("dense.1", r"y = x W + b")
def test_dense():
    y = [[B[f] + sum(X[n, k] * W[k, f] for k in range(C)) for f in range(F)] for n in range(M)]
    assert same(dense(X, W, B)[0], y)


@holds("dense.2", r"dx = dy W^T")
def test_dense_by_its_input():
    assert agree(DZ @ W.T, gradient(lambda x: np.sum(DZ * (x @ W + B)), X))


@holds("dense.3", r"dW = x^T dy")
def test_dense_by_its_weights():
    assert agree(X.T @ DZ, gradient(lambda w: np.sum(DZ * (X @ w + B)), W))


@holds("dense.4", r"db = \sum_n dy_n")
def test_dense_by_its_bias():
    assert agree(DZ.sum(axis=0), gradient(lambda b: np.sum(DZ * (X @ W + b)), B))


# -- batch normalisation: i runs over rows --


def statistics(x):
    mu = sum(x) / M
    return mu, sum((row - mu) ** 2 for row in x) / M


def normalised(x):
    mu, variance = statistics(x)
    return (x - mu) / np.sqrt(variance + EPSILON)


def batch_loss(x=X, gamma=GAMMA, beta=BETA):
    return np.sum(DY * (gamma * normalised(x) + beta))


@holds(
    "batch_normalization.1",
    r"\mu = \frac1m \sum_i x_i, \qquad \sigma^2 = \frac1m \sum_i (x_i - \mu)^2",
)
def test_statistics_of_a_batch():
    assert same(batch_normalization(X, GAMMA, BETA, epsilon=EPSILON)[1], statistics(X))


@holds("batch_normalization.2", r"\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}")
def test_normalised():
    assert same(batch_normalization(X, None, None, epsilon=EPSILON)[0], normalised(X))


@holds("batch_normalization.3", r"y_i = \gamma \hat x_i + \beta")
def test_batch_normalization():
    y = batch_normalization(X, GAMMA, BETA, epsilon=EPSILON)[0]
    assert same(y, GAMMA * normalised(X) + BETA)


@holds("batch_normalization.4", r"d\beta = \sum_i dy_i")
def test_batch_normalization_by_beta():
    assert agree(DY.sum(axis=0), gradient(lambda beta: batch_loss(beta=beta), BETA))


@holds("batch_normalization.5", r"d\gamma = \sum_i dy_i \hat x_i")
def test_batch_normalization_by_gamma():
    ours = np.sum(DY * normalised(X), axis=0)
    assert agree(ours, gradient(lambda gamma: batch_loss(gamma=gamma), GAMMA))


@holds(
    "batch_normalization.6",
    r"dx_i = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}} \left(dy_i - \frac{d\beta}{m} - \hat x_i"
    r" \frac{d\gamma}{m}\right)",
)
def test_batch_normalization_by_its_input():
    dbeta, dgamma = DY.sum(axis=0), np.sum(DY * normalised(X), axis=0)
    scale = GAMMA / np.sqrt(statistics(X)[1] + EPSILON)
    ours = scale * (DY - dbeta / M - normalised(X) * dgamma / M)
    assert agree(ours, gradient(lambda x: batch_loss(x=x), X))


# -- layer normalisation: i runs over columns --


def by_sample(x):
    mu = x.mean(axis=1, keepdims=True)
    return (x - mu) / np.sqrt(((x - mu) ** 2).mean(axis=1, keepdims=True) + EPSILON)


def layer_loss(x=X, gamma=GAMMA, beta=BETA):
    return np.sum(DY * (gamma * by_sample(x) + beta))


@holds(
    "layer_normalization.1",
    r"\mu = \frac{1}{m} \sum_i x_i, \qquad \sigma^2 = \frac{1}{m} \sum_i (x_i - \mu)^2",
)
def test_statistics_of_a_sample():
    # With epsilon 0 the output has mean 0 and variance 1, so these are what it subtracts and
    # divides by.
    y = layer_normalization(X, None, None, axes=(1,), epsilon=0.0)[0]
    mu = X.sum(axis=1) / C
    variance = ((X - mu[:, None]) ** 2).sum(axis=1) / C
    assert same(y * np.sqrt(variance)[:, None] + mu[:, None], X)


@holds(
    "layer_normalization.2",
    r"\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad y_i = \gamma_i \hat x_i +"
    r" \beta_i",
)
def test_layer_normalization():
    y = layer_normalization(X, GAMMA[None], BETA[None], axes=(1,), epsilon=EPSILON)[0]
    assert same(y, GAMMA * by_sample(X) + BETA)


@holds(
    "layer_normalization.3",
    r"d\hat x_i = \gamma_i dy_i, \qquad dx_i = \frac{1}{\sqrt{\sigma^2 + \epsilon}} \left("
    r" d\hat x_i - \frac{1}{m} \sum_j d\hat x_j - \frac{\hat x_i}{m} \sum_j d\hat x_j \hat x_j"
    r" \right)",
)
def test_layer_normalization_by_its_input():
    hat, dhat = by_sample(X), GAMMA * DY
    along = (dhat * hat).mean(axis=1, keepdims=True)
    inner = dhat - dhat.mean(axis=1, keepdims=True) - hat * along
    ours = inner / np.sqrt(X.var(axis=1, keepdims=True) + EPSILON)
    assert agree(ours, gradient(lambda x: layer_loss(x=x), X))


@holds(
    "layer_normalization.4",
    r"d\gamma_i = \sum dy_i \hat x_i, \qquad d\beta_i = \sum dy_i",
)
def test_layer_normalization_by_its_parameters():
    ours = np.sum(DY * by_sample(X), axis=0)
    assert agree(ours, gradient(lambda gamma: layer_loss(gamma=gamma), GAMMA))
    assert agree(DY.sum(axis=0), gradient(lambda beta: layer_loss(beta=beta), BETA))


# -- dropout and noise: with the mask or the noise drawn, every layer is linear --

R = 0.3
K = np.array([1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1], float).reshape(M, C)
Z = RNG.normal(size=(M, C))


def linear(forward, slope, x=X, dy=DY):
    """Whether slope * dy is the derivative of a forward pass."""
    return agree(slope * dy, gradient(lambda one: np.sum(dy * forward(one)), x))


@holds(
    "dropout.1",
    r"y_i = \frac{k_i}{1 - r} x_i, \qquad P(k_i = 1) = 1 - r, \qquad P(k_i = 0) = r",
)
def test_dropout():
    assert same(dropout(X, K.astype(bool), rate=R)[0], K / (1 - R) * X)
    n = 100_000
    kept = keep_mask(Key(seed=0, step=0, samples=np.arange(n)), R, 1).mean()
    assert abs(kept - (1 - R)) < 4 * np.sqrt(R * (1 - R) / n)


@holds("dropout.2", r"dx_i = \frac{k_i}{1 - r} dy_i")
def test_dropout_backward():
    assert linear(lambda x: dropout(x, K.astype(bool), rate=R)[0], K / (1 - R))


IMAGES, IMAGES_DY = RNG.normal(size=(2, 3, 2, C)), RNG.normal(size=(2, 3, 2, C))
CHANNELS = np.array([[1, 0, 1], [0, 1, 1]], float)


@holds(
    "spatial_dropout2d.1",
    r"y_{nrsc} = \frac{k_{nc}}{1 - r} x_{nrsc}, \qquad P(k_{nc} = 1) = 1 - r",
)
def test_spatial_dropout():
    ours = CHANNELS[:, None, None, :] / (1 - R) * IMAGES
    assert same(spatial_dropout2d(IMAGES, CHANNELS.astype(bool), rate=R)[0], ours)


@holds("spatial_dropout2d.2", r"dx_{nrsc} = \frac{k_{nc}}{1 - r} dy_{nrsc}")
def test_spatial_dropout_backward():
    assert linear(
        lambda x: spatial_dropout2d(x, CHANNELS.astype(bool), rate=R)[0],
        CHANNELS[:, None, None, :] / (1 - R),
        IMAGES,
        IMAGES_DY,
    )


LOWEST = -1.0507009873554805 * 1.6732632423543772
SCALE = 1 / np.sqrt((1 - R) * (1 + R * LOWEST**2))
SHIFT = -SCALE * R * LOWEST


@holds(
    "alpha_dropout.1",
    r"y_i = a \left( k_i x_i + (1 - k_i) \alpha' \right) + b, \qquad a ="
    r" \frac{1}{\sqrt{(1 - r)(1 + r \alpha'^2)}}, \qquad b = -a r \alpha'",
)
def test_alpha_dropout():
    ours = SCALE * (K * X + (1 - K) * LOWEST) + SHIFT
    assert same(alpha_dropout(X, K.astype(bool), rate=R)[0], ours)
    # Mean 0 and variance 1 come out as they went in: v is x with 1 - r, and alpha' with r.
    mean, square = R * LOWEST, (1 - R) * 1 + R * LOWEST**2
    assert np.isclose(SCALE * mean + SHIFT, 0)
    assert np.isclose(SCALE**2 * (square - mean**2), 1)


@holds("alpha_dropout.2", r"dx_i = a k_i dy_i")
def test_alpha_dropout_backward():
    assert linear(lambda x: alpha_dropout(x, K.astype(bool), rate=R)[0], SCALE * K)


@holds(
    "gaussian_dropout.1",
    r"y_i = g_i x_i, \qquad g_i = 1 + \sqrt{\frac{r}{1 - r}} z_i, \qquad z_i \sim N(0, 1)",
)
def test_gaussian_dropout():
    # The factor has the mean and the variance of dropout's, k / (1 - r).
    assert np.isclose((1 - R) * (1 / (1 - R)) ** 2 - 1, R / (1 - R))
    assert same(gaussian_dropout(X, Z, rate=R)[0], (1 + np.sqrt(R / (1 - R)) * Z) * X)


@holds("gaussian_dropout.2", r"dx_i = g_i dy_i")
def test_gaussian_dropout_backward():
    g = 1 + np.sqrt(R / (1 - R)) * Z
    assert linear(lambda x: gaussian_dropout(x, Z, rate=R)[0], g)


@holds("gaussian_noise.1", r"y_i = x_i + \sigma z_i, \qquad z_i \sim N(0, 1)")
def test_gaussian_noise():
    assert same(gaussian_noise(X, Z, stddev=R)[0], X + R * Z)


@holds("gaussian_noise.2", r"dx_i = dy_i")
def test_gaussian_noise_backward():
    assert linear(lambda x: gaussian_noise(x, Z, stddev=R)[0], 1)


# -- penalties --


@holds("regularizers.1", r"R(w) = \lambda_1 \sum_i |w_i|")
def test_l1():
    assert np.isclose(L1(0.2)(W), 0.2 * sum(abs(one) for one in W.ravel()))


@holds("regularizers.2", r"\frac{\partial R}{\partial w_i} = \lambda_1 \mathrm{sign}(w_i)")
def test_l1_gradient():
    assert agree(0.2 * np.sign(W), gradient(lambda w: 0.2 * np.abs(w).sum(), W))


@holds("regularizers.3", r"R(w) = \lambda_2 \sum_i w_i^2")
def test_l2():
    assert np.isclose(L2(0.2)(W), 0.2 * sum(one**2 for one in W.ravel()))


@holds("regularizers.4", r"\frac{\partial R}{\partial w_i} = 2 \lambda_2 w_i")
def test_l2_gradient():
    assert agree(2 * 0.2 * W, gradient(lambda w: 0.2 * (w**2).sum(), W))
