"""Repeat a run of ``minicnn train`` in Keras and lay the two histories side by side.

Same images, held-out part, scaling, order of the samples, and first weights; only the library
differs (and the dropout masks, which no two libraries draw alike).

example:
  minicnn train --data fer2013.zip --epochs 3 --no-augment --out runs/first
  python benchmarks/train_in_keras.py --run runs/first --data fer2013.zip --out docs/results/first
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.fer2013 import load_fer2013
from minicnn.fer.datasets.hold_out import hold_out
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.models.network import CONVOLUTIONS, DENSE, fer_network
from minicnn.files import atomic_write
from minicnn.labels import to_categorical
from minicnn.random import generator


def keras_network(seed: int):
    """The documented network in Keras, with the first weights of ``fer_network(seed=seed)``."""
    import keras

    layers = keras.layers
    model = keras.Sequential([keras.Input((48, 48, 1))])
    for filters, size, rate in CONVOLUTIONS:
        model.add(layers.Conv2D(filters, size, padding="same"))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
        model.add(layers.Dropout(rate))
    model.add(layers.Flatten())
    for units, rate in DENSE:
        model.add(layers.Dense(units))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dropout(rate))
    model.add(layers.Dense(len(EMOTIONS)))
    model.add(layers.Softmax())
    model.set_weights(fer_network(seed=seed).get_weights())
    model.compile(keras.optimizers.Adam(0.001), "categorical_crossentropy", metrics=["accuracy"])
    return model


def train(run: dict, data: Path) -> tuple[pd.DataFrame, dict]:
    """Train in Keras as `run` says; return a row per epoch and the figures on the test images."""
    import keras

    arguments = run["arguments"]
    if arguments.get("augmentation"):
        raise ValueError("Keras augments otherwise: compare a run of minicnn train --no-augment.")
    seed, size = arguments["seed"], arguments["batch_size"]
    keras.utils.set_random_seed(seed)
    dataset = load_fer2013(data)
    training, validation = dataset.train, None
    if arguments["validation_split"]:
        training, held_out = hold_out(training, arguments["validation_split"], seed=seed)
        validation = _arrays(held_out)
    x, y = _arrays(training)
    model, rows = keras_network(seed), []
    for epoch in range(arguments["epochs"]):
        order = generator(seed, "shuffle", epoch).permutation(len(x))
        start = time.perf_counter()
        history = model.fit(x[order], y[order], batch_size=size, shuffle=False, verbose=2)
        rate = len(x) / (time.perf_counter() - start)
        row = {"epoch": epoch + 1} | {name: values[-1] for name, values in history.history.items()}
        if validation is not None:
            figures = model.evaluate(*validation, batch_size=size, verbose=0, return_dict=True)
            row |= {f"val_{name}": value for name, value in figures.items()}
        rows.append(row | {"images_per_second": round(rate, 2)})
        print(rows[-1], flush=True)
    test = model.evaluate(*_arrays(dataset.test), batch_size=size, verbose=0, return_dict=True)
    return pd.DataFrame(rows), test


def _arrays(split) -> tuple[np.ndarray, np.ndarray]:
    return to_inputs(split.images), to_categorical(split.labels, len(EMOTIONS))


def figure(ours: pd.DataFrame, theirs: pd.DataFrame):
    """Draw both histories: loss and accuracy, training and held-out images."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    fig, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        for frame, library, colour in ((ours, "minicnn", "C0"), (theirs, "Keras", "C1")):
            label = f"{library}, training"
            axis.plot(frame["epoch"], frame[name], "o-", color=colour, label=label)
            if f"val_{name}" in frame:
                label = f"{library}, held out"
                axis.plot(frame["epoch"], frame[f"val_{name}"], "s--", color=colour, label=label)
        axis.set(xlabel="epoch", ylabel=name, title=name.capitalize())
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend()
    fig.suptitle("The documented network on FER2013: same data, order and first weights")
    return fig


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, required=True, help="run folder of minicnn train")
    parser.add_argument("--data", type=Path, required=True, help="the data of that run")
    parser.add_argument("--out", type=Path, required=True, help="folder for tables and figure")
    arguments = parser.parse_args()

    run = json.loads((arguments.run / "run.json").read_text())
    theirs, test = train(run, arguments.data)
    ours = pd.read_csv(arguments.run / "history.csv")
    arguments.out.mkdir(parents=True, exist_ok=True)
    with atomic_write(arguments.out / "keras_history.csv") as file:
        theirs.to_csv(file, index=False)
    with atomic_write(arguments.out / "keras_test.json") as file:
        file.write((json.dumps(test, indent=2) + "\n").encode())
    with atomic_write(arguments.out / "histories.png") as file:
        figure(ours, theirs).savefig(file, dpi=150)

    both = ours.merge(theirs, on="epoch", suffixes=("", "_keras"))
    both["loss ratio"] = both["loss"] / both["loss_keras"]
    both["accuracy difference"] = both["accuracy"] - both["accuracy_keras"]
    print(both[["epoch", "loss", "loss_keras", "loss ratio", "accuracy", "accuracy difference"]])


if __name__ == "__main__":
    main()
