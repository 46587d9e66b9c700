r"""Activations without a file of their own: a formula and its slope, next to each other.

Each pair is ``name(x)`` and ``name_slope(x)``, elementwise, in the dtype of `x`; the derivative is
``dx = dy * name_slope(x)``. Beyond :data:`FAR` every curve here has become its limit, to the last
digit. Arguments are cut there, so that nothing overflows and no infinity meets a zero. NaN stays
NaN. Derivations: docs/math/activations.md.

Sources: Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10" (ReLU6); Klambauer et
al. 2017, "Self-normalizing neural networks", equation 2 (SELU); Hendrycks & Gimpel 2016, "Gaussian
error linear units", section 2; Elfwing, Uchibe, Doya 2018, "Sigmoid-weighted linear units",
equation 3, and Ramachandran, Zoph, Le 2017, "Searching for activation functions" (SiLU, there
"Swish"); Misra 2019, "Mish", equation 1; Dugas et al. 2001, "Incorporating second-order functional
knowledge for better option pricing", section 3 (softplus); Bergstra et al. 2009, "Quadratic
polynomials learn better image features" (softsign); Howard et al. 2019, "Searching for
MobileNetV3", section 5.2 (the hard forms).
"""

from __future__ import annotations

import math

import numpy as np

from minicnn.layers.elu import elu
from minicnn.layers.relu import relu, relu_backward
from minicnn.layers.sigmoid import sigmoid
from minicnn.layers.softmax import softmax

__all__ = [
    "exponential",
    "exponential_backward",
    "gelu",
    "gelu_slope",
    "hard_pieces",
    "hard_sigmoid",
    "hard_sigmoid_slope",
    "hard_silu",
    "hard_silu_slope",
    "log_softmax",
    "log_softmax_backward",
    "mish",
    "mish_slope",
    "relu6",
    "relu6_backward",
    "selu",
    "selu_pieces",
    "selu_slope",
    "silu",
    "silu_slope",
    "softplus",
    "softplus_slope",
    "softsign",
    "softsign_slope",
]

#: exp(-1000) is 0 in float64 as in float32.
FAR = 1000.0

# The two numbers that keep mean 0 and variance 1 through layers: SELU's alpha and lambda.
_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805


def relu6(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Cut to 0..6: (relu.1) with `max_value` 6. Return the output and the cache.

    .. math:: y = \min(\max(x, 0), 6) \tag{activations.1}
    """
    return relu(x, max_value=6.0)


def relu6_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative.

    .. math:: dx = dy \text{ if } 0 < x < 6, \quad dx = 0 \text{ otherwise} \tag{activations.2}
    """
    return relu_backward(dy, cache)


def selu(x: np.ndarray) -> np.ndarray:
    r"""Scale (elu.1) so that activations tend to mean 0 and variance 1.

    .. math:: y = \lambda x \text{ if } x \ge 0, \quad
              y = \lambda \alpha (e^x - 1) \text{ otherwise} \tag{activations.3}
    """
    return _SCALE * elu(x, alpha=_ALPHA)[0]


def selu_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope, at zero that of the upper side, as in TensorFlow.

    .. math:: y' = \lambda \text{ if } x \ge 0, \quad y' = \lambda \alpha e^x \text{ otherwise}
              \tag{activations.4}
    """
    below = (_SCALE * _ALPHA) * np.exp(np.minimum(x, 0))
    return np.where(x >= 0, x.dtype.type(_SCALE), below)


def selu_pieces(x: np.ndarray) -> np.ndarray:
    """Tell the side of zero on which each element lies."""
    return x >= 0


def gelu(x: np.ndarray, *, approximate: bool = False) -> np.ndarray:
    r"""Weight each value by the normal distribution function at it.

    .. math:: y = x\, \Phi(x), \quad \Phi(x) = \tfrac12 \operatorname{erfc}(-x / \sqrt2)
              \tag{activations.5}

    With `approximate`, the distribution function is replaced by a hyperbolic tangent:

    .. math:: \Phi(x) \approx \tfrac12 (1 + \tanh u), \quad
              u = \sqrt{2 / \pi}\, (x + 0.044715\, x^3) \tag{activations.6}
    """
    return np.maximum(x, -FAR) * _normal(x, approximate)


def gelu_slope(x: np.ndarray, *, approximate: bool = False) -> np.ndarray:
    r"""Return the slope, with the density of the normal distribution or the slope of its stand-in.

    .. math:: y' = \Phi(x) + x\, \varphi(x), \quad \varphi(x) =
              \frac{1}{\sqrt{2 \pi}} e^{-x^2 / 2} \tag{activations.7}
    .. math:: \varphi(x) \approx \tfrac12 (1 - \tanh^2 u)\, \sqrt{2 / \pi}\, (1 + 0.134145\, x^2)
              \tag{activations.8}
    """
    cdf, z = _normal(x, approximate), np.clip(x, -FAR, FAR)
    if approximate:
        # With t = tanh u = 2 cdf - 1, the factor (1 - t^2) / 2 is 2 cdf (1 - cdf).
        density = math.sqrt(8 / math.pi) * cdf * (1 - cdf) * (1 + 0.134145 * np.square(z))
    else:
        density = np.exp(-0.5 * np.square(z)) / math.sqrt(2 * math.pi)
    return cdf + z * density


def _normal(x: np.ndarray, approximate: bool) -> np.ndarray:
    """Return the distribution function of (activations.5) or (activations.6)."""
    if approximate:
        z = np.clip(x, -FAR, FAR)
        return 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    from scipy.special import erfc  # slow to import, and nothing else needs it

    return 0.5 * erfc(-x / math.sqrt(2))


def silu(x: np.ndarray) -> np.ndarray:
    r"""Weight each value by the sigmoid at it, (sigmoid.1); also called swish.

    .. math:: y = x\, \sigma(x) \tag{activations.9}
    """
    return np.maximum(x, -FAR) * sigmoid(x)[0]


def silu_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope.

    .. math:: y' = \sigma(x) \bigl(1 + x\, \sigma(-x)\bigr) \tag{activations.10}
    """
    z = np.clip(x, -FAR, FAR)
    return sigmoid(x)[0] * (1 + z * sigmoid(-x)[0])


def softplus(x: np.ndarray) -> np.ndarray:
    r"""Round off the kink of ReLU.

    .. math:: y = \log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|}) \tag{activations.11}
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softplus_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope, the sigmoid.

    .. math:: y' = \sigma(x) \tag{activations.12}
    """
    return sigmoid(x)[0]


def mish(x: np.ndarray) -> np.ndarray:
    r"""Weight each value by a softer step than the sigmoid.

    .. math:: y = x \tanh s, \quad s = \log(1 + e^x) \tag{activations.13}
    """
    return np.maximum(x, -FAR) * np.tanh(softplus(x))


def mish_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope.

    .. math:: y' = \tanh s + x\, (1 - \tanh^2 s)\, \sigma(x) \tag{activations.14}
    """
    t, z = np.tanh(softplus(x)), np.clip(x, -FAR, FAR)
    return t + z * (1 - t * t) * sigmoid(x)[0]


def softsign(x: np.ndarray) -> np.ndarray:
    r"""Squash to -1..1 by a quotient.

    .. math:: y = \frac{x}{1 + |x|} \tag{activations.15}
    """
    z = np.clip(x, -1e30, 1e30)  # an infinity divided by itself is none of the limits
    return z / (1 + np.abs(z))


def softsign_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope.

    .. math:: y' = \frac{1}{(1 + |x|)^2} \tag{activations.16}
    """
    return np.square(1 / (1 + np.abs(x)))


def hard_sigmoid(x: np.ndarray) -> np.ndarray:
    r"""Replace the sigmoid by three straight lines.

    .. math:: y = \min\bigl(\max(x + 3,\, 0),\, 6\bigr) / 6 \tag{activations.17}
    """
    return np.clip(x + 3, 0, 6) / 6


def hard_sigmoid_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope, at the kinks that of the outer lines.

    .. math:: y' = \tfrac16 \text{ if } -3 < x < 3, \quad y' = 0 \text{ otherwise}
              \tag{activations.18}
    """
    return np.where(np.abs(x) < 3, x.dtype.type(1 / 6), x.dtype.type(0))


def hard_silu(x: np.ndarray) -> np.ndarray:
    r"""Weight each value by the hard sigmoid at it; also called hard swish.

    .. math:: y = x\, h(x), \quad h \text{ from (activations.17)} \tag{activations.19}
    """
    return np.maximum(x, -3) * hard_sigmoid(x)


def hard_silu_slope(x: np.ndarray) -> np.ndarray:
    r"""Return the slope, at the kinks that of the outer pieces.

    .. math:: y' = \tfrac{2 x + 3}{6} \text{ if } -3 < x < 3, \quad y' = h(x) \text{ otherwise}
              \tag{activations.20}
    """
    return np.where(np.abs(x) < 3, (2 * np.clip(x, -3, 3) + 3) / 6, hard_sigmoid(x))


def hard_pieces(x: np.ndarray) -> np.ndarray:
    """Tell which of the three pieces of the hard forms each element lies on."""
    return (x > -3).astype(np.int8) + (x >= 3)


def exponential(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Return the exponential, infinite where it is too large for the dtype, and the cache.

    .. math:: y = e^x \tag{activations.21}
    """
    with np.errstate(over="ignore"):
        y = np.exp(x)
    return y, (y,)


def exponential_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative.

    .. math:: dx = y\, dy \tag{activations.22}
    """
    return dy * cache[0]


def log_softmax(x: np.ndarray, *, axis: int = -1) -> tuple[np.ndarray, tuple]:
    r"""Return the logarithm of (softmax.1) along an axis, and the cache.

    .. math:: y_i = x_i - m - \log \sum_j e^{x_j - m}, \quad m = \max_j x_j \tag{activations.23}
    """
    below = x - x.max(axis=axis, keepdims=True)
    y = below - np.log(np.exp(below).sum(axis=axis, keepdims=True))
    return y, (x, axis)


def log_softmax_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative, with p from (softmax.1).

    .. math:: dx_i = dy_i - p_i \sum_j dy_j \tag{activations.24}
    """
    x, axis = cache
    return dy - softmax(x, axis=axis)[0] * dy.sum(axis=axis, keepdims=True)
