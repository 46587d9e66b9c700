"""Milestone 1: the reader's dense layer, activation, loss and optimizer learn XOR.

No dense layer alone computes XOR; two with a bend between them do. The functions are compared
with the library's, then trained.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.kernels.softmax_crossentropy import (
    softmax_crossentropy,
    softmax_crossentropy_backward,
)
from minicnn.layers.dense import dense, dense_backward
from minicnn.layers.leaky_relu import leaky_relu, leaky_relu_backward
from minicnn.milestones.answers import Answers, compare

__all__ = ["NEEDED", "TITLE", "compare_dense_parts", "reach"]

TITLE = "your code learns XOR"
#: The functions, and the exercises that ask for them.
NEEDED = {
    "dense": "3.3",
    "dense_backward": "3.3",
    "leaky_relu": "4.3",
    "leaky_relu_backward": "4.3",
    "softmax_crossentropy": "5.3",
    "momentum_step": "6.3",
}
SLOPE, RATE, MOMENTUM, STEPS, HIDDEN = 0.1, 0.1, 0.9, 200, 8
BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 1, 0])
#: The loss that counts as learned; ln 2 = 0.693 is that of a guess.
LEARNED = 0.02


def reach(answers: Answers) -> Iterator[str]:
    """Compare the functions, train with them, and say line by line what holds.

    Raises
    ------
    ValueError
        As soon as something does not hold.
    """
    _compare_functions(answers)
    yield "Your functions agree with the library's."
    first, last, right = _train(answers)
    if not (right == len(LABELS) and last < LEARNED):
        raise ValueError(
            f"after {STEPS} steps {right} of {len(LABELS)} are right and the loss is {last:.3f}, "
            f"expected all of them and a loss below {LEARNED}."
        )
    yield f"{STEPS} steps took the loss from {first:.3f} to {last:.3f}."
    yield f"{right} of {len(LABELS)} are right, where no dense layer alone gets more than 3."


def compare_dense_parts(answers: Answers) -> None:
    """Compare the dense layer, the activation and the loss with the library's."""
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    dy, labels = rng.normal(size=(5, 4)), np.array([0, 3, 1, 2, 2])
    y, cache = dense(x, w, b)
    compare("dense: y", answers("dense", x, w, b), y)
    ours = answers.several("dense_backward", "dx, dw, db", dy, x, w)
    theirs = dense_backward(dy, cache)
    for name, one, expected in zip(("dx", "dw", "db"), ours, theirs, strict=True):
        compare(f"dense_backward: {name}", one, expected)
    bent, cache = leaky_relu(y, negative_slope=SLOPE)
    compare("leaky_relu: y", answers("leaky_relu", y, SLOPE), bent)
    slopes = answers("leaky_relu_backward", dy, y, SLOPE)
    compare("leaky_relu_backward: dx", slopes, leaky_relu_backward(dy, cache))
    losses, p = softmax_crossentropy(y, np.eye(4)[labels])
    loss, dz = answers.several("softmax_crossentropy", "loss, dz", y, labels)
    compare("softmax_crossentropy: loss", loss, np.mean(losses))
    scale = np.full(5, 1 / 5)
    expected = softmax_crossentropy_backward(p, np.eye(4)[labels], scale)
    compare("softmax_crossentropy: dz", dz, expected)


def _compare_functions(answers: Answers) -> None:
    compare_dense_parts(answers)
    rng = np.random.default_rng(0)
    w, dy = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    given = w.copy(), 0.1 * w, dy, RATE, MOMENTUM
    new, velocity = answers.several("momentum_step", "theta, u", *given)
    compare("momentum_step: u", velocity, MOMENTUM * 0.1 * w - RATE * dy)
    compare("momentum_step: theta", new, w + MOMENTUM * 0.1 * w - RATE * dy)


def _train(answers: Answers) -> tuple[float, float, int]:
    """Return the first and the last loss, and how many of the four answers are right."""
    rng = np.random.default_rng(0)
    params = {
        "w1": rng.normal(size=(2, HIDDEN)),
        "b1": np.zeros(HIDDEN),
        "w2": rng.normal(size=(HIDDEN, 2)) / np.sqrt(HIDDEN),
        "b2": np.zeros(2),
    }
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    losses = []
    for _ in range(STEPS + 1):
        hidden = answers("dense", BITS, params["w1"], params["b1"])
        bent = answers("leaky_relu", hidden, SLOPE)
        z = answers("dense", bent, params["w2"], params["b2"])
        loss, dz = answers("softmax_crossentropy", z, LABELS)
        losses.append(float(loss))
        grads = {}
        dbent, grads["w2"], grads["b2"] = answers("dense_backward", dz, bent, params["w2"])
        dhidden = answers("leaky_relu_backward", dbent, hidden, SLOPE)
        _, grads["w1"], grads["b1"] = answers("dense_backward", dhidden, BITS, params["w1"])
        for name in params:
            params[name], velocity[name] = answers(
                "momentum_step", params[name], velocity[name], grads[name], RATE, MOMENTUM
            )
    return losses[0], losses[-1], int(np.sum(np.argmax(z, axis=1) == LABELS))
