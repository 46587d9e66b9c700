"""Objects that can be saved as a configuration and made again: layers, losses, optimizers, ...

The arguments of ``__init__`` are the configuration. If a class keeps each of them as an attribute
of the same name, ``get_config`` and ``from_config`` work without further code. The names, and the
written form ``{"module", "class_name", "config", "registered_name"}``, are Keras's.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np

__all__ = [
    "Configurable",
    "DefinitionError",
    "arguments_of",
    "check_call",
    "check_values",
    "plain",
    "refuse_methods",
]


class DefinitionError(TypeError, ValueError):
    """A class defines methods that nothing here would call."""


def refuse_methods(cls: type, root: type, ignored: Mapping[str, str]) -> None:
    """Refuse a class with methods that would never be called.

    Parameters
    ----------
    cls : type
        A subclass of `root` that has just been defined.
    root : type
        Its base classes below this one have been checked; others may bring such methods along.
    ignored : mapping of str to str
        The methods, each with what to define instead.

    Raises
    ------
    DefinitionError
        If it has one of them.
    """
    new = [base for base in cls.__mro__ if base is cls or not issubclass(base, root)]
    for name, instead in ignored.items():
        if any(name in vars(base) for base in new):
            raise DefinitionError(
                f"{cls.__name__}: {name} would never be called; define {instead}."
            )


def check_call(
    cls: type, name: str, written: str, by_place: int, by_name: Mapping[str, Any]
) -> None:
    """Require that a method takes what it will be called with: `by_place` arguments, and others.

    Raises
    ------
    DefinitionError
        If it does not; the message holds how the method is `written`.
    """
    try:
        inspect.signature(getattr(cls, name)).bind(*[None] * by_place, **by_name)
    except TypeError as error:
        raise DefinitionError(
            f"{cls.__name__}: {name} must be defined as {written}: {error}."
        ) from None


def check_values(title: str, given: Mapping[str, Any], known: Mapping[str, tuple]) -> None:
    """Require that every argument is known, and its value one of those listed for it.

    Raises
    ------
    ValueError
        If one is not.
    """
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{title}: got an unexpected keyword argument {name!r}.")
        accepted = known[name]
        if value not in accepted:
            raise ValueError(
                f"{title}: {name}={value!r} is not supported; expected {accepted[0]!r}."
            )


class Configurable:
    """An object that can return the arguments it was made from.

    Parameters
    ----------
    **fixed
        `fixed_arguments`, with one of the values listed there.

    Raises
    ------
    ValueError
        If an argument is unknown, or has a value that only Keras implements.
    """

    #: Keras's arguments for which only some values are supported. Keras writes them into files, so
    #: they are accepted; `get_config` leaves them out.
    fixed_arguments: ClassVar[dict[str, tuple]] = {}
    #: Arguments that Keras does not have; they are not written to files.
    unwritten_arguments: ClassVar[tuple[str, ...]] = ()
    #: Arguments of older Keras versions, each with what applies its value to an object.
    #: :mod:`minicnn.compat` fills them in.
    old_arguments: ClassVar[dict[str, Callable[[Any, Any], None]]] = {}
    #: The name that files know a class by, as "package>name", if it has been registered; it is not
    #: handed down to subclasses.
    registered_name: ClassVar[str | None] = None
    #: Keras's module, for files.
    keras_module: ClassVar[str] = "keras"
    #: Methods that would never be called, each with the ones to define instead.
    ignored_methods: ClassVar[dict[str, str]] = {}
    #: Methods that a subclass cannot change alone, each with its partner: a value and its gradient.
    paired_methods: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "ignored_methods" not in vars(cls):
            refuse_methods(cls, Configurable, cls.ignored_methods)
        for name, partner in cls.paired_methods.items():
            if name in vars(cls) and partner not in vars(cls):
                raise DefinitionError(f"{cls.__name__}: {name} is defined without {partner}.")

    def __init__(self, **fixed: Any) -> None:
        self.accept_others(type(self).__name__, fixed)

    def accept_others(self, title: str, given: Mapping[str, Any]) -> None:
        """Apply `old_arguments`; the others must be `fixed_arguments`."""
        self.accept_fixed(title, {k: v for k, v in given.items() if k not in self.old_arguments})
        for name, apply in self.old_arguments.items():
            if name in given:
                apply(self, given[name])

    @classmethod
    def accept_fixed(cls, title: str, given: Mapping[str, Any]) -> None:
        """Raise a ValueError for an unknown argument, or a value that only Keras implements."""
        check_values(title, given, cls.fixed_arguments)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal object, as JSON values.

        Raises
        ------
        NotImplementedError
            If an argument was not kept as an attribute of the same name.
        """
        config = {}
        for name in arguments_of(type(self)):  # type: ignore[arg-type]
            if not hasattr(self, name):
                raise NotImplementedError(
                    f"{type(self).__name__}: the argument {name!r} was not kept as an attribute; "
                    f"set self.{name} in __init__, or define get_config."
                )
            config[name] = plain(getattr(self, name))
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make an object from the dict of :meth:`get_config`, or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown or missing, or has a value that only Keras implements.
        """
        title = f"{cls.__name__} {config['name']!r}" if "name" in config else cls.__name__
        arguments = dict(config)
        fixed = {name: arguments.pop(name) for name in cls.fixed_arguments if name in arguments}
        cls.accept_fixed(title, fixed)
        try:
            return cls(**arguments)
        except TypeError as error:
            complaint = str(error).rpartition("__init__() ")[2]  # the class has been named
            raise ValueError(f"{title}: {complaint}.") from None

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form; a class that is registered has no module there."""
        registered = vars(type(self)).get("registered_name")
        return {
            "module": self.keras_module if registered is None else None,
            "class_name": type(self).__name__,
            "config": plain(self.get_config()),
            "registered_name": registered,
        }


def plain(value: Any) -> Any:
    """Return a value as JSON has it: NumPy's numbers and arrays as Python's, objects as written.

    >>> plain({"pool_size": np.array([2, 2]), "rate": np.float64(0.5)})
    {'pool_size': [2, 2], 'rate': 0.5}
    """
    if hasattr(value, "serialize"):
        return value.serialize()
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else list(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value


@cache
def arguments_of(cls: type[Configurable]) -> tuple[str, ...]:
    """Return the names of the arguments to write, those of the base classes first.

    The base class's arguments count if a class takes ``**kwargs``, which it passes on.
    """
    own: list[str] = []
    inherited: tuple[str, ...] = ()
    for number, base in enumerate(cls.__mro__):
        if "__init__" not in vars(base) or base is object:
            continue
        parameters = list(inspect.signature(vars(base)["__init__"]).parameters.values())[1:]
        own = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        if any(p.kind is p.VAR_KEYWORD for p in parameters):
            rest = [c for c in cls.__mro__[number + 1 :] if issubclass(c, Configurable)]
            inherited = arguments_of(rest[0]) if rest else ()  # type: ignore[arg-type]
        break
    left_out = {*cls.fixed_arguments, *cls.unwritten_arguments}
    return tuple(n for n in dict.fromkeys((*inherited, *own)) if n not in left_out)
