"""Objects to Keras's written form and back, and classes that files may name.

``layers.serialize(layer)`` and ``layers.deserialize(written)``; the other modules have the same
two functions. ``register_keras_serializable`` notes a class down for the ``load_model`` and the
``model_from_json`` of :mod:`minicnn.models`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from minicnn import initializers, losses, metrics, optimizers, regularizers, schedules

__all__ = [
    "CODERS",
    "custom_object_scope",
    "get_custom_objects",
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
        given = config.get("class_name") if isinstance(config, Mapping) else config
        own = known_classes(custom_objects).get(given) if isinstance(given, str) else None
        if own is not None:
            return own.from_config(config["config"]) if isinstance(config, Mapping) else own()
        return get(config)

    return deserialize


#: module -> its two functions.
CODERS: dict[str, dict[str, Callable[..., Any]]] = {
    "minicnn.layers": {"serialize": serialize, "deserialize": _layer}
} | {
    module.__name__: {"serialize": serialize, "deserialize": _getter(module.get)}
    for module in (initializers, losses, metrics, optimizers, regularizers, schedules)
}


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Return a decorator that notes a class down, as "package>name", for files that name it.

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
        _registered[f"{package}>{name or cls.__name__}"] = cls
        return cls

    return register


def get_custom_objects() -> dict[str, Any]:
    """Return the classes that have been noted down, by name; entries can be added to it."""
    return _registered


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
    # A file has the class's name and its package apart; a layer's class is looked up by its name.
    return {key.rpartition(">")[2]: cls for key, cls in _registered.items()} | dict(
        custom_objects or {}
    )
