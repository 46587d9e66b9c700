"""The whole verification: the checks that need nothing, and those against TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minicnn.checking.against_tensorflow import require_keras
from minicnn.fer.datasets.synthetic import load_synthetic
from minicnn.fer.models.network import fer_network
from minicnn.labels import to_categorical
from minicnn.verification.against_keras import (
    compare_layers,
    compare_losses,
    compare_network,
    compare_steps,
)
from minicnn.verification.by_differences import check_layers, check_losses, check_network
from minicnn.verification.by_formulas import check_optimizers, check_schedules
from minicnn.verification.check import Check
from minicnn.verification.results import Results
from minicnn.verification.trajectory import TOLERANCE, Trajectory, follow

__all__ = ["verify"]

#: Samples in a step of the trajectory. With 8, the noise of the batch normalisations makes rounding
#: grow ten thousand times faster.
_BATCH = 16


def verify(
    *, steps: int = 200, seed: int = 0, tell: Callable[[str], None] = lambda text: None
) -> Results:
    """Verify every layer, loss, optimizer, schedule and the documented network.

    Parameters
    ----------
    steps : int
        Steps of the trajectory; 0 leaves it out.
    seed : int
        Of everything that is drawn.
    tell : callable
        Called with what is being done.
    """
    network = fer_network(seed=seed)
    checks: list[Check] = []

    def collect(what: str, found: Iterator[Check]) -> None:
        tell(what)
        checks.extend(found)

    collect("layers, by differences", check_layers(seed))
    collect("losses, by differences", check_losses(seed))
    collect("optimizers, by their formulas", check_optimizers(seed))
    collect("schedules, by their formulas", check_schedules())
    x = np.random.default_rng(seed).random((3, *network.layers[0].input_shape))
    collect("the documented network, by differences", check_network(network, x, seed))
    try:
        keras = require_keras()
    except ImportError as error:
        return Results(checks, [], str(error))
    collect("layers, in TensorFlow", compare_layers(seed))
    collect("losses, in TensorFlow", compare_losses(seed))
    collect("optimizers and schedules, in TensorFlow", compare_steps(seed))
    collect("the documented network, in TensorFlow", compare_network(network, seed))
    trajectories = list(_trajectories(network, steps, seed, tell))
    for one in trajectories:
        if one.dtype == "float64":  # float32 is shown, not judged
            what = f"weights, {steps} steps"
            checks.append(Check("Network", network.name, one.dtype, what, one.largest, TOLERANCE))
    return Results(checks, trajectories, f"Keras {keras.__version__}")


def _trajectories(
    network: Any, steps: int, seed: int, tell: Callable[[str], None]
) -> Iterator[Trajectory]:
    """Train on drawn faces, in either dtype."""
    if not steps:
        return
    faces = load_synthetic(train=min(_BATCH * steps, 256), test=1, seed=seed).train
    x, y = faces.images / 255.0, to_categorical(faces.labels)
    for dtype in ("float64", "float32"):
        tell(f"{steps} training steps of the network, here and in TensorFlow, in {dtype}")
        yield follow(network, x, y, dtype=dtype, steps=steps, batch_size=_BATCH)
