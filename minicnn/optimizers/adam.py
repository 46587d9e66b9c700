"""Adam and AdamW: running means of the gradient and its square set the step of every weight."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in
from minicnn.kernels.adam import adam
from minicnn.optimizers.base import Optimizer, Rate, as_keras_casts

__all__ = ["Adam", "AdamW", "amsgrad_step", "step_size"]


def step_size(rate: np.floating, beta_1: np.floating, beta_2: np.floating, t: int) -> np.floating:
    """Return the learning rate of step t, corrected for the bias of both moments.

        alpha_t = rate sqrt(1 - beta_2^t) / (1 - beta_1^t)    (adam.4)

    Parameters
    ----------
    rate, beta_1, beta_2 : numbers of one dtype
        Learning rate and decay rates.
    t : int
        Number of the step, from 1.

    Returns
    -------
    number of that dtype
    """
    as_dtype = type(rate)
    one, steps = as_dtype(1), as_dtype(t)
    return rate * np.sqrt(one - beta_2**steps) / (one - beta_1**steps)


def amsgrad_step(
    theta: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    v_hat: np.ndarray,
    *,
    alpha: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    """Update moments and parameter in place, dividing by the largest second moment so far.

        v_hat  = max(v_hat, v)
        theta -= alpha m / (sqrt(v_hat) + epsilon)            (adam.5)

    Parameters
    ----------
    theta, g, m, v, v_hat : ndarray of one dtype and shape
        `g` is left untouched.
    alpha, beta_1, beta_2, epsilon : float
        As for :func:`minicnn.kernels.adam.adam`, whose moments these are.

    Notes
    -----
    Source: Reddi, Kale & Kumar 2018, "On the convergence of Adam and beyond", algorithm 2; with
    the bias correction of Adam, as in Keras.
    """
    as_dtype = theta.dtype.type
    m += (g - m) * as_dtype(1 - beta_1)
    v += (g * g - v) * as_dtype(1 - beta_2)
    np.maximum(v_hat, v, out=v_hat)
    theta -= m * as_dtype(alpha) / (np.sqrt(v_hat) + as_dtype(epsilon))


class Adam(Optimizer):
    """Adaptive moments.

    Parameters
    ----------
    learning_rate : float or schedule
        Roughly the largest change of a weight in a step.
    beta_1, beta_2 : float
        Decay rates of the two moments, in [0, 1).
    epsilon : float
        Added to the root of the second moment before its bias correction, as in Keras:
        "epsilon hat" in the paper.
    amsgrad : bool
        Whether to divide by the largest second moment so far, so that no step size grows again.
    **common
        `clipnorm`, `use_ema`, `ema_momentum`, `ema_overwrite_frequency`, `name`: see
        :class:`~minicnn.optimizers.base.Optimizer`.

    Notes
    -----
    Source: Kingma & Ba 2015, "Adam: a method for stochastic optimization", section 2: the
    reordered form at its end, which differs from algorithm 1 in the place of epsilon.
    """

    slots_by_parameter = True
    slots_behind: ClassVar[tuple[str, ...]] = ("velocity_hat",)

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **common: Any,
    ) -> None:
        title = type(self).__name__
        self.beta_1 = number_in("[0, 1)", beta_1, f"{title}: beta_1")
        self.beta_2 = number_in("[0, 1)", beta_2, f"{title}: beta_2")
        self.epsilon = number_in("[0, inf)", epsilon, f"{title}: epsilon")
        self.amsgrad = bool(amsgrad)
        super().__init__(learning_rate, **common)

    @property
    def slot_names(self) -> tuple[str, ...]:
        """First and second moment, and the largest second one so far."""
        return ("momentum", "velocity", *(self.slots_behind if self.amsgrad else ()))

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        beta_1, beta_2 = as_keras_casts(self.beta_1, theta), as_keras_casts(self.beta_2, theta)
        update = amsgrad_step if self.amsgrad else adam
        update(
            theta,
            g,
            *(slots[name] for name in self.slot_names),
            alpha=float(step_size(rate, beta_1, beta_2, self.iterations + 1)),
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            epsilon=self.epsilon,
        )

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if not self.amsgrad:
            del config["amsgrad"]  # files and runs from before there was one stay the same
        return config


class AdamW(Adam):
    """Adam with weight decay that bypasses the moments.

    Parameters
    ----------
    learning_rate : float or schedule
        Roughly the largest change of a weight in a step.
    weight_decay : float
        Share of a weight that each step subtracts, times the learning rate. All parameters
        decay, as in Keras.
    beta_1, beta_2, epsilon, amsgrad, **common
        See :class:`Adam`.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **common: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError(
                "AdamW: weight_decay must be a number in [0, inf), got None; for no decay, use "
                "Adam."
            )
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **common
        )
