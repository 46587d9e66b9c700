"""Names of layers and models: which are valid, and that they are unique within a model.

Weights, optimizer slots and files go by names, so any valid name can be saved and read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import numpy as np

from minicnn.registry import snake_case

__all__ = [
    "MOST_CHARACTERS",
    "Named",
    "check_name",
    "class_title",
    "get_layer",
    "has_automatic_name",
    "join",
]

#: The longest name. A name stands in messages, tables and HDF5 attributes, which hold 64 KiB.
MOST_CHARACTERS = 1000

#: The models that each layer is in.
_homes: WeakKeyDictionary[Any, WeakSet[Any]] = WeakKeyDictionary()


class Named:
    """A layer or a model. Its name can be changed, but not to the name of a layer beside it.

    The subclass says in `named` whether a name was given; the others are numbered.
    """

    named = False

    def _give(self, name: str) -> None:
        self.rename(name)
        self.named = True

    #: Unique within a model. A name that is not valid, or that another layer of a model has, raises
    #: a ValueError.
    name: Any = property(attrgetter("_Named__name"), _give)

    def rename(self, name: str) -> None:
        """Set a name without marking it as given by the user."""
        if name is None:
            raise ValueError(f"{type(self).__name__}: name must be a text, got None.")
        name = check_name(type(self).__name__, name)
        for home in _homes.get(self, ()):
            inputs = [tensor.call.layer for tensor in getattr(home, "inputs", ())]
            layers = {id(layer): layer.name for layer in (*inputs, *home.all_layers)}
            if id(self) in layers and name in (layers | {id(self): None}).values():
                raise ValueError(
                    f"{type(self).__name__}: another layer of {home.name!r} is named {name!r}."
                )
        self.__name = name


def has_automatic_name(layer: Named) -> bool:
    """Return whether nobody need have given the name: "conv2d", "conv2d_3", Keras 2's "input_1"."""
    kind = snake_case(getattr(layer, "keras_class", type(layer).__name__))
    older = {"input_layer": "input", "functional": "model"}.get(kind, kind)
    return re.fullmatch(rf"({kind}|{older})(_\d{{1,9}})?", layer.name) is not None


def class_title(layer: Any) -> str:
    """Return what Keras calls the class of a layer or network: "Functional" is our Model."""
    own = type(layer).__name__
    return getattr(layer, "keras_class", own) if own in ("Model", "Network") else own


def get_layer(self: Any, name: str | None = None, index: int | None = None) -> Any:
    """Return the layer with a name, or at an index of `layers`, like Keras's ``get_layer``.

    Raises
    ------
    ValueError
        If no layer matches, or if both or neither of `name` and `index` are given.
    """
    if (name is None) == (index is None):
        raise ValueError(
            f"get_layer: expected a name or an index, got name={name!r} and index={index!r}."
        )
    if index is not None:
        n = len(self.layers)
        if not isinstance(index, (int, np.integer)) or index not in range(-n, n):
            expected = f", expected {-n} to {n - 1}" if n else ""
            raise ValueError(
                f"get_layer: {self.name!r} has {n} layers, got index {index!r}{expected}."
            )
        return self.layers[index]
    for layer in self.layers:
        if layer.name == name:
            return layer
    known = ", ".join(layer.name for layer in self.layers) or "none"
    raise ValueError(f"get_layer: {self.name!r} has no layer {name!r}; expected one of {known}.")


def join(layers: Iterable[Any], home: Any) -> None:
    """Record that layers are in a model, so that none can take another's name."""
    for layer in layers:
        _homes.setdefault(layer, WeakSet()).add(home)


def check_name(title: str, name: Any) -> Any:
    """Return a name as plain text; None stays None.

    Raises
    ------
    ValueError
        If files cannot hold it: it is not text, empty or longer than :data:`MOST_CHARACTERS`, or
        contains a slash, which separates the names of layer and parameter, a null character or
        half of a surrogate pair.
    """
    if name is None:
        return None
    if not isinstance(name, str) or "/" in name:
        raise ValueError(f"{title}: name must be a text without '/', got {name!r:.80}.")
    if not 0 < len(name) <= MOST_CHARACTERS:
        raise ValueError(
            f"{title}: name must have 1 to {MOST_CHARACTERS:,} characters, got {len(name):,}."
        )
    if "\0" in name or any("\ud800" <= c <= "\udfff" for c in name):
        raise ValueError(f"{title}: name must be a text that UTF-8 can hold, got {name!r:.80}.")
    return str(name)
