"""Count the files of the library that one training step of a small network enters.

    .venv/bin/python tests/files_entered.py

A reader who follows a step through the code opens these files. The JIT is off and there is one
thread, so that kernels are entered like any other function. So small a convolution goes through
im2col; the plan was made by ``compile``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType

os.environ["NUMBA_DISABLE_JIT"] = "1"


def files_entered() -> dict[str, list[str]]:
    """Return the files that the second ``train_on_batch`` of a five-layer network enters.

    In the order in which they are entered first, each with its functions.
    """
    import numpy as np

    import minicnn
    from minicnn.kernels import threads
    from minicnn.layers import Conv2D, Dense, Flatten, Input, ReLU, Softmax

    package = Path(minicnn.__file__).parent
    threads.set_threads(1)
    model = minicnn.Sequential(
        [
            Input((8, 8, 1)),
            Conv2D(2, 3),
            ReLU(),
            Flatten(),
            Dense(3),
            Softmax(),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype(np.float32)
    y = minicnn.to_categorical([0, 2], 3)
    model.train_on_batch(x, y)  # what happens once, such as the making of a plan, is not a step

    entered: dict[str, dict[str, None]] = {}

    def watch(frame: FrameType, event: str, argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        name = frame.f_code.co_name
        if event == "call" and path.is_relative_to(package):
            functions = entered.setdefault(path.relative_to(package).as_posix(), {})
            if not name.startswith("<"):
                functions[name] = None

    sys.setprofile(watch)
    try:
        model.train_on_batch(x, y)
    finally:
        sys.setprofile(None)
    return {path: list(functions) for path, functions in entered.items()}


if __name__ == "__main__":
    found = files_entered()
    for path, functions in found.items():
        print(f"{path:40}{', '.join(functions)}")
    print(f"{len(found)} files")
