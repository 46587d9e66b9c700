"""The layers of a model written as a class are its attributes; so are their groups in files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from minicnn.layers import InputLayer, Layer
from minicnn.layers.naming import class_title
from minicnn.model import Model
from minicnn.network import Network
from minicnn.registry import snake_case

__all__ = ["ModelOfAttributes"]


class ModelOfAttributes(Model):
    """A model whose `layers` are those among its attributes."""

    _frozen = False

    @property
    def layers(self) -> list[Any]:
        """The layers that are attributes, and others with weights."""
        made = [layer for layer in self._layers if layer.count_params()] if self.built else []
        return list(dict.fromkeys([*_layers_among(self._own()), *made]))

    @layers.setter
    def layers(self, layers: list[Any]) -> None:
        self._layers = layers

    @property
    def attribute_groups(self) -> dict[Any, list[str]]:  # type: ignore[override]
        """Where Keras's files may have each layer."""
        return _groups_among(self._own() | {"layers": self.layers})

    def _own(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in self._internal}

    @property
    def _internal(self) -> tuple[str, ...]:
        return (*self.transient, "_layers", "layers")

    @property
    def all_layers(self) -> list[Any]:
        """The layers that ``call`` connects, in topological order, the input layers included."""
        return self._layers if self.built else self.layers

    @property
    def trainable(self) -> bool:
        """Whether any layer is trainable; setting it sets every layer, also those to be made."""
        return super().trainable if self.built and self.layers else not self._frozen

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._frozen = not value
        for layer in self.layers:
            layer.trainable = bool(value)

    def _own_layers(self, verb: str) -> Iterable[Layer]:
        self.require_built(verb)
        used = (layer for layer in self.layers if layer.built)
        return dict.fromkeys(one for layer in used for one in layer._own_layers(verb))

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; as in Keras, layers can no longer be set once they are connected."""
        if "graph" in vars(self) and name not in self._internal:
            before, after = (
                set(_layers_among({name: one})) for one in (vars(self).get(name), value)
            )
            if before != after:
                raise ValueError(
                    f"{self.name!r}: {name} holds layers, and call has already connected the "
                    "model; set it before the first data, or make a new model."
                )
        super().__setattr__(name, value)


def _layers_among(values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the layers among attributes, and in lists, tuples and dicts of them."""
    for value in values.values():
        if isinstance(value, Mapping):
            yield from _layers_among(value)
        elif isinstance(value, list | tuple):
            yield from _layers_among({str(number): one for number, one in enumerate(value)})
        elif isinstance(value, Layer | Network) and not isinstance(value, InputLayer):
            yield value


def _groups_among(values: Mapping[str, Any]) -> dict[Any, list[str]]:
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
        base = "container" if inside else snake_case(class_title(one))
        group = f"{base}_{counts[base]}" if counts[base] else base
        counts[base] += 1
        if inside:
            for layer, inner in _counted(one):
                yield layer, f"{group}/{inner}"
        else:
            yield one, group
