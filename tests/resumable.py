"""A small training with everything on that a resumed one has to get right.

Convolution, batch normalisation, dropout, augmentation, shuffling, moving averages, a plateau that
is reached, and early stopping that restores the best weights.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

import minicnn
from minicnn.callbacks import Callback, EarlyStopping, ReduceLROnPlateau, SwapEMAWeights
from minicnn.data.augmentation import Augmentation, AugmentedBatches
from minicnn.data.batches import ArrayBatches
from minicnn.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input, ReLU, Softmax
from minicnn.optimizers import Adam
from minicnn.saving.optimizer_variables import variables

__all__ = ["BATCHES", "EPOCHS", "callbacks", "fingerprint", "fit", "network"]

EPOCHS, BATCHES = 12, 5

_DRAW = np.random.default_rng(0)
_CLASSES = np.arange(21) % 3
_X = np.float32(0.4) * _DRAW.random((21, 8, 8, 1), dtype=np.float32)
_X[:, 2:6, 2:6] += np.float32(0.3) * _CLASSES[:, None, None, None].astype(np.float32)
_Y = np.eye(3, dtype=np.float32)[_CLASSES]


def network() -> minicnn.Sequential:
    """A few hundred weights of every kind."""
    layers = [
        Input((8, 8, 1)),
        Conv2D(2, 3, padding="same", kernel_regularizer="l2"),
        BatchNormalization(momentum=0.5),
        ReLU(),
        Dropout(0.2),
        Flatten(),
        Dense(3),
        Softmax(),
    ]
    model = minicnn.Sequential(layers, seed=3)
    optimizer = Adam(0.02, use_ema=True, ema_momentum=0.8)
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def callbacks() -> list[Callback]:
    """What counts beside the training; each of them does something in it."""
    return [
        SwapEMAWeights(swap_on_epoch=True),
        ReduceLROnPlateau("val_loss", factor=0.5, patience=1, min_delta=0.02, cooldown=2),
        EarlyStopping("val_loss", patience=3, min_delta=0.02, restore_best_weights=True),
    ]


def fit(
    model: minicnn.Sequential, extra: list[Callback], epochs: int = EPOCHS, **arguments: Any
) -> Any:
    """Train, with `extra` callbacks behind the others."""
    batches = ArrayBatches(_X[:15], _Y[:15], batch_size=3, shuffle=True, seed=3)
    augmented = AugmentedBatches(batches, Augmentation(erase=0.5, noise=0.1), seed=3)
    held_out = ArrayBatches(_X[15:], _Y[15:], batch_size=2)
    given = {"callbacks": [*callbacks(), *extra], "verbose": 0} | arguments
    return model.fit(augmented, epochs=epochs, validation_data=held_out, **given)


def fingerprint(model: minicnn.Sequential, history: Any) -> dict[str, Any]:
    """Weights, optimizer and history of a finished training, to the last bit."""
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(array.tobytes())
    slots = hashlib.sha256()
    for name, array in variables(model.optimizer, model.trainable_params()):
        slots.update(name.encode() + array.tobytes())
    return {
        "weights": digest.hexdigest(),
        "optimizer": slots.hexdigest(),
        "learning_rate": repr(model.optimizer.learning_rate),
        "history": repr(history.history),
        "epoch": history.epoch,
    }
