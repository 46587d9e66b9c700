"""Hold every layer and the documented network against Keras on TensorFlow, number by number.

Both libraries get the same weights and the same data. For every array the table shows the
largest difference of two elements, relative to the array's largest element, once computed in
float32 and once in float64. Exit code 0: they agree; 1: they do not; 2: no TensorFlow.

Example: python verify_against_tensorflow.py --batch-size 4 --seed 0
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from minicnn import layers
from minicnn.checking.against_tensorflow import (
    NETWORK_TOLERANCE,
    Difference,
    compare_first_step,
    compare_layer,
    require_keras,
    without_dropout,
)
from minicnn.checking.sensitivity import sensitivity
from minicnn.fer import fer_network

IMAGE = (9, 8, 3)
DTYPES = ("float32", "float64")

#: Two inputs, of which the second is a factor for each channel.
STRETCHED = (IMAGE, (1, 1, 3))

#: Layer, shape of its input (several where it joins), and whether to compare it in training mode.
#: Layers that draw random numbers draw others in Keras, so only their inference is comparable.
#: Arguments are numbers that float32 holds exactly, because Keras rounds them to float32 even in
#: float64.
LAYERS: list[tuple[layers.Layer, Any, bool]] = [
    (layers.Conv2D(5, 3, name="Conv2D"), IMAGE, True),
    (
        layers.Conv2D(
            5, (5, 4), strides=2, padding="same", activation="relu", name="Conv2D, strides 2, same"
        ),
        IMAGE,
        True,
    ),
    (layers.Conv2D(5, 3, dilation_rate=2, use_bias=False, name="Conv2D, dilation 2"), IMAGE, True),
    (layers.DepthwiseConv2D(3, 2, "same", 2, name="DepthwiseConv2D, strides 2"), IMAGE, True),
    (layers.SeparableConv2D(5, 3, padding="same", name="SeparableConv2D"), IMAGE, True),
    (layers.Conv2DTranspose(5, 3, 2, "same", name="Conv2DTranspose, strides 2"), IMAGE, True),
    (layers.Dense(5, name="Dense"), (12,), True),
    (layers.Dense(5, activation="softmax", name="Dense, softmax"), (12,), True),
    (layers.BatchNormalization(name="BatchNormalization of images"), IMAGE, True),
    (layers.BatchNormalization(name="BatchNormalization, inference"), IMAGE, False),
    (layers.BatchNormalization(momentum=0.5, name="BatchNormalization of vectors"), (12,), True),
    (layers.LayerNormalization(name="LayerNormalization"), IMAGE, True),
    (layers.MaxPooling2D(name="MaxPooling2D"), IMAGE, True),
    (layers.MaxPooling2D(3, 2, "same", name="MaxPooling2D, overlapping, same"), IMAGE, True),
    (layers.AveragePooling2D(3, 2, "same", name="AveragePooling2D, overlapping"), IMAGE, True),
    (layers.GlobalAveragePooling2D(name="GlobalAveragePooling2D"), IMAGE, True),
    (layers.GlobalMaxPooling2D(name="GlobalMaxPooling2D"), IMAGE, True),
    (layers.ZeroPadding2D(((1, 2), (0, 3)), name="ZeroPadding2D"), IMAGE, True),
    (layers.Cropping2D(((1, 2), (0, 3)), name="Cropping2D"), IMAGE, True),
    (layers.CenterCrop(5, 6, name="CenterCrop"), IMAGE, True),
    (layers.Resizing(18, 16, "nearest", name="Resizing, nearest"), IMAGE, True),
    (layers.UpSampling2D((2, 3), name="UpSampling2D"), IMAGE, True),
    (layers.Flatten(name="Flatten"), IMAGE, True),
    (layers.Permute((2, 1, 3), name="Permute"), IMAGE, True),
    (layers.Reshape((3, -1, 8), name="Reshape"), IMAGE, True),
    (layers.Rescaling(1 / 256, -0.5, name="Rescaling"), IMAGE, True),
    (layers.ReLU(name="ReLU"), IMAGE, True),
    (layers.ReLU(1.125, 0.25, 0.125, name="ReLU, bound, slope, threshold"), IMAGE, True),
    (layers.LeakyReLU(0.25, name="LeakyReLU"), IMAGE, True),
    (layers.PReLU(shared_axes=[1, 2], name="PReLU"), IMAGE, True),
    (layers.ELU(name="ELU"), IMAGE, True),
    (layers.Softmax(name="Softmax"), (7,), True),
    (layers.Activation("sigmoid", name="sigmoid"), IMAGE, True),
    (layers.Activation("tanh", name="tanh"), IMAGE, True),
    (layers.Add(name="Add"), (IMAGE, IMAGE), True),
    (layers.Subtract(name="Subtract"), (IMAGE, IMAGE), True),
    (layers.Multiply(name="Multiply, stretched"), STRETCHED, True),
    (layers.Average(name="Average of three"), (IMAGE, IMAGE, IMAGE), True),
    (layers.Maximum(name="Maximum, stretched"), STRETCHED, True),
    (layers.Concatenate(name="Concatenate"), (IMAGE, (9, 8, 2)), True),
    (layers.Dropout(0.25, name="Dropout, inference"), IMAGE, False),
    (layers.SpatialDropout2D(0.25, name="SpatialDropout2D, inference"), IMAGE, False),
    (layers.GaussianDropout(0.25, name="GaussianDropout, inference"), IMAGE, False),
    (layers.AlphaDropout(0.25, name="AlphaDropout, inference"), IMAGE, False),
    (layers.RandomFlip(name="RandomFlip, inference"), IMAGE, False),
    (layers.RandomRotation(0.25, name="RandomRotation, inference"), IMAGE, False),
    (layers.RandomZoom(0.25, name="RandomZoom, inference"), IMAGE, False),
    (layers.RandomTranslation(0.25, 0.5, name="RandomTranslation, inference"), IMAGE, False),
    (layers.RandomContrast(0.25, name="RandomContrast, inference"), IMAGE, False),
    (layers.RandomBrightness(0.25, name="RandomBrightness, inference"), IMAGE, False),
    (layers.GaussianNoise(0.125, name="GaussianNoise, inference"), IMAGE, False),
]


def compare_layers(batch_size: int, rng: np.random.Generator) -> list[list[Difference]]:
    """Return the differences of every case, both precisions in a pair."""
    rows = []
    for layer, shape, training in LAYERS:
        layer.build(shape, rng=0)
        # A grid of halves: full of equal maxima and exact zeros, where conventions decide.
        found, joins = [], isinstance(shape[0], tuple)
        xs = [
            np.round(2.0 * rng.normal(size=(batch_size, *one))) / 2.0
            for one in (shape if joins else (shape,))
        ]
        for dtype in DTYPES:
            cast = [x.astype(dtype) for x in xs]
            found.append(compare_layer(layer, cast if joins else cast[0], training=training))
        rows += map(list, zip(*found, strict=True))
    return rows


def compare_network(
    batch_size: int, seed: int, rng: np.random.Generator, console: Console
) -> list[list[Difference]]:
    """Return the differences of the documented network's first training step."""
    model = fer_network(seed=seed)
    while True:
        x = rng.random((batch_size, 48, 48, 1))
        moved = sensitivity(without_dropout(model, "float64"), x, rng)
        if moved <= NETWORK_TOLERANCE["float32"]:
            break
        console.print(
            f"Another batch: in this one rounding to float32 moves a gradient by {moved:.0e}, "
            "over a kink of a ReLU or a maximum."
        )
    y = np.eye(7)[rng.integers(0, 7, batch_size)]
    found = [compare_first_step(model, x.astype(dtype), y.astype(dtype)) for dtype in DTYPES]
    return list(map(list, zip(*found, strict=True)))


def show(console: Console, title: str, rows: list[list[Difference]]) -> bool:
    """Print the differences; return whether all of them are within their tolerance."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("layer", "array"):
        table.add_column(heading)
    for heading in (*DTYPES, ""):
        table.add_column(heading, justify="right")
    last = ""
    for pair in rows:
        name = pair[0].layer
        agrees = all(difference.agrees for difference in pair)
        numbers = [f"{difference.relative:.1e}" for difference in pair]
        verdict = "[green]ok[/]" if agrees else "[bold red]DIFFERENT[/]"
        table.add_row("" if name == last else name, pair[0].array, *numbers, verdict)
        last = name
    console.print(table)
    return all(difference.agrees for pair in rows for difference in pair)


def main(arguments: list[str] | None = None) -> int:
    """Compare, print, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--batch-size", type=int, default=4, help="samples in a batch (4)")
    parser.add_argument("--seed", type=int, default=0, help="seed of data and weights (0)")
    parser.add_argument(
        "--layers-only", action="store_true", help="leave out the documented network"
    )
    options = parser.parse_args(arguments)
    if options.batch_size < 2:
        parser.error(f"--batch-size must be 2 or more, got {options.batch_size}.")
    # A GPU may round float32 products to fewer digits (TF32); and TensorFlow need not chat.
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        keras = require_keras()
    except ImportError as error:
        print(error, file=sys.stderr)
        return 2
    console, rng = Console(), np.random.default_rng(options.seed)
    console.print(f"minicnn against Keras {keras.__version__}: largest relative differences.\n")
    agree = show(console, "Layers", compare_layers(options.batch_size, rng))
    if not options.layers_only:
        rows = compare_network(options.batch_size, options.seed, rng, console)
        agree &= show(console, "\nThe documented network, first training step", rows)
    console.print("\nEverything agrees." if agree else "\n[bold red]There are differences.[/]")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
