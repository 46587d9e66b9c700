"""Exchange .keras files with the Keras that is installed, and train on in both libraries.

``python tests/foreign/keras_files.py`` prints what came of it as JSON; keras_versions.py calls it
for one version of Keras after the other.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import saving_twins

import minicnn

__all__ = ["BEFORE", "CASES", "KNOWN", "LIMITS", "STEPS", "Exchange", "control", "exchanges"]

#: Training steps before the file is written, and after it is read, in both libraries.
BEFORE, STEPS = 2, 5
#: Largest difference of an array, divided by the array's largest number (or by 1 if that is less).
LIMITS = {"outputs": 1e-5, "when read": 0.0, "after training": 1e-4}

_BUILDS = {name: getattr(saving_twins, name) for name in ("images", "averages", "activations")}
_BUILDS |= {name: getattr(saving_twins, name) for name in ("convolutions", "augmented", "shapes")}


def _geometric(lib: Any, _: float) -> Any:
    """The random changes of `augmented` that every Keras 3 has."""
    layers = lib.layers
    return lib.Sequential(
        [
            layers.Input(saving_twins.X.shape[1:]),
            layers.RandomRotation((0.1, 0.1), "constant", fill_value=0.5),
            layers.RandomZoom((0.23, 0.23), (-0.3, -0.3), "wrap", seed=4),
            layers.RandomTranslation((0.1, 0.1), (0.2, 0.2), interpolation="nearest"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def _thawed(lib: Any, noise: float) -> Any:
    model = saving_twins.images(lib, noise)
    for layer in model.layers:
        layer.trainable = True
    return model


def _residual(lib: Any, _: float) -> Any:
    """A residual block with a projection beside it: a graph."""
    layers = lib.layers
    inputs = layers.Input(saving_twins.X.shape[1:])
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(inputs)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Add()([layers.Conv2D(6, 1, strides=2)(x), y])
    x = layers.GlobalAveragePooling2D()(x)
    return lib.Model(inputs, layers.Dense(3, activation="softmax")(x))


_ZERO = "training: 3.0.0 takes the mean as a constant in a normalisation's gradient"
#: What cannot be equal: case, who writes the file (None: either), first version that it does not
#: concern, and why.
KNOWN: tuple[tuple[str, bool | None, tuple[int, ...], str], ...] = (
    *((case, None, (3, 0, 1), _ZERO) for case in ("layers: averages", "layers: convolutions")),
    ("layers: images, none frozen", None, (3, 0, 1), _ZERO),
    ("graph: residual", False, (3, 0, 1), _ZERO),
    (
        *("layers: images", None, (3, 2)),
        "training: its optimizer holds moments of frozen weights, too; minicnn's starts afresh",
    ),
    (
        *("graph: residual", True, (3, 4)),
        "graphs of one input or output: it expects another form than Keras writes since 3.4",
    ),
    (
        *("optimizer: nadam", True, (3, 10)),
        "its Nadam expects its variables in another order than Keras writes since 3.10",
    ),
)
#: Every layer with Adam, then every optimizer on a small model: name, build, optimizer.
CASES: list[tuple[str, Callable, str]] = [
    *((f"layers: {name}", build, "adam") for name, build in _BUILDS.items()),
    ("layers: images, none frozen", _thawed, "adam"),
    ("layers: random geometry", _geometric, "adam"),
    ("graph: residual", _residual, "sgd momentum"),
    *((f"optimizer: {name}", saving_twins.small, name) for name in saving_twins.OPTIMIZERS),
]


@dataclass
class Exchange:
    """A file that one library has written and the other one has read.

    Attributes
    ----------
    case : str
        Of CASES.
    ours : bool
        Whether minicnn has written it.
    status : str
        "equal", "different", "error", "known" (KNOWN lists the difference), or "not in Keras" if
        this Keras cannot build the model.
    reason : str
        The error's text, or KNOWN's.
    differences : dict
        As LIMITS has them.
    """

    case: str
    ours: bool
    status: str
    reason: str = ""
    differences: dict[str, float] = field(default_factory=dict)


def exchanges(keras: Any) -> Iterator[Exchange]:
    """Yield what came of every case, both ways."""
    version = tuple(int(part) for part in keras.__version__.split(".")[:3])
    for name, build, optimizer in CASES:
        try:
            theirs = saving_twins.compiled(keras, build, optimizer)
        except Exception as error:
            yield from (
                Exchange(name, ours, "not in Keras", _text(error)) for ours in (False, True)
            )
            continue
        for ours in (False, True):
            model = saving_twins.compiled(minicnn, build, optimizer) if ours else theirs
            found = _exchange(keras, name, ours, model)
            reasons = _known(name, ours, version) if found.status != "equal" else []
            yield replace(found, status="known", reason=reasons[0]) if reasons else found


def _known(name: str, ours: bool, version: tuple[int, ...]) -> list[str]:
    return [
        reason
        for case, side, until, reason in KNOWN
        if case == name and side in (None, ours) and version < until
    ]


def _exchange(keras: Any, name: str, ours: bool, model: Any) -> Exchange:
    try:
        found = _differences(keras, model)
    except Exception as error:
        return Exchange(name, ours, "error", _text(error))
    equal = all(found[key] <= limit for key, limit in LIMITS.items())
    return Exchange(name, ours, "equal" if equal else "different", "", found)


def _text(error: Exception) -> str:
    text = " ".join(str(error).split())
    return (
        f"{type(error).__name__}: {text if len(text) < 400 else text[:100] + ' ... ' + text[-300:]}"
    )


def control(keras: Any) -> dict[str, float]:
    """Return the differences after an exchange that loses the momentum; some have to be large."""

    def forget(model: Any) -> None:
        for array in model.optimizer.slots["momentum"].values():
            array[...] = 0

    return _differences(
        keras, saving_twins.compiled(keras, saving_twins.small, "sgd momentum"), forget
    )


def _differences(
    keras: Any, model: Any, change: Callable[[Any], None] = lambda _: None
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        other = saving_twins.across(keras, model, Path(folder) / "m.keras")
    change(other)
    x, y, predict = saving_twins.X, saving_twins.Y, saving_twins.predictions
    found = {"outputs": _largest([predict(model, x)], [predict(other, x)])}
    found["when read"] = _largest(_state(model), _state(other))
    for _ in range(STEPS):
        model.train_on_batch(x, y)
        other.train_on_batch(x, y)
    found["after training"] = _largest(_state(model), _state(other))
    return found


def _state(model: Any) -> list[np.ndarray]:
    """Return weights, statistics and all variables of the optimizer."""
    # Layer by layer: Keras 3.0 and 3.1 put a model's frozen weights last. Numbers behind arrays:
    # Nadam's moved there in Keras 3.10.
    weights = [np.asarray(array) for layer in model.layers for array in layer.get_weights()]
    return [*weights, *sorted(saving_twins.variables(model), key=lambda array: array.ndim == 0)]


def _largest(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    differences = []
    for a, b in zip(one, other, strict=True):
        if a.shape != b.shape or a.dtype != b.dtype:
            raise ValueError(f"{a.dtype} {a.shape} became {b.dtype} {b.shape}")
        a, b = np.float64(a), np.float64(b)
        differences.append(np.abs(a - b).max() / max(np.abs(a).max(), 1.0))
    return float(np.max(differences))  # unlike max, it keeps NaN


def _print() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    warnings.simplefilter("ignore")
    import keras
    import tensorflow

    told = {
        "version": keras.__version__,
        "tensorflow": tensorflow.__version__,
        "from": keras.__file__,
        "exchanges": [asdict(one) for one in exchanges(keras)],
        "control": control(keras),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    _print()
