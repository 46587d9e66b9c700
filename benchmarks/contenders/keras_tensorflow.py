"""Keras on TensorFlow, as its documentation recommends for speed on a CPU.

``jit_compile="auto"``, the default, is Keras's own choice (on a CPU: no XLA); ``fit`` reads from a
``tf.data`` pipeline with ``cache`` and ``prefetch`` (TensorFlow's guide "Better performance with
the tf.data API"). Batches are predicted by ``predict_on_batch``, a compiled graph; a single first
image by a plain call of the model, as the documentation of ``predict`` recommends.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks.contenders.tensorflow_augmentation import keras_layers, random_affine
from benchmarks.contenders.workload import (
    FIRST_BATCHES,
    LEARNING_RATE,
    clocked,
    grey_bytes,
    images,
    targets,
    timed,
)

__all__ = ["Contender"]


class Contender:
    """The network of `folder`; the variant names the verb or the augmentation it trains with."""

    def __init__(self, folder: Path, variant: str, threads: int) -> None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        self.variant = variant
        self.model = keras.models.load_model(folder / "network.keras", compile=False)
        self.compiled = False

    def _network(self, size: int) -> keras.Sequential:
        if self.model.input_shape[1] != size:
            copies = [type(layer).from_config(layer.get_config()) for layer in self.model.layers]
            self.model = keras.Sequential([keras.Input((size, size, 1)), *copies])
            self.compiled = False
        if not self.compiled:
            adam = keras.optimizers.Adam(LEARNING_RATE)
            self.model.compile(adam, "categorical_crossentropy", metrics=["accuracy"])
            self.compiled = True
        return self.model

    def train(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        model, x, y = self._network(size), images(batch, size), targets(batch)
        if self.variant == "train_on_batch":
            return timed(lambda: model.train_on_batch(x, y), steps, warmup)
        pipeline = tf.data.Dataset.from_tensors((x, y)).cache().repeat()
        clock = clocked(keras.callbacks.Callback)
        # A step begins where the one before it ends: one more, to begin with.
        count = max(warmup, 1) + steps
        pipeline = pipeline.prefetch(tf.data.AUTOTUNE)
        model.fit(pipeline, steps_per_epoch=count, verbose=0, callbacks=[clock])
        return np.diff(clock.ends)[count - 1 - steps :].tolist()

    def fit(self, batch: int, batches: int, steps: int, warmup: int) -> list[float]:
        count, model = batch * (FIRST_BATCHES + batches), self._network(48)
        augment = {"layers": keras_layers, "map": lambda: random_affine}[self.variant]()

        def changed(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return augment(tf.cast(x, tf.float32) / 255), y

        pipeline = tf.data.Dataset.from_tensor_slices((grey_bytes(count), targets(count)))
        # Without an end: a pipeline that may stop early would have less to do than a whole epoch.
        pipeline = pipeline.shuffle(count).repeat().batch(batch, drop_remainder=True)
        pipeline = pipeline.map(changed, num_parallel_calls=tf.data.AUTOTUNE)
        pipeline = pipeline.prefetch(tf.data.AUTOTUNE)

        def seconds() -> float:
            clock, length = clocked(keras.callbacks.Callback), FIRST_BATCHES + batches
            model.fit(pipeline, steps_per_epoch=length, verbose=0, callbacks=[clock])
            return clock.ends[-1] - clock.ends[FIRST_BATCHES - 1]

        return [seconds() for _ in range(warmup + steps)][warmup:]

    def predict(self, batch: int, size: int, steps: int, warmup: int) -> list[float]:
        model, x = self._network(size), images(batch, size)
        return timed(lambda: model.predict_on_batch(x), steps, warmup)

    def classify(self, images_: int) -> list[list[float]]:
        return self.model(images(images_), training=False).numpy().tolist()

    def layers(self, batch: int, steps: int) -> list[dict[str, Any]]:
        """Give the backward pass as the difference of both passes and the forward pass."""
        rows, x = [], tf.constant(images(batch))
        for layer in self._network(48).layers:
            forward, both = _passes(layer)
            y = forward(x)
            dy = tf.random.normal(y.shape)
            forwards = timed(partial(forward, x), steps, 1)
            boths = timed(partial(both, x, dy), steps, 1)
            backwards = [max(b - f, 0.0) for f, b in zip(forwards, boths, strict=True)]
            rows.append({"layer": layer.name, "forward": forwards, "backward": backwards})
            x = y
        return rows

    def sgemm(self, n: int, steps: int, warmup: int) -> list[float]:
        a, b = tf.constant(np.random.default_rng(0).random((2, n, n), np.float32))
        return timed(tf.function(lambda: tf.matmul(a, b)), steps, warmup)

    def versions(self) -> dict[str, str]:
        return {"tensorflow": tf.__version__, "keras": keras.__version__}


def _passes(layer: keras.Layer) -> tuple[Any, Any]:
    """Compile a layer's forward pass, and its forward and backward pass together."""

    @tf.function
    def forward(x: tf.Tensor) -> tf.Tensor:
        return layer(x, training=True)

    @tf.function
    def both(x: tf.Tensor, dy: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        # Where y is not returned, TensorFlow would not compute it.
        return y, tape.gradient(y, [x, *layer.trainable_variables], dy)

    return forward, both
