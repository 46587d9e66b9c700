"""Small images, labels and networks that the uses share."""

import functools
from pathlib import Path
from typing import Any

import numpy as np

__all__ = [
    "CLASSES",
    "IMAGES",
    "LABELS",
    "ONE_HOT",
    "TARGETS",
    "VECTORS",
    "applied",
    "dense",
    "fill",
    "folder_of_images",
    "small",
]

_rng = np.random.default_rng(0)
IMAGES = _rng.random((12, 8, 8, 2), dtype=np.float32)
VECTORS = _rng.random((12, 5), dtype=np.float32)
LABELS = np.array([0, 1, 2, 1, 0, 2, 2, 1, 0, 1, 2, 0])
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
TARGETS = _rng.random((12, 1), dtype=np.float32)
CLASSES = ("angry", "happy", "sad")


def fill(model: Any) -> Any:
    """Give a model or a layer weights that depend on nothing but their order and shapes."""
    rng = np.random.default_rng(7)
    model.set_weights(
        [
            rng.uniform(0.1 if weight.ndim == 1 else -0.5, 0.6, weight.shape).astype(np.float32)
            for weight in map(np.asarray, model.get_weights())
        ]
    )
    return model


def small(keras: Any, *, compiled: bool = True, functional: bool = False, **arguments: Any) -> Any:
    """Return a convolutional network for IMAGES and ONE_HOT."""
    ls = keras.layers
    row = [
        ls.Conv2D(2, 3, activation="relu"),
        ls.MaxPooling2D(),
        ls.Flatten(),
        ls.Dense(3, activation="softmax"),
    ]
    inputs = ls.Input((8, 8, 2))
    if functional:
        model = keras.Model(inputs, functools.reduce(lambda x, layer: layer(x), row, inputs))
    else:
        model = keras.Sequential([inputs, *row])
    if compiled:
        model.compile("sgd", "categorical_crossentropy", **{"metrics": ["accuracy"]} | arguments)
    return fill(model)


def dense(keras: Any, optimizer: Any = "sgd", loss: Any = "mse", **arguments: Any) -> Any:
    """Return a compiled network for VECTORS and TARGETS."""
    layers = keras.layers
    model = keras.Sequential(
        [layers.Input((5,)), layers.Dense(4, activation="tanh"), layers.Dense(1)]
    )
    model.compile(optimizer, loss, **arguments)
    return fill(model)


def applied(keras: Any, layer: Any, x: Any = IMAGES) -> Any:
    """Return what a layer makes of x, at inference and with the weights of `fill`."""
    model = keras.Sequential([keras.layers.Input(x.shape[1:]), layer])
    return fill(model).predict_on_batch(x)


def folder_of_images(top: Path, *, train: int = 4, test: int = 2, size: int = 8) -> Path:
    """Write png files as people keep FER2013: top/train/angry/0.png and so on."""
    from PIL import Image

    rng = np.random.default_rng(3)
    for split, count in (("train", train), ("test", test)):
        for name in CLASSES:
            folder = top / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                grey = rng.integers(0, 256, (size, size), dtype=np.uint8)
                Image.fromarray(grey).save(folder / f"{i}.png")
    return top
