"""Layers to ``config.json`` and back.

A layer is looked up by its class name in :data:`minicnn.layers.LAYERS`; nothing that a file
names is imported. Layers are built without weights: their sizes are counted first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minicnn.initializers import Initializer
from minicnn.layers import LAYERS, InputLayer, Layer
from minicnn.registry import serialize
from minicnn.saving.archive import ModelFileError, megabytes
from minicnn.saving.chain import written_layers

__all__ = ["layers_from_config", "model_config"]

# One sample's numbers at any place in the network: 1 GiB in float32.
_MAX_SAMPLE = 1 << 28


def model_config(name: str, layers: Sequence[Layer]) -> dict[str, Any]:
    """Write a chain of built layers, InputLayer first, the way Keras writes a Sequential."""
    batch_shape = [None, *(layers[0].output_shape or ())]
    written = [serialize("keras.layers", layers[0])]
    for layer in layers[1:]:
        shapes = {"input_shape": [None, *(layer.input_shape or ())]}
        written.append(serialize("keras.layers", layer) | {"build_config": shapes})
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": name,
            "trainable": True,
            "dtype": layers[-1].get_config()["dtype"],
            "layers": written,
            "build_input_shape": batch_shape,
        },
        "registered_name": None,
        "build_config": {"input_shape": batch_shape},
    }


def layers_from_config(config: dict[str, Any], most_bytes: int) -> tuple[str, list[Layer]]:
    """Make a model's layers, built, with placeholders for weights.

    Parameters
    ----------
    config : dict
        What ``config.json`` holds.
    most_bytes : int
        How much memory the weights may take.

    Returns
    -------
    name : str
        The model's.
    layers : list of Layer
        The InputLayer first. Their weights are read-only and take no memory; only shape and
        dtype count.

    Raises
    ------
    ModelFileError
        If a layer is unknown, does not fit, or takes too much.
    """
    written = written_layers(config)
    if written[0].get("class_name") != "InputLayer":
        written = [_input_layer(config), *written]
    placeholder = _Placeholder(most_bytes)
    layers: list[Layer] = []
    names: set[str] = set()
    for index, one in enumerate(written):
        try:
            layer = _layer(one)
            if index:
                _build(layer, layers[-1].output_shape or (), placeholder)
        except ModelFileError as error:
            raise ModelFileError(f"layer {index} of its config: {error}") from error.__cause__
        except Exception as error:  # hostile values make constructors raise almost anything
            what = f"{one.get('class_name')} cannot be made"
            raise ModelFileError(f"layer {index} of its config, {what}: {error}") from error
        if layer.name in names:
            raise ModelFileError(f"its config names two layers {layer.name!r}.")
        names.add(layer.name)
        layers.append(layer)
    if len(layers) < 2:
        raise ModelFileError("its config lists no layers after the input.")
    name = config["config"].get("name")
    return (name if isinstance(name, str) else "sequential"), layers


def _input_layer(config: dict[str, Any]) -> dict[str, Any]:
    """Written form of the input of a model that states its shape elsewhere."""
    outer = config.get("build_config")
    shape = config["config"].get("build_input_shape") or (
        outer.get("input_shape") if isinstance(outer, dict) else None
    )
    if not isinstance(shape, list):
        raise ModelFileError(
            "its config has no input shape: the model was saved before it was built; give it an "
            "Input layer or call it once, and save it again."
        )
    return {"class_name": "InputLayer", "config": {"batch_shape": shape}}


def _layer(written: Mapping[str, Any]) -> Layer:
    class_name, module = written.get("class_name"), written.get("module", "keras.layers")
    cls = LAYERS.get(class_name) if isinstance(class_name, str) else None
    name = written["config"].get("name")
    if cls is None:
        raise ModelFileError(
            f"{_short(name)} is of the unknown class {_short(class_name)}, expected one of "
            f"{', '.join(sorted(LAYERS))}."
        )
    if not isinstance(module, str) or module.split(".")[0] != "keras":
        # Somebody's own Dense computes whatever it likes.
        raise ModelFileError(
            f"{_short(name)} is a {class_name} of the module {_short(module)}, expected Keras's."
        )
    if name is not None and (not isinstance(name, str) or "/" in name or len(name) > 200):
        raise ModelFileError(f"{_short(name)} is no name for a layer: a short text without '/'.")
    return cls.from_config(dict(written["config"]))


class _Placeholder(Initializer):
    """Gives arrays of any shape that take no memory, and counts what they will take."""

    def __init__(self, most_bytes: int) -> None:
        self._left = self._most = most_bytes

    def __call__(
        self,
        shape: tuple[int, ...],
        dtype: str | np.dtype = "float32",
        rng: np.random.Generator | int | None = None,
    ) -> np.ndarray:
        size = math.prod(shape) * np.dtype(dtype).itemsize
        self._left -= size
        if self._left < 0:
            raise ModelFileError(
                f"weights of shape {shape} take {megabytes(size)}, and with those before more than "
                f"the {megabytes(self._most)} that a file of this size can hold."
            )
        return np.broadcast_to(np.zeros((), dtype), shape)


def _build(layer: Layer, input_shape: tuple[int, ...], placeholder: _Placeholder) -> None:
    if isinstance(layer, InputLayer):
        raise ModelFileError("an InputLayer stands behind other layers.")
    own = {key: value for key, value in vars(layer).items() if isinstance(value, Initializer)}
    vars(layer).update(dict.fromkeys(own, placeholder))
    layer.build(input_shape, rng=0)
    vars(layer).update(own)
    if math.prod(layer.output_shape or ()) > _MAX_SAMPLE:
        raise ModelFileError(
            f"{layer.name!r} gives {layer.output_shape} for one sample, "
            f"expected at most {_MAX_SAMPLE:,} numbers."
        )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
