"""Nadam: Adam that looks ahead along its momentum, as Nesterov's does."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate, as_keras_casts

__all__ = ["Nadam", "momentum_product", "nadam"]

#: How fast the momentum grows: the paper's number, and Keras's.
_GROWTH = 0.96
#: From here on the growth is over: 0.96^1000 = 2e-18.
_GROWN = 1000


def nadam(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    *,
    rate: np.floating,
    beta_1: np.floating,
    beta_2: np.floating,
    epsilon: float,
    t: int,
    product: float,
) -> None:
    """Take step t, from 1, in place.

        mu_t = beta_1 (1 - 0.96^t / 2)                        (nadam.1)
        m = m + (1 - beta_1) (g - m)
        v = v + (1 - beta_2) (g^2 - v)                        (nadam.2)
        m' = mu_{t+1} m / (1 - P_t mu_{t+1}) + (1 - mu_t) g / (1 - P_t)    (nadam.3)
        theta -= rate m' / (sqrt(v / (1 - beta_2^t)) + epsilon)            (nadam.4)

    Parameters
    ----------
    theta, g, m, v : ndarray of one dtype and shape
        Parameter, gradient, running means of the gradient and of its square.
    rate, beta_1, beta_2 : numbers of theta's dtype
        Learning rate and decay rates.
    epsilon : float
        Keeps the quotient finite.
    t : int
        Number of the step.
    product : float
        P_t, the product of mu_1 to mu_t: :func:`momentum_product`.
    """
    as_dtype = theta.dtype.type
    one, growth, p = as_dtype(1), as_keras_casts(_GROWTH, theta), as_dtype(product)
    now = beta_1 * (one - as_dtype(0.5) * growth ** as_dtype(t))
    ahead = beta_1 * (one - as_dtype(0.5) * growth ** as_dtype(t + 1))
    m += (one - beta_1) * (g - m)
    v += (one - beta_2) * (np.square(g) - v)
    mean = ahead * m / (one - p * ahead) + (one - now) * g / (one - p)
    deviation = np.sqrt(v / (one - beta_2 ** as_dtype(t)))
    theta -= rate * mean / (deviation + as_dtype(epsilon))


def momentum_product(beta_1: float, t: int) -> float:
    """Return the product of the momenta of steps 1 to t, a function of t alone.

    P_t = prod_{i=1}^t beta_1 (1 - 0.96^i / 2)            (nadam.5)
    """
    grown = 1 - 0.5 * _GROWTH ** np.arange(1, min(t, _GROWN) + 1)
    return float(beta_1**t * np.prod(grown))


class Nadam(Optimizer):
    """Adam with Nesterov's momentum.

    Parameters
    ----------
    learning_rate : float or schedule
        Roughly the largest change of a weight in a step.
    beta_1, beta_2 : float
        Decay rates of the two moments, in [0, 1).
    epsilon : float
        Added to the root of the second moment.
    **common
        See :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 2.
    """

    slots_by_parameter = True

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **common: Any,
    ) -> None:
        self.beta_1 = number_in("[0, 1)", beta_1, "Nadam: beta_1")
        self.beta_2 = number_in("[0, 1)", beta_2, "Nadam: beta_2")
        self.epsilon = number_in("[0, inf)", epsilon, "Nadam: epsilon")
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """First and second moment."""
        return ("momentum", "velocity")

    def file_numbers(self) -> dict[str, float]:
        """Return the product of the momenta so far, which Keras keeps as a variable."""
        return {"variable": momentum_product(self.beta_1, self.iterations)}

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        step = self.iterations + 1
        nadam(
            theta,
            g,
            slots["momentum"],
            slots["velocity"],
            rate=rate,
            beta_1=as_keras_casts(self.beta_1, theta),
            beta_2=as_keras_casts(self.beta_2, theta),
            epsilon=self.epsilon,
            t=step,
            product=momentum_product(self.beta_1, step),
        )
