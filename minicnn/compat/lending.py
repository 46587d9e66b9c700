"""How scripts find the borrowed names in modules that do not know them.

The library's modules stay as they are. `lend`, called once by the package, gives each of them a
``__getattr__``, which Python asks for a name that the module does not have (PEP 562). Modules
that there are not, such as ``minicnn.layers.core``, are made by :class:`BorrowedModules` when a
script imports them.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from minicnn.compat.arguments import lend_arguments
from minicnn.compat.array_functions import ARRAY_FUNCTIONS
from minicnn.compat.base_classes import lend_subclassing
from minicnn.compat.called_modules import lend_calls
from minicnn.compat.keras_1 import lend_keras_1
from minicnn.compat.keras_2 import lend_keras_2
from minicnn.compat.metric_variables import lend_metric_variables
from minicnn.compat.names import (
    ALIASES,
    ELSEWHERE,
    FUNCTIONS,
    MODULES,
    MOVED_MODULES,
    OLD_MODULES,
    REFUSED,
)
from minicnn.compat.numpy_results import lend_numpy
from minicnn.compat.old_names import warn_renamed
from minicnn.compat.operators import lend_operators
from minicnn.compat.refusals import lend_refusals, refusal
from minicnn.compat.serializing import CODERS

__all__ = ["lend"]

#: Modules of the package that are loaded when they are first used.
_ON_DEMAND = ("backend", "config", "models", "preprocessing", "saving", "utils")


def lend() -> None:
    """Make the borrowed names available."""
    sys.meta_path.insert(0, LateLending())
    sys.meta_path.append(BorrowedModules())
    lend_arguments()
    lend_keras_1()
    lend_keras_2()
    lend_operators()
    lend_calls()
    lend_metric_variables()
    lend_refusals()
    lend_subclassing()
    lend_numpy()
    lent = {*ALIASES, *ELSEWHERE, *FUNCTIONS, *REFUSED, *CODERS}
    for module in lent - {"minicnn", *_paths(_ON_DEMAND)}:
        vars(importlib.import_module(module))["__getattr__"] = _finder(module)
        for name in FUNCTIONS.get(module, {}):
            if f"{module}.{name}" in sys.modules:  # a file's name, which would be found first
                setattr(sys.modules[module], name, find(module, name))
    for module in OLD_MODULES:
        if module in sys.modules:  # a layer's file has the name of a module of Keras 2
            vars(sys.modules[module])["__getattr__"] = _renamed(module)
    layers = importlib.import_module("minicnn.layers")
    layers.__all__ = [*layers.__all__, *_starred("minicnn.layers")]  # type: ignore[attr-defined]
    package = vars(sys.modules["minicnn"])
    package["__getattr__"] = _top_level(package.get("__getattr__"))


def find(module: str, name: str) -> Any:
    """Return what a module of Keras has under a name that ours does not have.

    Raises
    ------
    AttributeError
        If there is none.
    """
    if name in ALIASES.get(module, {}):
        return getattr(importlib.import_module(module), ALIASES[module][name])
    if name in FUNCTIONS.get(module, {}):
        return _calling(name, getattr(importlib.import_module(module), FUNCTIONS[module][name]))
    if name in ELSEWHERE.get(module, {}):
        return getattr(importlib.import_module(ELSEWHERE[module][name]), name)
    for table in (CODERS, ARRAY_FUNCTIONS):
        if name in table.get(module, {}):
            return table[module][name]
    for reason, names in REFUSED.get(module, {}).items():
        if name in names:
            return refusal(name, reason)
    if f"{module}.{name}" in {*OLD_MODULES, *MODULES, *MOVED_MODULES}:
        return importlib.import_module(f"{module}.{name}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


def _starred(module: str) -> list[str]:
    """Return the names that ``from module import *`` gives besides, as it does in Keras."""
    refused = itertools.chain.from_iterable(REFUSED.get(module, {}).values())
    borrowed = (ALIASES, FUNCTIONS, ELSEWHERE)
    return [*itertools.chain.from_iterable(table.get(module, {}) for table in borrowed), *refused]


def _finder(module: str) -> Callable[[str], Any]:
    return lambda name: find(module, name)


def _top_level(before: Callable[[str], Any] | None) -> Callable[[str], Any]:
    """Return what is asked for names of the package: borrowed ones, then what it had before."""

    def get(name: str) -> Any:
        if name in _ON_DEMAND:
            return importlib.import_module(f"minicnn.{name}")
        try:
            return find("minicnn", name)
        except AttributeError:
            if before is None:
                raise
        return before(name)

    return get


def _paths(names: Sequence[str]) -> list[str]:
    return [f"minicnn.{name}" for name in names]


def _calling(name: str, layer: type) -> Callable[..., Any]:
    def call(inputs: Any, **arguments: Any) -> Any:
        return layer(**arguments)(inputs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Make a {layer.__name__} of the arguments and call it."
    return call


class LateLending(MetaPathFinder):
    """Lends names to a module that is slow to import, once a script or the library imports it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to make the module, or None if it is another one."""
        if fullname not in ELSEWHERE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None:
            loader: Any = spec.loader
            loader.exec_module = _lending(loader.exec_module)
        return spec


def _lending(run: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    def run_and_lend(module: ModuleType) -> None:
        run(module)
        vars(module)["__getattr__"] = _finder(module.__name__)

    return run_and_lend


class BorrowedModules(MetaPathFinder, Loader):
    """Makes the modules that only scripts for Keras know; asked after all other finders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to make a module, or None if it is not one of ours."""
        if (
            fullname in OLD_MODULES
            or fullname in MOVED_MODULES
            or _refused_module(fullname) is not None
        ):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a new module."""
        name = module.__name__
        if name in MOVED_MODULES:
            sys.modules[name] = importlib.import_module(MOVED_MODULES[name])
            return
        reason = _refused_module(name)
        vars(module)["__getattr__"] = _renamed(name) if reason is None else _refusing(name, reason)


def _refused_module(name: str) -> str | None:
    """Return why a module is refused, or None if it is not."""
    for module, reason in MODULES.items():
        if name == module or name.startswith(f"{module}."):
            return reason
    return None


def _renamed(old: str) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        if name.startswith("__"):  # asked by the import system
            raise AttributeError(name)
        if f"{old}.{name}" in OLD_MODULES:
            return importlib.import_module(f"{old}.{name}")
        value = getattr(importlib.import_module(OLD_MODULES[old]), name)
        warn_renamed(f"{old}.{name}", f"{OLD_MODULES[old]}.{name}")
        return value

    return get


def _refusing(module: str, reason: str) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in ARRAY_FUNCTIONS.get(module, {}):
            return ARRAY_FUNCTIONS[module][name]
        return refusal(name, reason)

    return get
