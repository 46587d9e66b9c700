"""Classes with ``call`` get SubclassedModel, which runs it, in place of the base class given.

It happens when the class is defined. A base class of somebody's own that inherits from Layer and
has no ``forward`` changes with the first class below it that has ``call``.
"""

from __future__ import annotations

from typing import Any

from minicnn.compat.subclassing import SubclassedModel
from minicnn.layers import Layer
from minicnn.model import Model
from minicnn.registry import with_subclasses
from minicnn.sequential import Sequential

__all__ = ["lend_subclassing"]

_OWN_WAY = {"forward", "backward"}


def lend_subclassing() -> None:
    """Let classes with ``call`` inherit from Model, and from Layer if they have no ``forward``."""
    _watch(Model)
    _watch(Layer)


def _watch(base: Any) -> None:
    """Let subclasses of `base` that can become a SubclassedModel become one."""
    usual = base.__init_subclass__.__func__

    def watched(cls: Any, **kwargs: Any) -> None:
        if hasattr(cls, "call") and _may_change(cls):
            for one in reversed([b for b in cls.__mro__ if Layer in b.__bases__]):
                _change(one)
            if not issubclass(cls, SubclassedModel):
                _change(cls)
            cls.__init_subclass__(**kwargs)
        else:
            usual(cls, **kwargs)

    base.__init_subclass__ = classmethod(watched)


def _change(cls: type) -> None:
    """Give a class the base class, in the place of Layer or Model, or behind the others."""
    replaced = (Layer, *SubclassedModel.__mro__)
    bases = [SubclassedModel if base in replaced else base for base in cls.__bases__]
    cls.__bases__ = tuple(dict.fromkeys([*bases, SubclassedModel]))


def _may_change(cls: type) -> bool:
    """Return whether a class, and what is below its own base classes, has only ``call``."""
    if issubclass(cls, Sequential | SubclassedModel) or _OWN_WAY & vars(cls).keys():
        return False
    between = [base for base in cls.__mro__ if issubclass(base, Layer) and base not in (cls, Layer)]
    return not any(
        one.__module__.startswith("minicnn.") or _OWN_WAY & vars(one).keys()
        for base in between
        for one in with_subclasses(base)
    )
