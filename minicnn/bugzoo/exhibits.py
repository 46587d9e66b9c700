"""How each right copy is made and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minicnn.checking import (
    CheckReport,
    check_layer,
    check_loss,
    check_optimizer,
    check_training_step,
)
from minicnn.layers import Conv2D, Dense, Layer
from minicnn.losses import CategoricalCrossentropy
from minicnn.optimizers import SGD, Adam

__all__ = ["EXHIBITS", "Exhibit"]


class Exhibit(NamedTuple):
    """A copy of something that is learned from or with.

    Attributes
    ----------
    class_name : str
        The class in its file.
    what : str
        "layer", "regularizer", "loss", "optimizer" or "training step".
    check : callable
        Takes the class; returns a report.
    """

    class_name: str
    what: str
    check: Callable[[type], CheckReport]


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def _layer(
    class_name: str, shape: tuple[int, ...], like: Layer | None = None, **arguments: Any
) -> Exhibit:
    return Exhibit(
        class_name, "layer", lambda cls: check_layer(cls(**arguments), _numbers(*shape), like=like)
    )


def _batch_norm(cls: type) -> CheckReport:
    # Channels of different variance: a factor per channel is not a constant one.
    return check_layer(cls(), _numbers(5, 3, 3, 2) * [0.5, 2.0])


def _penalised(cls: type) -> CheckReport:
    return check_layer(Dense(3, kernel_regularizer=cls(0.1)), _numbers(5, 4))


def _targets(n: int, c: int) -> np.ndarray:
    return np.eye(c)[np.arange(n) % c]


def _loss_of_probabilities(cls: type) -> CheckReport:
    p = np.exp(_numbers(5, 4))
    p /= p.sum(axis=1, keepdims=True)
    return check_loss(cls(), _targets(5, 4), p, like=CategoricalCrossentropy())


def _loss_of_scores(cls: type) -> CheckReport:
    like = CategoricalCrossentropy(from_logits=True)
    return check_loss(cls(), _targets(5, 4), _numbers(5, 4), like=like)


def _adam(cls: type) -> CheckReport:
    # A tiny epsilon: where it is added is a matter of convention.
    return check_optimizer(cls(epsilon=1e-12), Adam(epsilon=1e-12))


def _perceptron(cls: type) -> CheckReport:
    network, x, y = cls(5, 4, 3), _numbers(6, 5), _targets(6, 3)
    return check_training_step(
        lambda: network.step(x, y), lambda: network.loss(x, y), network.params, network.rate
    )


#: File of `copies/` -> how it is checked.
EXHIBITS: dict[str, Exhibit] = {
    "dense": _layer("MyDense", (6, 5), units=5),
    "relu": _layer("MyReLU", (5, 8), slope=0.1),
    "sigmoid": _layer("MySigmoid", (5, 4)),
    "softmax": _layer("MySoftmax", (6, 5)),
    "conv2d": _layer(
        "MyConv2D",
        (3, 7, 7, 2),
        like=Conv2D(2, 3, strides=2, padding="same"),
        filters=2,
        stride=2,
        padding=1,
    ),
    "im2col": _layer("MyIm2colConv2D", (3, 5, 5, 2), filters=2),
    "max_pooling": _layer("MyMaxPooling2D", (3, 5, 5, 2), size=3, stride=2),
    "average_pooling": _layer("MyAveragePooling2D", (3, 4, 4, 2)),
    "batch_norm": Exhibit("MyBatchNorm", "layer", _batch_norm),
    "layer_norm": _layer("MyLayerNorm", (5, 6)),
    "dropout": _layer("MyDropout", (5, 8), rate=0.4),
    "l2": Exhibit("MyL2", "regularizer", _penalised),
    "cross_entropy": Exhibit("MyCrossEntropy", "loss", _loss_of_probabilities),
    "softmax_cross_entropy": Exhibit("MySoftmaxCrossEntropy", "loss", _loss_of_scores),
    "momentum": Exhibit(
        "MyMomentum", "optimizer", lambda cls: check_optimizer(cls(), SGD(0.01, 0.9))
    ),
    "adam": Exhibit("MyAdam", "optimizer", _adam),
    "perceptron": Exhibit("MyPerceptron", "training step", _perceptron),
}
