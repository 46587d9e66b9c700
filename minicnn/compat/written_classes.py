"""The configuration of a class with ``call``: the arguments that make an equal one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Self

from minicnn.configurable import plain

__all__ = ["Written"]


class Written:
    """What can be made again from its arguments; scripts add theirs to ``super().get_config()``."""

    name: str
    trainable: bool
    dtype: Any

    def get_config(self) -> dict[str, Any]:
        """Return the name, whether it is trainable, the dtype, and arguments kept as attributes.

        A ``get_config`` of somebody's own, which asks this one, adds its arguments itself.
        """
        config = {"name": self.name, "trainable": self.trainable, "dtype": str(self.dtype)}
        if type(self).get_config is Written.get_config:
            config |= {name: plain(vars(self)[name]) for name in self._own_arguments()}
        return config

    def _own_arguments(self) -> list[str]:
        """Return the names of the arguments of somebody's ``__init__`` that are attributes."""
        owner = next(cls for cls in type(self).__mro__ if "__init__" in vars(cls))
        if owner.__module__.startswith("minicnn."):
            return []
        return [name for name in inspect.signature(owner).parameters if name in vars(self)]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a model of the class from the dict of :meth:`get_config`."""
        parameters = inspect.signature(cls).parameters
        if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
            return cls(**config)
        # A class of somebody's own need not hand these on.
        rest = {"name", "trainable", "dtype"} - parameters.keys()
        made = cls(**{key: value for key, value in config.items() if key not in rest})
        for key in {"name", "trainable"} & rest & config.keys():
            setattr(made, key, config[key])
        return made

    def serialize(self) -> dict[str, Any]:
        """Return Keras's written form of the class with its arguments."""
        registered = vars(type(self)).get("registered_name")
        return {
            "module": None,
            "class_name": type(self).__name__,
            "config": plain(self.get_config()),
            "registered_name": registered or type(self).__name__,
        }
