"""The layers among an object's attributes, and their groups in Keras's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from minicnn.layers import InputLayer, Layer
from minicnn.layers.naming import kind_of
from minicnn.network import Network
from minicnn.registry import snake_case

__all__ = ["groups_among", "layers_among"]


def layers_among(values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the layers among attributes, and in lists, tuples and dicts of them."""
    for value in values.values():
        if isinstance(value, Mapping):
            yield from layers_among(value)
        elif isinstance(value, list | tuple):
            yield from layers_among({str(number): one for number, one in enumerate(value)})
        elif isinstance(value, Layer | Network) and not isinstance(value, InputLayer):
            yield value


def groups_among(values: Mapping[str, Any]) -> dict[Any, list[str]]:
    """Return the groups that a layer may have: "head" for an attribute, "blocks/block_1" in a list.

    Keras walks over the attributes by name, and counts classes in lists, tuples and dicts.
    """
    found: dict[Any, list[str]] = {}
    for name in sorted(values):
        if isinstance(values[name], Layer | Network):
            found.setdefault(values[name], []).append(name)
        elif isinstance(values[name], list | tuple | Mapping):
            for layer, group in _counted(values[name]):
                found.setdefault(layer, []).append(f"{name}/{group}")
    return found


def _counted(container: Any) -> Iterator[tuple[Any, str]]:
    counts: Counter[str] = Counter()
    for one in container.values() if isinstance(container, Mapping) else container:
        inside = isinstance(one, list | tuple | Mapping)
        if not inside and not isinstance(one, Layer | Network):
            continue
        network = isinstance(one, Network)
        kind = "container" if inside else kind_of(one) if network else type(one).__name__
        base = snake_case(kind)
        group = f"{base}_{counts[base]}" if counts[base] else base
        counts[base] += 1
        if inside:
            for layer, inner in _counted(one):
                yield layer, f"{group}/{inner}"
        else:
            yield one, group
