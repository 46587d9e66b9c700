"""A long training takes no more memory than a short one."""

import os
from pathlib import Path

import numpy as np
import pytest

import minicnn
from minicnn import layers

STATM = Path("/proc/self/statm")


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells a process its memory now")
def test_after_2000_steps_memory_is_within_2_percent_of_that_after_200():
    model = minicnn.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(3, activation="softmax"),
        ],
        seed=0,
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100 * 16, 8, 8, 1)), np.eye(3)[rng.integers(0, 3, 100 * 16)]
    x, y = x.astype("float32"), y.astype("float32")
    model.fit(x, y, batch_size=16, epochs=2, verbose=0)
    after_200 = resident()
    model.fit(x, y, batch_size=16, epochs=20, initial_epoch=2, verbose=0)
    assert model.optimizer.iterations == 2000
    assert resident() <= 1.02 * after_200
