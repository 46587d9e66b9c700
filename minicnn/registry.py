"""Closed tables: what a name in a call or in a file may stand for.

Names are looked up, never imported: a file cannot make the library run what it does not know.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["described", "resolve", "snake_case", "with_subclasses"]


def described(value: Any) -> str:
    """Say what a value is that somebody has handed over, and whose: "keras.layers.Dense".

    >>> described(3.5)
    'float'
    >>> described(Mapping)
    'the class collections.abc.Mapping; write Mapping(...)'
    """
    thing: Any = value if isinstance(value, type) or inspect.isroutine(value) else type(value)
    # Where it is imported from: keras.src.layers.core.dense says nothing to its user.
    module = str(thing.__module__ or "").replace(".src.", ".").replace("builtins", "").split(".")
    if module[:1] == ["minicnn"] and hasattr(thing, "keras_module"):
        module = thing.keras_module.replace("keras", "minicnn", 1).split(".")
    name = ".".join([*filter(None, module[:2]), thing.__qualname__])
    if isinstance(value, type):
        return f"the class {name}; write {thing.__name__}(...)"
    return f"the function {name}" if thing is value else name


def snake_case(name: str) -> str:
    """Keras's spelling of a class in file and layer names: ``MaxPooling2D`` -> ``max_pooling2d``.

    >>> snake_case("LeakyReLU")
    'leaky_re_lu'
    """
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def resolve(kind: str, identifier: Any, table: Mapping[str, type], base: type) -> Any:
    """Turn an instance, a class, a name or a written form into an instance.

    Parameters
    ----------
    kind : str
        What is looked for, for the message: "optimizer".
    identifier : object
        An instance of `base` (returned as it is), a subclass of it, a name (the table's
        keys, in any of the spellings ``HeNormal``, ``he_normal``), or a dict with
        ``class_name`` and ``config``.
    table : mapping of str to class
        Everything that may be named.

    Raises
    ------
    ValueError
        If the name is not in the table; the message lists the names that are.
    """
    if isinstance(identifier, base):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, base):
        return identifier()
    config: Mapping[str, Any] = {}
    name = identifier
    if isinstance(identifier, Mapping):
        name, config = identifier.get("class_name"), identifier.get("config") or {}
    if isinstance(name, str):
        spelled = {snake_case(key): cls for key, cls in table.items()} | dict(table)
        cls: Any = spelled.get(name) or spelled.get(snake_case(name))
        if cls is not None:
            return cls.from_config(dict(config))
    known = ", ".join(sorted({cls.__name__ for cls in table.values()}))
    given = repr(name) if isinstance(name, str) else described(name)
    raise ValueError(f"{kind}: {given} is unknown; expected one of {known}.")


def with_subclasses(cls: type) -> set[type]:
    """Return a class and every class that inherits from it."""
    return {cls}.union(*map(with_subclasses, type.__subclasses__(cls)))
