"""Adadelta: steps as long as the last ones were, relative to the gradients they came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate

__all__ = ["Adadelta", "adadelta"]


def adadelta(
    theta: np.ndarray,
    g: np.ndarray,
    v: np.ndarray,
    u: np.ndarray,
    *,
    rate: np.floating,
    rho: float,
    epsilon: float,
) -> None:
    """Take one step, in place.

        v = rho v + (1 - rho) g^2                             (adadelta.1)
        d = g sqrt(u + epsilon) / sqrt(v + epsilon)           (adadelta.2)
        u = rho u + (1 - rho) d^2                             (adadelta.3)
        theta -= rate d                                       (adadelta.4)

    Parameters
    ----------
    theta, g, v, u : ndarray of one dtype and shape
        Parameter, gradient, and the running means of the gradient's and the step's square.
    rate : number of theta's dtype
        Learning rate; the paper has none, which is a rate of 1.
    rho, epsilon : float
        Decay of the means, and what keeps the roots away from zero.
    """
    as_dtype = theta.dtype.type
    old, new, small = as_dtype(rho), as_dtype(1 - rho), as_dtype(epsilon)
    v *= old
    v += new * np.square(g)
    d = np.sqrt(u + small) * g / np.sqrt(v + small)
    u *= old
    u += new * np.square(d)
    theta -= rate * d


class Adadelta(Optimizer):
    """Steps in the weights' own units, from running means of gradients and of steps.

    Parameters
    ----------
    learning_rate : float or schedule
        Factor of the steps. The paper's is 1.0; Keras's default is 0.001.
    rho : float
        Decay rate of the running means, in [0, 1).
    epsilon : float
        Added under both roots. It sets the size of the first step.
    **common
        See :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source: Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1.
    """

    slots_by_parameter = True

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **common: Any,
    ) -> None:
        self.rho = number_in("[0, 1)", rho, "Adadelta: rho")
        self.epsilon = number_in("[0, inf)", epsilon, "Adadelta: epsilon")
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The mean squares of the gradients and of the steps."""
        return ("accumulated_grad", "accumulated_delta_var")

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        adadelta(
            theta,
            g,
            slots["accumulated_grad"],
            slots["accumulated_delta_var"],
            rate=rate,
            rho=self.rho,
            epsilon=self.epsilon,
        )
