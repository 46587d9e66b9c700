"""Milestone 2: a small LeNet made of the reader's functions reads handwritten digits.

The images are scikit-learn's digits, 8 x 8 pixels. Two convolutions, max pooling and two dense
layers with dropout: in small, LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning
applied to document recognition", section II.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.layers.conv2d import conv2d, conv2d_backward
from minicnn.layers.dropout import dropout
from minicnn.layers.max_pooling2d import max_pooling2d, max_pooling2d_backward
from minicnn.milestones.answers import Answers, compare
from minicnn.milestones.xor import compare_dense_parts
from minicnn.optimizers import Adam

__all__ = ["NEEDED", "TITLE", "reach"]

TITLE = "your LeNet reads handwritten digits"
#: The functions, and the exercises that ask for them.
NEEDED = {
    "dense": "3.3",
    "dense_backward": "3.3",
    "leaky_relu": "4.3",
    "leaky_relu_backward": "4.3",
    "softmax_crossentropy": "5.3",
    "adam_step": "6.4",
    "convolve": "8.4",
    "im2col": "9.4",
    "col2im": "9.4",
    "max_pool_backward": "10.3",
    "dropout": "12.3",
    "dropout_backward": "12.3",
}
SLOPE, DROPPED, RATE, BATCH, EPOCHS = 0.01, 0.25, 0.005, 64, 10
#: Images to train on; the other 360 judge.
TRAINED = 1437
#: The share of these that counts as read.
READ = 0.97


def reach(answers: Answers) -> Iterator[str]:
    """Compare the functions, train with them, and say line by line what holds.

    Raises
    ------
    ValueError
        As soon as something does not hold.
    ImportError
        Without scikit-learn.
    """
    images, labels = _digits()
    _compare_functions(answers)
    yield "Your functions agree with the library's."
    network = _Network(answers)
    rng = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        losses = [
            network.step(images[batch], labels[batch], rng)
            for batch in np.array_split(rng.permutation(TRAINED), TRAINED // BATCH)
        ]
        yield f"Epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.3f}"
    right = np.mean(network.scores(images[TRAINED:]).argmax(axis=1) == labels[TRAINED:])
    if not right >= READ:
        raise ValueError(f"{right:.1%} of the other digits are right, expected {READ:.0%}.")
    yield f"{right:.1%} of {len(labels) - TRAINED} other digits are right."


def _digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the images (n, 8, 8, 1) from 0 to 1, and their labels, in an order by chance."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "the digits come with scikit-learn; run `python -m pip install scikit-learn`."
        ) from None
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    return data.images[order][..., None] / 16, data.target[order]


def _compare_functions(answers: Answers) -> None:
    compare_dense_parts(answers)
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(3, 2, 3, 4)), rng.normal(size=4)
    y, cache = conv2d(x, w, b)
    compare("convolve: y", answers("convolve", x, w, b), y)
    dy = rng.normal(size=y.shape)
    dx, dw, _ = conv2d_backward(dy, cache)
    columns = np.asarray(answers("im2col", x, 3, 2))
    rows = dy.size // 4
    compare("im2col: its shape", columns.shape, np.array([rows, 18]))
    compare("im2col: dw by it", columns.T @ dy.reshape(rows, 4), dw.reshape(18, 4))
    back = dy.reshape(rows, 4) @ w.reshape(18, 4).T
    compare("col2im: dx by it", answers("col2im", back, x.shape, 3, 2), dx)
    x = rng.normal(size=(2, 4, 6, 3))
    y, pooled = max_pooling2d(x)
    dy = rng.normal(size=y.shape)
    found = answers("max_pool_backward", dy, x, 2, 2)
    compare("max_pool_backward: dx", found, max_pooling2d_backward(dy, pooled))
    x, keep = rng.normal(size=(4, 5)), rng.random((4, 5)) >= DROPPED
    for name in ("dropout", "dropout_backward"):
        compare(name, answers(name, x, keep, DROPPED), dropout(x, keep, rate=DROPPED)[0])
    theirs = {"w": w.copy()}
    optimizer = Adam(RATE)
    ours, m, v = w.copy(), np.zeros_like(w), np.zeros_like(w)
    for t in (1, 2):
        optimizer.step(theirs, {"w": t * w})
        ours, m, v = answers.several("adam_step", "theta, m, v", ours, m, v, t * w, t, RATE)
    compare("adam_step: theta after two steps", ours, theirs["w"])


class _Network:
    """The parameters, and the steps over them, each computed by an answer."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        rng = np.random.default_rng(0)

        def kernel(fan_in: int, *shape: int) -> np.ndarray:
            return rng.normal(size=shape) * np.sqrt(2 / fan_in)

        self.params = {
            "k1": kernel(9, 3, 3, 1, 8),
            "c1": np.zeros(8),
            "k2": kernel(72, 3, 3, 8, 16),
            "c2": np.zeros(16),
            "w1": kernel(64, 64, 48),
            "b1": np.zeros(48),
            "w2": kernel(48, 48, 10),
            "b2": np.zeros(10),
        }
        self.m = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.v = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.t = 0

    def _features(self, x: np.ndarray) -> tuple[np.ndarray, ...]:
        call, p = self.answers, self.params
        a1 = call("convolve", x, p["k1"], p["c1"])
        r1 = call("leaky_relu", a1, SLOPE)
        a2 = call("convolve", r1, p["k2"], p["c2"])
        r2 = call("leaky_relu", a2, SLOPE)
        flat = max_pooling2d(r2)[0].reshape(len(x), -1)
        hidden = call("dense", flat, p["w1"], p["b1"])
        return a1, r1, a2, r2, flat, hidden, call("leaky_relu", hidden, SLOPE)

    def scores(self, x: np.ndarray) -> np.ndarray:
        """Return the logits (n, 10), without dropout."""
        return np.asarray(
            self.answers("dense", self._features(x)[-1], self.params["w2"], self.params["b2"])
        )

    def step(self, x: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> float:
        """Take one step of Adam on a batch and return its loss."""
        call, p, g = self.answers, self.params, {}
        a1, r1, a2, r2, flat, hidden, bent = self._features(x)
        keep = rng.random(bent.shape) >= DROPPED
        dropped = call("dropout", bent, keep, DROPPED)
        logits = call("dense", dropped, p["w2"], p["b2"])
        loss, d = call("softmax_crossentropy", logits, labels)
        d, g["w2"], g["b2"] = call("dense_backward", d, dropped, p["w2"])
        d = call("dropout_backward", d, keep, DROPPED)
        d = call("leaky_relu_backward", d, hidden, SLOPE)
        d, g["w1"], g["b1"] = call("dense_backward", d, flat, p["w1"])
        d = call("max_pool_backward", d.reshape(len(x), 2, 2, 16), r2, 2, 2)
        d = call("leaky_relu_backward", d, a2, SLOPE)
        d, g["k2"], g["c2"] = self._convolve_backward(d, r1, p["k2"])
        d = call("leaky_relu_backward", d, a1, SLOPE)
        _, g["k1"], g["c1"] = self._convolve_backward(d, x, p["k1"])
        self.t += 1
        for name, gradient in g.items():
            p[name], self.m[name], self.v[name] = call(
                "adam_step", p[name], self.m[name], self.v[name], gradient, self.t, RATE
            )
        return float(loss)

    def _convolve_backward(
        self, dy: np.ndarray, x: np.ndarray, kernel: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A convolution is a dense layer on the rows of im2col, so its gradients are, too."""
        kh, kw, _, f = kernel.shape
        rows, flat = self.answers("im2col", x, kh, kw), kernel.reshape(-1, f)
        d, dk, db = self.answers("dense_backward", dy.reshape(-1, f), rows, flat)
        return self.answers("col2im", d, x.shape, kh, kw), dk.reshape(kernel.shape), db
