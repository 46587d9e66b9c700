"""Closed tables: what a name in a call or in a file may stand for.

Names are looked up, never imported: a file cannot make the library run what it does not know.
The written form is Keras's, ``{"module", "class_name", "config", "registered_name"}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["accept_fixed", "construct", "resolve", "serialize", "snake_case"]


def snake_case(name: str) -> str:
    """Keras's spelling of a class in file and layer names: ``MaxPooling2D`` -> ``max_pooling2d``.

    >>> snake_case("LeakyReLU")
    'leaky_re_lu'
    """
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def serialize(module: str, instance: Any) -> dict[str, Any]:
    """Keras's written form of an object that has ``get_config``."""
    return {
        "module": module,
        "class_name": type(instance).__name__,
        "config": instance.get_config(),
        "registered_name": None,
    }


def resolve(kind: str, identifier: Any, table: Mapping[str, type], base: type) -> Any:
    """Turn an instance, a class, a name or a written form into an instance.

    Parameters
    ----------
    kind : str
        What is looked for, for the message: "optimizer".
    identifier : object
        An instance of `base` (returned as it is), a class of the table, a name (the table's
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
    if isinstance(identifier, type) and identifier in table.values():
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
    raise ValueError(f"{kind}: {name!r} is unknown; expected one of {known}.")


def construct(
    cls: type, config: Mapping[str, Any], fixed_arguments: Mapping[str, tuple] | None = None
) -> Any:
    """Call a class with the arguments of a written form.

    Parameters
    ----------
    fixed_arguments : mapping of str to tuple, optional
        Keras's arguments that `cls` has no choice for, and the values it stands for: Keras
        writes them out, so they are accepted and dropped.

    Raises
    ------
    ValueError
        If an argument is unknown, or has a value that only Keras implements.
    """
    arguments = dict(config)
    title = f"{cls.__name__} {config['name']!r}" if "name" in config else cls.__name__
    fixed = {key: arguments.pop(key) for key in fixed_arguments or {} if key in arguments}
    accept_fixed(title, fixed, fixed_arguments or {})
    try:
        return cls(**arguments)
    except TypeError as error:
        complaint = str(error).rpartition("__init__() ")[2]  # the class has been named
        raise ValueError(f"{title}: {complaint}.") from None


def accept_fixed(
    title: str, given: Mapping[str, Any], fixed_arguments: Mapping[str, tuple]
) -> None:
    """Accept Keras's arguments that there is no choice for here, at the values it stands for.

    Raises
    ------
    ValueError
        If an argument is unknown, or has a value that only Keras implements.
    """
    for key, value in given.items():
        if key not in fixed_arguments:
            raise ValueError(f"{title}: got an unexpected keyword argument {key!r}.")
        accepted = fixed_arguments[key]
        if value not in accepted:
            raise ValueError(
                f"{title}: {key}={value!r} is not supported; expected {accepted[0]!r}."
            )
