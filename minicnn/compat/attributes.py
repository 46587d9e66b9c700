"""The layers among an object's attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minicnn.layers import InputLayer, Layer
from minicnn.network import Network

__all__ = ["layers_among"]


def layers_among(values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the layers among attributes, and in lists, tuples and dicts of them."""
    for value in values.values():
        if isinstance(value, Mapping):
            yield from layers_among(value)
        elif isinstance(value, list | tuple):
            yield from layers_among({str(number): one for number, one in enumerate(value)})
        elif isinstance(value, Layer | Network) and not isinstance(value, InputLayer):
            yield value
