"""Keras 2's arguments of optimizers and callbacks: ``Adam(epsilon=None)``, as its pages had it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from minicnn.callbacks import ReduceLROnPlateau
from minicnn.compat.old_names import warn_renamed
from minicnn.optimizers import Adadelta, Adagrad, Adam, Adamax, AdamW, Nadam, Optimizer, RMSprop

__all__ = ["lend_keras_2"]

_WITH_EPSILON = (Adadelta, Adagrad, Adam, AdamW, Adamax, Nadam, RMSprop)
#: The only one that Keras 3 computes.
_SCHEDULE_DECAY = 0.004


def lend_keras_2() -> None:
    """Let optimizers and ReduceLROnPlateau take the arguments."""
    for cls in _WITH_EPSILON:
        cls.__init__ = _with_epsilon(vars(cls)["__init__"])  # type: ignore[method-assign]
    Nadam.old_arguments = Optimizer.old_arguments | {"schedule_decay": _check_schedule_decay}
    init = vars(ReduceLROnPlateau)["__init__"]
    ReduceLROnPlateau.__init__ = _with_min_delta(init)  # type: ignore[method-assign]


def _with_epsilon(init: Callable[..., None]) -> Callable[..., None]:
    """Return an ``__init__`` for which None is the default of `epsilon`, and call the real one."""
    signature = inspect.signature(init)
    default = signature.parameters["epsilon"].default

    @wraps(init)
    def make(self: Any, *places: Any, **given: Any) -> None:
        bound = signature.bind_partial(self, *places, **given)
        if bound.arguments.get("epsilon", default) is None:
            warn_renamed(f"{type(self).__name__}: epsilon=None", f"epsilon={default}")
            bound.arguments["epsilon"] = default
        init(*bound.args, **bound.kwargs)

    return make


def _check_schedule_decay(optimizer: Nadam, value: float) -> None:
    if value != _SCHEDULE_DECAY:
        raise ValueError(
            f"Nadam: schedule_decay={value!r} is not supported; expected {_SCHEDULE_DECAY}."
        )
    warn_renamed(f"Nadam: schedule_decay={_SCHEDULE_DECAY}", "Nadam without it")


def _with_min_delta(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def make(self: ReduceLROnPlateau, *places: Any, **given: Any) -> None:
        if "epsilon" in given:
            warn_renamed("ReduceLROnPlateau: epsilon", "min_delta")
            given["min_delta"] = given.pop("epsilon")
        init(self, *places, **given)

    return make
