"""The formulas of the cross-entropies, by differences; L = sum_i a_i l_i."""

import numpy as np
from numeric import agree, gradient
from tags import holds

from minicnn.layers.softmax import softmax
from minicnn.losses.binary_crossentropy import binary_crossentropy
from minicnn.losses.categorical_crossentropy import (
    categorical_crossentropy,
    categorical_crossentropy_backward,
)
from minicnn.losses.categorical_focal_crossentropy import categorical_focal_crossentropy
from minicnn.losses.sparse_categorical_crossentropy import (
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_backward,
)

N, C, EPSILON, S = 4, 3, 1e-7, 0.1
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, C))
U = RNG.uniform(0.1, 0.9, (N, C))
A = RNG.uniform(0.1, 1, N)
SCALE = A[:, None]
T = RNG.dirichlet(np.ones(C), N)
LABELS = np.array([0, 2, 1, 0])
#: Some outside of what is clipped, further than the step of a difference.
OUTSIDE = U.copy()
OUTSIDE[0, 0], OUTSIDE[1, 2] = -0.2, 1.3


def clip(q):
    return np.minimum(np.maximum(q, EPSILON), 1 - EPSILON)


def inside(q):
    return (q >= EPSILON) & (q <= 1 - EPSILON)


def same(ours, theirs):
    return np.allclose(ours, theirs, rtol=1e-12)


def probabilities(x):
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)


# -- binary --

TWO = (1 - S) * T + S / 2


@holds("binary_crossentropy.1", r"y_{ij} = (1 - s) t_{ij} + \frac{s}{2}")
def test_smoothing_between_two():
    smoothed = binary_crossentropy(U, T, label_smoothing=S)[0]
    assert same(smoothed, binary_crossentropy(U, TWO)[0])


def binary(u):
    return -np.mean(TWO * np.log(clip(u)) + (1 - TWO) * np.log(1 - clip(u)), axis=1)


@holds(
    "binary_crossentropy.2",
    r"\ell_i = -\frac1c \sum_j \bigl( y_{ij} \log q_{ij} + (1 - y_{ij}) \log (1 - q_{ij}) \bigr)",
)
def test_binary():
    assert same(binary_crossentropy(OUTSIDE, TWO)[0], binary(OUTSIDE))


def binary_of_logits(x):
    each = np.maximum(x, 0) - TWO * x + np.log(1 + np.exp(-np.abs(x)))
    return np.mean(each, axis=1)


@holds(
    "binary_crossentropy.3",
    r"\ell_i = \frac1c \sum_j \bigl( \max(x_{ij}, 0) - y_{ij} x_{ij} + \log(1 + e^{-|x_{ij}|})"
    r" \bigr)",
)
def test_binary_of_logits():
    assert same(binary_of_logits(X), binary(1 / (1 + np.exp(-X))))
    assert same(binary_crossentropy(X, TWO, from_logits=True)[0], binary_of_logits(X))


@holds(
    "binary_crossentropy.4",
    r"\frac{\partial L}{\partial u_{ij}} = \frac{a_i}{c} \frac{q_{ij} - y_{ij}}{q_{ij}"
    r" (1 - q_{ij})} \quad \text{if } \epsilon \le u_{ij} \le 1 - \epsilon, \text{ else } 0",
)
def test_binary_backward():
    q = clip(OUTSIDE)
    ours = np.where(inside(OUTSIDE), SCALE / C * (q - TWO) / (q * (1 - q)), 0)
    assert agree(ours, gradient(lambda u: A @ binary(u), OUTSIDE))


@holds(
    "binary_crossentropy.5",
    r"\frac{\partial L}{\partial x_{ij}} = \frac{a_i}{c} \bigl( \sigma(x_{ij}) - y_{ij} \bigr)",
)
def test_binary_of_logits_backward():
    ours = SCALE / C * (1 / (1 + np.exp(-X)) - TWO)
    assert agree(ours, gradient(lambda x: A @ binary_of_logits(x), X))


# -- softmax and cross-entropy in one --


@holds(
    "softmax_crossentropy.1",
    r"p_{ij} = \frac{e^{x_{ij}}}{\sum_k e^{x_{ik}}} = \frac{e^{x_{ij} - a_i}}{z_i}",
)
def test_softmax_with_the_largest_score_subtracted():
    below = np.exp(X - X.max(axis=1, keepdims=True))  # a_i is the row's maximum
    assert same(below / below.sum(axis=1, keepdims=True), probabilities(X))
    assert same(softmax(X)[0], probabilities(X))


def of_logits(x, y=T):
    a = x.max(axis=1, keepdims=True)
    z = np.exp(x - a).sum(axis=1, keepdims=True)
    return np.sum(y * (np.log(z) - (x - a)), axis=1)


@holds(
    "softmax_crossentropy.2",
    r"\ell_i = \sum_j y_{ij} \left( \log z_i - (x_{ij} - a_i) \right)",
)
def test_crossentropy_of_logits():
    assert same(of_logits(X), -np.sum(T * np.log(probabilities(X)), axis=1))
    assert same(categorical_crossentropy(X, T, from_logits=True)[0], of_logits(X))


@holds(
    "softmax_crossentropy.3",
    r"\frac{\partial L}{\partial x_{ij}} = s_i \Big( p_{ij} \sum_k y_{ik} - y_{ij} \Big)",
)
def test_crossentropy_of_logits_backward():
    y = T * np.array([[1], [2], [0.5], [3]])  # rows that do not sum to 1
    ours = SCALE * (probabilities(X) * y.sum(axis=1, keepdims=True) - y)
    assert agree(ours, gradient(lambda x: A @ of_logits(x, y), X))


@holds("softmax_crossentropy.4", r"y_{ij} = (1 - s) t_{ij} + \frac{s}{c}")
def test_smoothing_between_classes():
    smoothed = categorical_crossentropy(U, T, label_smoothing=S)[0]
    assert same(smoothed, categorical_crossentropy(U, (1 - S) * T + S / C)[0])


def of_probabilities(u):
    return -np.sum(T * np.log(clip(u / u.sum(axis=1, keepdims=True))), axis=1)


@holds(
    "softmax_crossentropy.5",
    r"q_{ij} = \frac{u_{ij}}{\sum_k u_{ik}}, \qquad \ell_i = -\sum_j y_{ij} \log"
    r" \mathrm{clip}(q_{ij}, \epsilon, 1 - \epsilon)",
)
def test_crossentropy_of_probabilities():
    assert same(categorical_crossentropy(OUTSIDE, T)[0], of_probabilities(OUTSIDE))


def through_the_sum(d, q, total):
    return (d - np.sum(d * q, axis=1, keepdims=True)) / total


@holds(
    "softmax_crossentropy.6",
    r"\frac{\partial L}{\partial u_{ij}} = \frac{1}{S_i} \Big( d_{ij} - \sum_k d_{ik} q_{ik} \Big)",
)
def test_crossentropy_of_probabilities_backward():
    total = OUTSIDE.sum(axis=1, keepdims=True)
    q = OUTSIDE / total
    d = np.where(inside(q), -SCALE * T / clip(q), 0)
    ours = through_the_sum(d, q, total)
    assert agree(ours, gradient(lambda u: A @ of_probabilities(u), OUTSIDE))
    cache = categorical_crossentropy(OUTSIDE, T)[1]
    assert same(categorical_crossentropy_backward(cache, A), ours)


def of_labels(u):
    return of_logits(np.log(clip(u)), np.eye(C)[LABELS])


@holds(
    "softmax_crossentropy.7",
    r"x_{ij} = \log \mathrm{clip}(u_{ij}, \epsilon, 1 - \epsilon)",
)
def test_labels_from_probabilities():
    assert same(sparse_categorical_crossentropy(OUTSIDE, LABELS)[0], of_labels(OUTSIDE))


@holds(
    "softmax_crossentropy.8",
    r"\frac{\partial L}{\partial u_{ij}} = \frac{1}{u_{ij}} \frac{\partial L}{\partial x_{ij}}"
    r" \quad \text{if } \epsilon \le u_{ij} \le 1 - \epsilon, \text{ else } 0",
)
def test_labels_from_probabilities_backward():
    dx = SCALE * (probabilities(np.log(clip(OUTSIDE))) - np.eye(C)[LABELS])
    ours = np.where(inside(OUTSIDE), dx / OUTSIDE, 0)
    assert agree(ours, gradient(lambda u: A @ of_labels(u), OUTSIDE))
    cache = sparse_categorical_crossentropy(OUTSIDE, LABELS)[1]
    assert same(sparse_categorical_crossentropy_backward(cache, A), ours)


# -- focal --

ALPHA, GAMMA = np.array([0.2, 0.5, 0.9]), 2.5


def focal(q):
    p = clip(q)
    return -np.sum(ALPHA * (1 - p) ** GAMMA * T * np.log(p), axis=1)


@holds(
    "categorical_focal_crossentropy.1",
    r"\ell_i = -\sum_j \alpha_j (1 - p_{ij})^\gamma y_{ij} \log p_{ij}",
)
def test_focal():
    theirs = categorical_focal_crossentropy(U, T, alpha=ALPHA, gamma=GAMMA)[0]
    assert same(theirs, focal(U / U.sum(axis=1, keepdims=True)))


@holds(
    "categorical_focal_crossentropy.2",
    r"\frac{\partial L}{\partial q_{ij}} = a_i \alpha_j y_{ij} (1 - p_{ij})^{\gamma - 1} \Bigl("
    r" \gamma \log p_{ij} - \frac{1 - p_{ij}}{p_{ij}} \Bigr)",
)
def test_focal_backward():
    inner = GAMMA * np.log(U) - (1 - U) / U
    ours = SCALE * ALPHA * T * (1 - U) ** (GAMMA - 1) * inner
    assert agree(ours, gradient(lambda q: A @ focal(q), U))
