"""Every optimizer with its options, and parameters to change."""

import numpy as np

from minicnn.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Nadam, RMSprop
from minicnn.schedules import ExponentialDecay

__all__ = ["MAKERS", "draw"]

MAKERS = [
    SGD,
    lambda: SGD(momentum=0.9, nesterov=True),
    Adam,
    AdamW,
    lambda: Adam(amsgrad=True),
    RMSprop,
    lambda: RMSprop(momentum=0.9, centered=True),
    Adadelta,
    Adagrad,
    Adamax,
    Nadam,
    lambda: Adam(ExponentialDecay(0.1, 3, 0.5), clipnorm=0.1),
    lambda: Adam(use_ema=True, ema_overwrite_frequency=4),
]


def draw(dtype=np.float32, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "dense/kernel": rng.normal(size=(4, 3)).astype(dtype),
        "dense/bias": rng.normal(size=3).astype(dtype),
    }
