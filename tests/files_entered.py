"""Count the files of the library that one training step of a small network enters.

    python tests/files_entered.py

A reader who follows a step through the code opens these files. The JIT is off and there is one
thread, so that kernels are entered like any other function.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType

os.environ["NUMBA_DISABLE_JIT"] = "1"


def files_entered() -> list[str]:
    """Return the files that the second ``train_on_batch`` of a five-layer network enters."""
    import numpy as np

    import minicnn
    from minicnn.kernels import threads
    from minicnn.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D

    package = Path(minicnn.__file__).parent
    threads.set_threads(1)
    model = minicnn.Sequential(
        [
            Input((8, 8, 1)),
            Conv2D(2, 3, activation="relu"),
            MaxPooling2D(),
            Flatten(),
            Dropout(0.25),
            Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype(np.float32)
    y = minicnn.to_categorical([0, 2], 3)
    model.train_on_batch(x, y)  # what happens once, such as the making of a plan, is not a step

    entered: set[Path] = set()

    def watch(frame: FrameType, event: str, argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(package):
            entered.add(path.relative_to(package))

    sys.setprofile(watch)
    try:
        model.train_on_batch(x, y)
    finally:
        sys.setprofile(None)
    return sorted(map(str, entered))


if __name__ == "__main__":
    found = files_entered()
    print(*found, f"{len(found)} files", sep="\n")
