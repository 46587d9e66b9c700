"""minicnn, as a user calls it: ``train_on_batch``, ``fit`` and ``predict``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import scipy.linalg.blas
import threadpoolctl

import minicnn
from benchmarks.contenders.workload import (
    CLASSES,
    FIRST_BATCHES,
    LEARNING_RATE,
    clocked,
    grey_bytes,
    images,
    targets,
    timed,
)
from benchmarks.kernels import ROWS, Pair
from minicnn.callbacks import Callback
from minicnn.data.augmentation import AugmentedBatches
from minicnn.data.batches import BatchSource
from minicnn.data.dataset import Split
from minicnn.fer.datasets.image_batches import ImageBatches
from minicnn.fer.runs.machine import describe_machine
from minicnn.layers import Input
from minicnn.optimizers import Adam
from minicnn.random import Key

__all__ = ["Contender"]


@lru_cache(maxsize=1)
def _pair(row: str, count: int) -> Pair:
    return ROWS[row](count)


class Contender:
    """The network of `folder`.

    The variant names the algorithm of the convolutions; "unchanged" is "auto", but `fit` takes the
    images as they are.
    """

    def __init__(self, folder: Path, variant: str, threads: int) -> None:
        self.unchanged, self.threads = variant == "unchanged", threads
        self.algorithm = "auto" if self.unchanged else variant
        self.model = self._prepared(minicnn.load_model(folder / "network.keras"))

    def _prepared(self, model: minicnn.Sequential) -> minicnn.Sequential:
        for layer in model.layers:
            if hasattr(layer, "algorithm"):
                layer.algorithm = self.algorithm
        model.compile(Adam(LEARNING_RATE), "categorical_crossentropy", metrics=["accuracy"])
        return model

    def _network(self, size: int) -> minicnn.Sequential:
        if self.model.input_shape[1] != size:
            copies = [type(layer).from_config(layer.get_config()) for layer in self.model.layers]
            self.model = self._prepared(minicnn.Sequential([Input((size, size, 1)), *copies]))
        return self.model

    def train(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        model, x, y = self._network(size), images(batch, size), targets(batch)
        return timed(lambda: model.train_on_batch(x, y), steps, warmup)

    def fit(self, batch: int, batches: int, steps: int, warmup: int) -> list[float]:
        count = batch * (FIRST_BATCHES + batches)
        split = Split(grey_bytes(count), np.arange(count) % CLASSES)
        source: BatchSource = ImageBatches(split, batch_size=batch, shuffle=True)
        source = source if self.unchanged else AugmentedBatches(source)

        def seconds() -> float:
            clock = clocked(Callback)
            self._network(48).fit(source, verbose=0, callbacks=[clock])
            return clock.ends[-1] - clock.ends[FIRST_BATCHES - 1]

        return [seconds() for _ in range(warmup + steps)][warmup:]

    def predict(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        model, x = self._network(size), images(batch, size)
        return timed(lambda: model.predict(x, batch_size=batch), steps, warmup)

    def classify(self, images_: int) -> list[list[float]]:
        return self.model.predict(images(images_)).tolist()

    def layers(self, batch: int, steps: int) -> list[dict[str, Any]]:
        rows, x, key = [], images(batch), Key(0, 0, np.arange(batch))
        rng = np.random.default_rng(1)
        for layer in self._network(48).layers:
            forward = timed(partial(layer.forward, x, training=True, key=key), steps, 1)
            x, cache = layer.forward(x, training=True, key=key)
            dy = rng.standard_normal(x.shape, np.float32)
            backward = timed(partial(layer.backward, dy, cache), steps, 1)
            rows.append({"layer": layer.name, "forward": forward, "backward": backward})
        return rows

    def kernel(self, row: str, version: str, images_: int, steps: int, warmup: int) -> list[float]:
        """Seconds of a kernel, or of its reference."""
        return timed(getattr(_pair(row, images_), version), steps, warmup)

    def sgemm(self, n: int, steps: int, warmup: int) -> list[float]:
        """Use the faster of the two BLAS libraries that come with NumPy and SciPy."""
        a, b = np.random.default_rng(0).random((2, n, n), np.float32)
        out, columns = np.empty((n, n), np.float32), (a.T, b.T)  # SciPy's takes Fortran order
        numpys = timed(lambda: np.matmul(a, b, out=out), steps, warmup)
        scipys = timed(lambda: scipy.linalg.blas.sgemm(1.0, *columns), steps, warmup)
        return min(numpys, scipys, key=np.median)

    def bandwidth(self, mebibytes: int, steps: int, warmup: int) -> list[float]:
        """Seconds for copying so many MiB with all threads: half is read, half is written."""
        source = np.ones((self.threads, (mebibytes << 17) // self.threads), np.float32)
        target = np.zeros_like(source)
        with ThreadPoolExecutor(self.threads) as pool:
            return timed(lambda: list(pool.map(np.copyto, target, source)), steps, warmup)

    def versions(self) -> dict[str, str]:
        blas = [
            f"{pool['prefix']} {pool['version']} {pool.get('architecture', '')}, "
            f"{pool['num_threads']} threads ({Path(pool['filepath']).parent.name})"
            for pool in threadpoolctl.threadpool_info()
            if pool["user_api"] == "blas"
        ]
        names = ("minicnn", "python", "numpy", "scipy", "numba")
        versions = {name: str(describe_machine()[name]) for name in names}
        return versions | {"BLAS": "; ".join(blas)}
