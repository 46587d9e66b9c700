"""Stochastic gradient descent, with momentum and Nesterov's look-ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate, as_keras_casts

__all__ = ["SGD", "sgd"]


def sgd(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray | None = None,
    *,
    rate: np.floating,
    momentum: np.floating | float = 0.0,
    nesterov: bool = False,
) -> None:
    """Take one step against the gradient, in place.

        theta -= rate g                                       (sgd.1)

    and with momentum

        m = momentum m - rate g
        theta += m                                            (sgd.2)
        theta += momentum m - rate g    with nesterov         (sgd.3)

    Parameters
    ----------
    theta, g : ndarray of one dtype and shape
        Parameter and gradient.
    m : ndarray, optional
        Momentum, of the same dtype and shape; None means (sgd.1).
    rate, momentum : number of theta's dtype
        Learning rate and decay of the momentum.
    nesterov : bool
        Whether to look ahead along the momentum.
    """
    if m is None:
        theta -= rate * g
        return
    pull = rate * g
    m *= momentum
    m -= pull
    theta += momentum * m - pull if nesterov else m


class SGD(Optimizer):
    """Gradient descent.

    Parameters
    ----------
    learning_rate : float or schedule
        Size of a step.
    momentum : float
        Decay rate of the momentum, in [0, 1]; 0 means no momentum.
    nesterov : bool
        Whether to use Nesterov's momentum.
    **common
        `clipnorm`, `use_ema`, `ema_momentum`, `ema_overwrite_frequency`, `name`: see
        :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source of the look-ahead: Sutskever, Martens, Dahl, Hinton 2013, "On the importance of
    initialization and momentum in deep learning", equations 3 and 4.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **common: Any,
    ) -> None:
        self.momentum = number_in("[0, 1]", momentum, "SGD: momentum")
        self.nesterov = bool(nesterov)
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The momentum, if there is one."""
        return ("momentum",) if self.momentum else ()

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        momentum = as_keras_casts(self.momentum, theta)
        m = slots.get("momentum")
        sgd(theta, g, m, rate=rate, momentum=momentum, nesterov=self.nesterov)
