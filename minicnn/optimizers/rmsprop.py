"""RMSprop: every weight's step is divided by the size its gradient has had lately."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate

__all__ = ["RMSprop", "rmsprop"]


def rmsprop(
    theta: np.ndarray,
    g: np.ndarray,
    v: np.ndarray,
    m: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    *,
    rate: np.floating,
    rho: float,
    epsilon: float,
    momentum: float = 0.0,
) -> None:
    """Take one step, in place.

        v = rho v + (1 - rho) g^2                             (rmsprop.1)
        mean = rho mean + (1 - rho) g      if centered        (rmsprop.2)
        d = rate g / sqrt(v + epsilon)
        d = rate g / sqrt(v - mean^2 + epsilon)    if centered    (rmsprop.3)
        theta -= d
        m = momentum m + d,  theta -= m    with momentum      (rmsprop.4)

    Parameters
    ----------
    theta, g, v : ndarray of one dtype and shape
        Parameter, gradient and the running mean of its square.
    m, mean : ndarray, optional
        Momentum, and running mean of the gradient; None leaves it out.
    rate : number of theta's dtype
        Learning rate.
    rho, epsilon, momentum : float
        Decay of the means, what keeps the root away from zero, decay of the momentum.
    """
    as_dtype = theta.dtype.type
    old, new = as_dtype(rho), as_dtype(1 - rho)
    v *= old
    v += new * np.square(g)
    spread = v
    if mean is not None:
        mean *= old
        mean += new * g
        spread = v - np.square(mean)
    d = rate * g / np.sqrt(spread + as_dtype(epsilon))
    if m is not None:
        m *= as_dtype(momentum)
        m += d
        d = m
    theta -= d


class RMSprop(Optimizer):
    """Gradient descent scaled by a running root mean square.

    Parameters
    ----------
    learning_rate : float or schedule
        Size of a step.
    rho : float
        Decay rate of the running means, in [0, 1).
    momentum : float
        Decay rate of the momentum, in [0, 1]; 0 keeps none.
    epsilon : float
        Added under the root.
    centered : bool
        Whether to divide by the deviation from the mean instead of the mean square.
    **common
        `clipnorm`, `use_ema`, `ema_momentum`, `ema_overwrite_frequency`, `name`: see
        :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source: Tieleman & Hinton 2012, "Neural networks for machine learning", lecture 6.5; the
    centred form: Graves 2013, "Generating sequences with recurrent neural networks",
    equations 38 to 41.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **common: Any,
    ) -> None:
        self.rho = number_in("[0, 1)", rho, "RMSprop: rho")
        self.momentum = number_in("[0, 1]", momentum, "RMSprop: momentum")
        self.epsilon = number_in("[0, inf)", epsilon, "RMSprop: epsilon")
        self.centered = bool(centered)
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The mean square; momentum and mean where they are kept."""
        momentum = ("momentum",) if self.momentum else ()
        return ("velocity", *momentum, *(("average_gradient",) if self.centered else ()))

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        rmsprop(
            theta,
            g,
            slots["velocity"],
            slots.get("momentum"),
            slots.get("average_gradient"),
            rate=rate,
            rho=self.rho,
            epsilon=self.epsilon,
            momentum=self.momentum,
        )
