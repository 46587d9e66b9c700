"""Adamax: Adam with the largest gradient lately in place of a mean square."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate, as_keras_casts

__all__ = ["Adamax", "adamax"]


def adamax(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    u: np.ndarray,
    *,
    rate: np.floating,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    """Take one step, in place. `rate` is corrected for the bias of the first moment.

        m = m + (1 - beta_1) (g - m)                          (adamax.1)
        u = max(beta_2 u, |g|)                                (adamax.2)
        theta -= rate m / (u + epsilon)                       (adamax.3)

    Parameters
    ----------
    theta, g, m, u : ndarray of one dtype and shape
        Parameter, gradient, running mean of the gradient and its decaying maximum.
    rate : number of theta's dtype
        Learning rate over 1 - beta_1^t, (adamax.4).
    beta_1, beta_2, epsilon : float
        Decay of mean and maximum, and what keeps the quotient finite.
    """
    as_dtype = theta.dtype.type
    m += as_dtype(1 - beta_1) * (g - m)
    np.maximum(u * as_dtype(beta_2), np.abs(g), out=u)
    theta -= rate * m / (u + as_dtype(epsilon))


class Adamax(Optimizer):
    """Adam's variant with the infinity norm.

    Parameters
    ----------
    learning_rate : float or schedule
        The largest change of a weight in a step.
    beta_1, beta_2 : float
        Decay rates of the mean and of the maximum, in [0, 1).
    epsilon : float
        Added to the maximum. The paper has none; Keras adds it.
    **common
        See :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    The rate of step t, from 1, is corrected for the bias of m:

        alpha_t = rate / (1 - beta_1^t)                       (adamax.4)

    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", section 7.1.
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
        self.beta_1 = number_in("[0, 1)", beta_1, "Adamax: beta_1")
        self.beta_2 = number_in("[0, 1)", beta_2, "Adamax: beta_2")
        self.epsilon = number_in("[0, inf)", epsilon, "Adamax: epsilon")
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """First moment and largest gradient."""
        return ("momentum", "norm")

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        one = theta.dtype.type(1)
        decay = as_keras_casts(self.beta_1, theta) ** theta.dtype.type(self.iterations + 1)
        adamax(
            theta,
            g,
            slots["momentum"],
            slots["norm"],
            rate=rate / (one - decay),
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
        )
