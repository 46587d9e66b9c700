"""Objects to Keras's written form and back, and classes that files may name.

``layers.serialize(layer)`` and ``layers.deserialize(written)``; the other modules have the same
two functions. ``register_keras_serializable`` notes a class down for the ``load_model`` and the
``model_from_json`` of :mod:`minicnn.models`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from minicnn import (
    constraints,
    initializers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from minicnn.initializers.function import own_function

__all__ = [
    "CODERS",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "known_classes",
    "register_keras_serializable",
]

_registered: dict[str, Any] = {}


def serialize(thing: Any) -> dict[str, Any]:
    """Return Keras's written form of a layer, loss, metric, optimizer, ..."""
    return thing.serialize()


def _layer(written: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a layer, not built, from its written form."""
    from minicnn.saving.layer_config import layer_from_config  # loads h5py

    return layer_from_config(written, known_classes(custom_objects))


def _getter(get: Callable[[Any], Any]) -> Callable[..., Any]:
    def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """Make an object from its written form, or from its name."""
        written = isinstance(config, Mapping)
        names = (config.get("registered_name"), config.get("class_name")) if written else (config,)
        known = known_classes(custom_objects)
        if written and config.get("class_name") == "function":
            return get(own_function(config, known) or config)
        own = next((known[name] for name in names if isinstance(name, str) and name in known), None)
        if own is not None:
            return own.from_config(config["config"]) if written else own()
        return get(config)

    return deserialize


#: module -> its two functions.
CODERS: dict[str, dict[str, Callable[..., Any]]] = {
    "minicnn.layers": {"serialize": serialize, "deserialize": _layer}
} | {
    module.__name__: {"serialize": serialize, "deserialize": _getter(module.get)}
    for module in (
        constraints,
        initializers,
        losses,
        metrics,
        optimizers,
        regularizers,
        schedules,
    )
}


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Return a decorator that notes a class down, as "package>name", for files that name it.

    Files written from then on hold that name, as Keras's do.

    Raises
    ------
    ValueError
        If the class has no ``get_config``, by the decorator.
    """

    def register(cls: Any) -> Any:
        if isinstance(cls, type) and not hasattr(cls, "get_config"):
            raise ValueError(
                f"register_keras_serializable: {cls.__name__} has no get_config() that a file "
                "could be written from."
            )
        registered = f"{package}>{name or cls.__name__}"
        _registered[registered] = cls
        cls.registered_name = registered
        return cls

    return register


def get_custom_objects() -> dict[str, Any]:
    """Return the classes that have been noted down, by name; entries can be added to it."""
    return _registered


def get_registered_name(obj: Any) -> str:
    """Return the name that a class was registered under, or its own."""
    return vars(obj).get("registered_name") or obj.__name__


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return the class that was registered under a name, or is in one of the dicts, or None."""
    for known in (_registered, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


@contextmanager
def custom_object_scope(objects: Mapping[str, Any]) -> Iterator[None]:
    """Note classes down until the end of a ``with`` block."""
    before = dict(_registered)
    _registered.update(objects)
    try:
        yield
    finally:
        _registered.clear()
        _registered.update(before)


def known_classes(custom_objects: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the classes that a file may name: those noted down, and those given here."""
    if custom_objects is not None and not isinstance(custom_objects, Mapping):
        return custom_objects  # whoever looks a class up in it says what was expected
    # Files of Keras before registration, and those of unregistered classes, have no package.
    plain = {key.rpartition(">")[2]: cls for key, cls in _registered.items()}
    return plain | _registered | dict(custom_objects or {})
