"""Adagrad: every weight's step shrinks with all the gradients it has had."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.optimizers.base import Optimizer, Rate

__all__ = ["Adagrad", "adagrad"]


def adagrad(
    theta: np.ndarray, g: np.ndarray, a: np.ndarray, *, rate: np.floating, epsilon: float
) -> None:
    """Take one step, in place.

        a = a + g^2                                           (adagrad.1)
        theta -= rate g / sqrt(a + epsilon)                   (adagrad.2)

    Parameters
    ----------
    theta, g, a : ndarray of one dtype and shape
        Parameter, gradient and the sum of its squares.
    rate : number of theta's dtype
        Learning rate.
    epsilon : float
        Keeps the root away from zero.
    """
    a += np.square(g)
    theta -= rate * g / np.sqrt(a + theta.dtype.type(epsilon))


class Adagrad(Optimizer):
    """Gradient descent with a step size for every weight, which only ever falls.

    Parameters
    ----------
    learning_rate : float or schedule
        Size of a step. The paper's 0.01 suits more problems than Keras's default.
    initial_accumulator_value : float
        What the sum of squares starts from, 0 or more.
    epsilon : float
        Added under the root.
    **common
        See :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source: Duchi, Hazan, Singer 2011, "Adaptive subgradient methods for online learning and
    stochastic optimization", figure 1, with diagonal matrices.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **common: Any,
    ) -> None:
        self.initial_accumulator_value = number_in(
            "[0, inf)", initial_accumulator_value, "Adagrad: initial_accumulator_value"
        )
        self.epsilon = number_in("[0, inf)", epsilon, "Adagrad: epsilon")
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The sum of squares."""
        return ("accumulator",)

    def initial_value(self, slot: str) -> float:
        return self.initial_accumulator_value if slot == "accumulator" else 0.0

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        adagrad(theta, g, slots["accumulator"], rate=rate, epsilon=self.epsilon)
