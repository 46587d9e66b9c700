"""A short training of a small network made of the zoo's copies, with one mistake or none."""

from __future__ import annotations

import functools
import warnings
from typing import Any, NamedTuple

import numpy as np

from minicnn.bugzoo.bug import Bug, right_code, run
from minicnn.layers import Flatten, Input
from minicnn.random import generator
from minicnn.sequential import Sequential

__all__ = ["SEEDS", "Outcome", "measure", "train"]

SEEDS = (0, 1, 2)
IMAGES, TEST_IMAGES, EPOCHS, BATCH = 490, 350, 10, 32
SIZE, CLASSES = 12, 7

#: Where a copy stands for another in the network.
_INSTEAD = {
    "im2col": "conv2d",
    "average_pooling": "max_pooling",
    "softmax_cross_entropy": "cross_entropy",
    "momentum": "adam",
}


class Outcome(NamedTuple):
    """What a training ended with.

    Attributes
    ----------
    train, test : float
        Accuracies: of the last epoch's training steps, and of other images in inference.
    problem : str
        "NaN" if the loss became one, or the error that ended the training.
    """

    train: float
    test: float
    problem: str = ""


def train(copy: str, bug: Bug | None, seed: int, *, epochs: int = EPOCHS) -> Outcome:
    """Train a network that contains a copy, with a mistake in it or without.

    Parameters
    ----------
    copy : str
        File of `copies/`: the network has this layer, loss, optimizer or step.
    bug : Bug or None
        A mistake in that copy.
    seed : int
        Of the initial weights, the order of the images, and dropout.
    epochs : int
    """
    images, labels, test_images, test_labels = _faces()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if copy == "perceptron":
                return _by_hand(_class(copy, bug), seed, 3 * epochs)
            model = _network(copy, bug, seed)
            history = model.fit(
                images, np.eye(CLASSES, dtype=np.float32)[labels], BATCH, epochs, verbose=0
            ).history
            scores = model.predict(test_images)
        except Exception as error:
            return Outcome(np.nan, np.nan, f"{type(error).__name__}")
    problem = "" if np.isfinite(history["loss"]).all() and np.isfinite(scores).all() else "NaN"
    test = float(np.mean(scores.argmax(axis=1) == test_labels))
    return Outcome(float(history["accuracy"][-1]), test, problem)


def measure(copy: str, bug: Bug | None) -> dict[str, Any]:
    """Train with every seed; return the outcomes as lists, None for what is not a number."""
    outcomes = [train(copy, bug, seed) for seed in SEEDS]
    return {
        "train": [None if np.isnan(one.train) else round(one.train, 3) for one in outcomes],
        "test": [None if np.isnan(one.test) else round(one.test, 3) for one in outcomes],
        "problem": next((one.problem for one in outcomes if one.problem), ""),
    }


def _class(copy: str, bug: Bug | None = None) -> Any:
    return bug.load() if bug is not None else run(copy, right_code(copy), copy)


def _network(copy: str, bug: Bug | None, seed: int) -> Sequential:
    place = _INSTEAD.get(copy, copy)

    def part(name: str, *arguments: Any) -> Any:
        if name == place:
            return _class(copy, bug)(*arguments)
        return _class(name)(*arguments)

    def dense(units: int) -> Any:
        # A forgotten transposition runs only where the kernel is square.
        square = units == 32 or bug is None or bug.kind != "transposed"
        layer = part("dense", units) if square else _class("dense")(units)
        if copy == "l2":
            layer.regularizers["kernel"] = _class(copy, bug)(0.01)
        return layer

    conv = (8, 3) if copy == "im2col" else (8, 3, 1, 1)
    layers = [
        part("conv2d", *conv),
        part("batch_norm"),
        part("relu", 0.1),
        part("max_pooling", 2),
        part("dropout", 0.2),
        Flatten(),
        _class("dense")(32),
        *([part("layer_norm")] if copy == "layer_norm" else []),
        *([part("relu", 0.1), dense(32)] if copy == "dense" else []),
        part("sigmoid") if copy == "sigmoid" else part("relu", 0.1),
        dense(CLASSES),
    ]
    if copy != "softmax_cross_entropy":
        layers.append(part("softmax"))
    shape: Any = (SIZE, SIZE, 1)
    for number, layer in enumerate(layers):
        layer.name = f"layer_{number}"
        layer.build(shape, np.random.default_rng([seed, number]))
        shape = layer.output_shape
    model = Sequential([Input((SIZE, SIZE, 1)), *layers])
    model.seed = seed
    rate = 0.05 if copy == "momentum" else 0.005
    model.compile(part("adam", rate), part("cross_entropy"), metrics=["accuracy"])
    return model


def _by_hand(cls: Any, seed: int, epochs: int) -> Outcome:
    images, labels, test_images, test_labels = _faces()
    x, test_x = (array.reshape(len(array), -1) - 0.5 for array in (images, test_images))
    network, y = cls(x.shape[1], 32, CLASSES, 0.2, 1e-4, seed), np.eye(CLASSES)[labels]
    rng, right = generator(seed, "shuffle"), 0
    for _ in range(epochs):
        order, right = rng.permutation(len(x)), 0
        for start in range(0, len(x), BATCH):
            some = order[start : start + BATCH]
            right += int(np.sum(network.forward(x[some])[1].argmax(axis=1) == labels[some]))
            network.step(x[some], y[some])
    scores = network.forward(test_x)[1]
    problem = "" if np.isfinite(scores).all() else "NaN"
    return Outcome(right / len(x), float(np.mean(scores.argmax(axis=1) == test_labels)), problem)


@functools.cache
def _faces() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    from minicnn.fer.datasets.synthetic import load_synthetic

    faces = load_synthetic(train=IMAGES, test=TEST_IMAGES)
    arrays: list[np.ndarray] = []
    for part in (faces.train, faces.test):
        small = part.images.reshape(-1, SIZE, 48 // SIZE, SIZE, 48 // SIZE, 1).mean(axis=(2, 4))
        arrays += [(small / 255).astype(np.float32), np.asarray(part.labels)]
    return arrays[0], arrays[1], arrays[2], arrays[3]
