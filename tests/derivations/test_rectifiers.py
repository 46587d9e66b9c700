"""The formulas of the layers made of straight lines, and of ELU."""

import numpy as np
from numeric import agree, gradient, slope
from tags import holds

from minicnn.layers.elu import elu
from minicnn.layers.leaky_relu import leaky_relu
from minicnn.layers.prelu import prelu, prelu_backward
from minicnn.layers.relu import relu
from minicnn.layers.rescaling import rescaling

X = np.array([-4.3, -1.2, -0.3, 0.1, 0.4, 1.7, 5.2])
DY = np.linspace(-1, 2, len(X))
S, T, ALPHA = 0.3, 0.25, 1.4


@holds("relu.1", r"y = x \text{ if } x > t, \qquad y = s (x - t) \text{ otherwise}")
def test_relu():
    ours = [x if x > T else S * (x - T) for x in X]
    assert np.allclose(relu(X, negative_slope=S, threshold=T)[0], ours, rtol=1e-14)


@holds("relu.2", r"dx = dy \text{ if } x > t, \qquad dx = s \cdot dy \text{ otherwise}")
def test_relu_backward():
    theirs = slope(lambda x: np.where(x > T, x, S * (x - T)), X)
    assert agree(np.where(X > T, DY, S * DY), DY * theirs)


@holds("leaky_relu.1", r"y = x \text{ if } x > 0, \qquad y = s x \text{ otherwise}")
def test_leaky_relu():
    ours = [x if x > 0 else S * x for x in X]
    assert np.allclose(leaky_relu(X, negative_slope=S)[0], ours, rtol=1e-14)


@holds("leaky_relu.2", r"dx = dy \text{ if } x > 0, \qquad dx = s \cdot dy \text{ otherwise}")
def test_leaky_relu_backward():
    theirs = slope(lambda x: np.where(x > 0, x, S * x), X)
    assert agree(np.where(X > 0, DY, S * DY), DY * theirs)


@holds("elu.1", r"y = x \text{ if } x > 0, \qquad y = \alpha (e^x - 1) \text{ otherwise}")
def test_elu():
    ours = [x if x > 0 else ALPHA * (np.exp(x) - 1) for x in X]
    assert np.allclose(elu(X, alpha=ALPHA)[0], ours, rtol=1e-14)


@holds("elu.2", r"dx = dy \text{ if } x > 0, \qquad dx = \alpha e^x dy \text{ otherwise}")
def test_elu_backward():
    theirs = slope(lambda x: np.where(x > 0, x, ALPHA * (np.exp(x) - 1)), X)
    assert agree(np.where(X > 0, DY, ALPHA * np.exp(X) * DY), DY * theirs)


XS = np.array([X, X[::-1], -X])
DYS = np.sin(np.arange(XS.size)).reshape(XS.shape)
SLOPES = np.linspace(-0.5, 0.7, len(X))


def rows(x, alpha):
    return np.where(x > 0, x, alpha * x)


@holds(
    "prelu.1",
    r"y_{ni} = x_{ni} \text{ if } x_{ni} > 0, \qquad y_{ni} = \alpha_i x_{ni} \text{ otherwise}",
)
def test_prelu():
    assert np.allclose(prelu(XS, SLOPES)[0], rows(XS, SLOPES), rtol=1e-14)


@holds(
    "prelu.2",
    r"dx_{ni} = dy_{ni} \text{ if } x_{ni} > 0, \qquad \alpha_i dy_{ni} \text{ if } x_{ni} < 0,"
    r" \qquad 0 \text{ if } x_{ni} = 0",
)
def test_prelu_by_its_input():
    ours = np.where(XS > 0, DYS, SLOPES * DYS)
    assert agree(ours, gradient(lambda x: np.sum(DYS * rows(x, SLOPES)), XS))
    # The derivative does not exist at zero; the formula says which value to use there.
    at_zero = prelu_backward(DYS, prelu(np.zeros_like(XS), SLOPES)[1])[0]
    assert np.array_equal(at_zero, np.zeros_like(XS))


@holds("prelu.3", r"d\alpha_i = \sum_{n, x_{ni} < 0} x_{ni} dy_{ni}")
def test_prelu_by_its_slopes():
    ours = np.sum(np.where(XS < 0, XS * DYS, 0), axis=0)
    assert agree(ours, gradient(lambda alpha: np.sum(DYS * rows(XS, alpha)), SLOPES))


@holds("rescaling.1", r"y = s x + o")
def test_rescaling():
    assert np.allclose(rescaling(X, scale=S, offset=T)[0], S * X + T, rtol=1e-14)


@holds("rescaling.2", r"dx = s \cdot dy")
def test_rescaling_backward():
    assert agree(S * DY, DY * slope(lambda x: S * x + T, X))
