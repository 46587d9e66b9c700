"""A layer to its written form and back.

A layer is looked up by its class name in :data:`minicnn.layers.LAYERS`, or among the classes that
the caller names; nothing that a file names is imported. Layers are built without weights: their
sizes are counted first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.constraints import Constraint
from minicnn.initializers import Initializer
from minicnn.initializers.function import own_function
from minicnn.layers import LAYERS, Layer
from minicnn.layers.naming import check_name
from minicnn.regularizers import Regularizer
from minicnn.saving.opening import ModelFileError, megabytes

__all__ = [
    "Placeholder",
    "build_without_weights",
    "layer_from_config",
    "name_of",
    "own_class",
    "short",
]

# One sample's numbers at any place in the network: 1 GiB in float32.
_MAX_SAMPLE = 1 << 28
# Keras 3.0 to 3.5 writes the range of pixels, which rotating them does not need.
_DROPPED: dict[Any, tuple[str, ...]] = {"RandomRotation": ("value_range",)}
_HALF_POLICIES = ("float16", "bfloat16", "mixed_float16", "mixed_bfloat16")


def layer_from_config(
    written: Mapping[str, Any], custom_objects: Mapping[str, type[Layer]] | None = None
) -> Layer:
    """Make a layer, not built, from Keras's written form.

    Raises
    ------
    ModelFileError
        If its class is unknown or its name is none.
    ValueError
        If its arguments do not fit.
    """
    class_name, module = written.get("class_name"), written.get("module", "keras.layers")
    own = own_class(written, custom_objects or {})
    cls = own or (LAYERS.get(class_name) if isinstance(class_name, str) else None)
    name = written["config"].get("name")
    if cls is None:
        raise ModelFileError(
            f"{short(name)} has the unknown class {short(class_name)}, expected one of "
            f"{', '.join(sorted(LAYERS))}, or your own in custom_objects."
        )
    if own is None and (not isinstance(module, str) or module.split(".")[0] != "keras"):
        # Somebody's own Dense computes whatever it likes.
        raise ModelFileError(
            f"{short(name)} is a {class_name} of the module {short(module)}, expected Keras's."
        )
    if name is not None:
        name_of(written)
    dropped = _DROPPED.get(class_name, ()) if own is None else ()
    kept = {key: value for key, value in written["config"].items() if key not in dropped}
    return cls.from_config(kept | _dtype(kept) | _own_parts(kept, custom_objects or {}))


def own_class(written: Mapping[str, Any], custom_objects: Mapping[str, Any]) -> Any:
    """Return the caller's class for an object, by its registered name or by that of the class.

    A class that is registered under another name is another class.
    """
    registered = written.get("registered_name")
    for name in (registered, written.get("class_name")):
        cls = custom_objects.get(name) if isinstance(name, str) else None
        known_as = getattr(cls, "__dict__", {}).get("registered_name")
        if cls is not None and (registered is None or known_as in (None, registered)):
            return cls
    return None


def _own_parts(config: Mapping[str, Any], custom_objects: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that are functions of the caller's, or objects of such classes."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if not isinstance(value, dict):
            continue
        if value.get("class_name") == "function":
            function = own_function(value, custom_objects)
            found |= {} if function is None else {key: function}
            continue
        cls = own_class(value, custom_objects)
        if isinstance(cls, type) and issubclass(cls, (Constraint, Initializer, Regularizer)):
            found[key] = cls.from_config(value.get("config") or {})
    return found


def _dtype(config: Mapping[str, Any]) -> dict[str, str]:
    """Return float32 in place of half and mixed precision: they say how a model was trained."""
    policy = config.get("dtype")
    inner = policy.get("config") if isinstance(policy, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else policy
    return {"dtype": "float32"} if isinstance(name, str) and name in _HALF_POLICIES else {}


def name_of(written: Mapping[str, Any]) -> str:
    """Return the name in a written form that has one.

    Raises
    ------
    ModelFileError
        If it is not a valid layer name.
    """
    name = written["config"]["name"]
    try:
        return check_name("its layer", name)
    except ValueError as error:
        raise ModelFileError(f"{short(name)} is not a layer name: {error}") from None


class Placeholder(Initializer):
    """Gives arrays of any shape that take no memory, and counts what they will take.

    Parameters
    ----------
    most_bytes : int
        How much they may take together.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = self._left = most_bytes

    def __call__(
        self,
        shape: tuple[int, ...],
        dtype: str | np.dtype = "float32",
        rng: np.random.Generator | int | None = None,
    ) -> np.ndarray:
        """Return a read-only array without memory."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        self._left -= size
        if self._left < 0:
            raise ModelFileError(
                f"weights of shape {shape} take {megabytes(size)}, and with those before more than "
                f"the {megabytes(self.most_bytes)} that a file of this size can hold."
            )
        return np.broadcast_to(np.zeros((), dtype), shape)


def build_without_weights(layer: Layer, input_shape: Any, placeholder: Placeholder) -> None:
    """Build a layer with placeholders: read-only arrays of which only shape and dtype count.

    Raises
    ------
    ModelFileError
        If weights or output take too much.
    ValueError
        If the shape does not fit the layer.
    """
    own = {key: value for key, value in vars(layer).items() if isinstance(value, Initializer)}
    vars(layer).update(dict.fromkeys(own, placeholder))
    layer.build(input_shape, rng=0)
    vars(layer).update(own)
    if math.prod(layer.output_shape or ()) > _MAX_SAMPLE:
        raise ModelFileError(
            f"{layer.name!r} gives {layer.output_shape} for one sample, "
            f"expected at most {_MAX_SAMPLE:,} numbers."
        )


def short(value: Any) -> str:
    """Write a value down in at most 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
