"""Networks that are no row: forks that meet again, shared layers, models inside of models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import minicnn
from minicnn.layers import (
    Add,
    Average,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Maximum,
    MaxPooling2D,
    Multiply,
    ReLU,
    Reshape,
    Subtract,
)

SHAPE = (8, 6, 3)


def residual() -> minicnn.Model:
    """Two residual blocks, the second with a projection beside it."""
    inputs = Input(SHAPE)
    x = Conv2D(4, 3, padding="same", use_bias=False)(inputs)
    x = ReLU()(BatchNormalization()(x))
    y = Conv2D(4, 3, padding="same")(x)
    x = ReLU()(Add()([x, BatchNormalization()(y)]))
    y = Conv2D(6, 3, strides=2, padding="same", activation="relu")(x)
    x = Add()([Conv2D(6, 1, strides=2)(x), Conv2D(6, 3, padding="same")(y)])
    x = GlobalAveragePooling2D()(x)
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), name="residual", seed=0)


def squeeze_and_excitation() -> minicnn.Model:
    """Channels weighed by what is in them."""
    inputs = Input(SHAPE)
    x = Conv2D(4, 3, activation="relu")(inputs)
    weights = GlobalAveragePooling2D(keepdims=True)(x)
    weights = Dense(4, activation="sigmoid")(Dense(2, activation="relu")(weights))
    x = Flatten()(Multiply()([x, weights]))
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), seed=0)


def shared() -> minicnn.Model:
    """One layer called three times, and one value used by several calls."""
    inputs = Input(SHAPE)
    again = Conv2D(3, 3, padding="same", activation="tanh", name="again")
    once = again(inputs)
    twice = again(once)
    x = Concatenate()([once, twice, again(twice), inputs])
    x = Flatten()(MaxPooling2D()(x))
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), seed=0)


def nested() -> minicnn.Model:
    """A row and a graph inside of a graph; the row is called twice."""
    row = minicnn.Sequential(
        [Input(SHAPE), Conv2D(3, 3, padding="same"), BatchNormalization(), ReLU()], name="row"
    )
    inputs = Input(SHAPE)
    x = row(row(inputs))
    start = Input(SHAPE)
    inner = minicnn.Model(start, Average()([Conv2D(3, 1)(start), start]), name="inner")
    x = Flatten()(inner(x))
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), seed=0)


def joins() -> minicnn.Model:
    """Every way to join."""
    inputs = Input(SHAPE)
    a = Conv2D(4, 3, activation="tanh")(inputs)
    b = Conv2D(4, 3, activation="sigmoid")(inputs)
    x = Maximum()([Subtract()([a, b]), Multiply()([a, b]), Average()([a, b, a])])
    x = Reshape((-1, 8))(x)
    x = Flatten()(Concatenate(axis=1)([x, x]))
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), seed=0)


def autoencoder() -> minicnn.Model:
    """Models whose last call is the output, one of them called twice."""
    a = Input(SHAPE)
    encoder = minicnn.Model(a, Conv2D(3, 3, padding="same", activation="tanh")(a), name="encoder")
    b = Input(SHAPE)
    x = GlobalAveragePooling2D()(b)
    decoder = minicnn.Model(b, Dense(3, activation="softmax")(x), name="decoder")
    inputs = Input(SHAPE)
    return minicnn.Model(inputs, decoder(encoder(encoder(inputs))), seed=0)


def twice() -> minicnn.Model:
    """The output is the second call of a nested graph."""
    a = Input((3,))
    inner = minicnn.Model(a, Dense(3, activation="softmax")(a), name="inner")
    inputs = Input((3,))
    return minicnn.Model(inputs, inner(inner(inputs)), seed=0)


def dropping() -> minicnn.Model:
    """Dropout before, inside and behind a nested model."""
    inner = minicnn.Sequential([Input((5,)), Dense(4), Dropout(0.5)])
    inputs = Input((5,))
    x = Dropout(0.5)(inner(Dropout(0.5)(inputs)))
    return minicnn.Model(inputs, Dense(3, activation="softmax")(x), seed=0)


GRAPHS: dict[str, Callable[[], minicnn.Model]] = {
    make.__name__: make
    for make in (
        *(residual, squeeze_and_excitation, shared, nested, joins),
        *(autoencoder, twice),
    )
}


def batch(model: minicnn.Model, n: int = 6, dtype: str = "float64", seed: int = 0):
    """Images and one-hot targets."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, *model.input_shape[1:])).astype(dtype)
    return x, np.eye(3, dtype=dtype)[rng.integers(0, 3, n)]
