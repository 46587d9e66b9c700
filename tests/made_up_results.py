"""Results that nobody measured, for the tests of tables and pages."""

from benchmarks.contenders import (
    COMPILED,
    IM2COL,
    KERAS,
    KERAS_FIT,
    KERAS_LAYERS,
    KERAS_MAP,
    MINICNN,
    PYTORCH,
    UNCHANGED,
)
from benchmarks.kernels import ROWS
from benchmarks.parts.augmentation import AUGMENTATION, IMAGES
from benchmarks.parts.fresh import COLD, COLD_CPU, COLD_MEMORY, FIRST, IMPORT, MEMORY
from benchmarks.parts.kernels import KERNELS, VERSIONS
from benchmarks.parts.layers import BACKWARD, FORWARD
from benchmarks.parts.roofline import COPY, SGEMM
from benchmarks.parts.sweeps import (
    BY_BATCH,
    BY_SIZE,
    PREDICTION,
    PREDICTION_BY_THREADS,
    TRAINING_BY_THREADS,
)
from benchmarks.parts.training import TRAINING
from benchmarks.results import Results
from minicnn.fer.models.network import fer_network

__all__ = ["FIT_SECONDS", "SECONDS", "made_up"]

#: Seconds of a training step on 32 images.
SECONDS = {
    MINICNN: 0.16,
    IM2COL: 0.30,
    KERAS: 0.24,
    KERAS_FIT: 0.32,
    PYTORCH: 0.40,
    COMPILED: 0.20,
}
#: Seconds of fit on IMAGES images.
FIT_SECONDS = {MINICNN: 2.0, UNCHANGED: 1.8, KERAS_LAYERS: 4.4, KERAS_MAP: 3.0}


def made_up() -> Results:
    """Fill in every figure, three rounds of which the second is slow for everybody."""
    results = Results()

    def add(figure, x, name, value):
        results.add(figure, x, name, [value, 3 * value, value])

    for name, seconds in SECONDS.items():
        add(TRAINING, 32, name, seconds)
        add(MEMORY, 32, name, 2000 * seconds)
    for name, seconds in FIT_SECONDS.items():
        add(AUGMENTATION, IMAGES, name, seconds)
    for name in (MINICNN, KERAS, PYTORCH):
        seconds = SECONDS[name]
        add(SGEMM, 1000, name, 0.01)
        for figure in (COLD, COLD_CPU, COLD_MEMORY, IMPORT, FIRST):
            add(figure, "", name, 2 * seconds)
        for batch in (1, 32, 256):
            add(PREDICTION, batch, name, seconds * batch / 100)
            if (name, batch) != (PYTORCH, 1):
                add(BY_BATCH, batch, name, seconds * batch / 32)
        for size in (24, 48):
            add(BY_SIZE, size, name, seconds * size**2 / 1000)
        for threads in (1, 2):
            add(TRAINING_BY_THREADS, threads, name, seconds / threads)
            add(PREDICTION_BY_THREADS, threads, name, seconds / threads / 3)
        for layer in fer_network().layers:
            add(FORWARD, layer.name, name, seconds / 100)
            add(BACKWARD, layer.name, name, seconds / 50)
    for row in ROWS:
        for version, seconds in zip(VERSIONS, (0.01, 0.04), strict=True):
            add(KERNELS, row, version, seconds)
    add(PREDICTION, 32, COMPILED, 0.01)
    add(COPY, 256, MINICNN, 0.02)
    return results
