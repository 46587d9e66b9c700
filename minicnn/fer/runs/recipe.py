"""The tables of a configuration: an optimizer with its schedule, and callbacks."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from minicnn.callbacks import Callback, EarlyStopping, ReduceLROnPlateau, SwapEMAWeights
from minicnn.optimizers import Optimizer
from minicnn.optimizers import get as get_optimizer
from minicnn.schedules import CosineDecay, ExponentialDecay, LearningRateSchedule

__all__ = ["Table", "make_callbacks", "make_optimizer"]

Table = Mapping[str, Any]

_SCHEDULES = ("plateau", "cosine", "exponential", "constant")

# The defaults of a configuration; they are not Keras's.
_PLATEAU: dict[str, Any] = {"factor": 0.5, "patience": 8}
_EARLY_STOPPING: dict[str, Any] = {"patience": 32}


def make_optimizer(optimizer: Table, schedule: Table, *, steps: int) -> Optimizer:
    """Return the optimizer, with the schedule if that is a function of the step.

    Parameters
    ----------
    optimizer, schedule : mapping
        As in :class:`~minicnn.fer.runs.configuration.TrainingConfig`.
    steps : int
        Number of batches in all epochs: the default length of a cosine.

    Raises
    ------
    ValueError
        If a name is unknown or a value out of range.
    """
    arguments = dict(optimizer)
    name = arguments.pop("name", "Adam")
    not_decayed = arguments.pop("exclude_from_weight_decay", ())
    cls = type(get_optimizer(name))
    _check_arguments("optimizer", arguments, cls, Optimizer)
    made = cls(**arguments)
    made.exclude_from_weight_decay(var_names=not_decayed)
    by_step = _schedule(schedule, made.learning_rate, steps)
    if by_step is not None:
        made.learning_rate = by_step
    return made


def _schedule(schedule: Table, rate: float, steps: int) -> LearningRateSchedule | None:
    name, arguments = _named_schedule(schedule)
    if name == "cosine":
        _check_arguments("schedule", arguments, CosineDecay)
        rest = max(1, steps - arguments.get("warmup_steps", 0))
        return CosineDecay(rate, **{"decay_steps": rest} | arguments)
    if name == "exponential":
        _check_arguments("schedule", arguments, ExponentialDecay)
        missing = {"decay_steps", "decay_rate"} - arguments.keys()
        if missing:
            raise ValueError(f"schedule: exponential needs {' and '.join(sorted(missing))}.")
        return ExponentialDecay(rate, **arguments)
    return None


def _named_schedule(schedule: Table) -> tuple[str, dict[str, Any]]:
    arguments = dict(schedule)
    name = arguments.pop("name", "plateau")
    if name not in _SCHEDULES:
        raise ValueError(f"schedule: {name!r} is unknown, expected one of {', '.join(_SCHEDULES)}.")
    return name, arguments


def make_callbacks(
    optimizer: Table,
    schedule: Table,
    early_stopping: Table | None,
    *,
    watched: bool,
    verbose: int,
) -> list[Callback]:
    """Return the callbacks that control the training, in their order.

    Parameters
    ----------
    optimizer, schedule, early_stopping : mapping
        As in :class:`~minicnn.fer.runs.configuration.TrainingConfig`.
    watched : bool
        Whether there are validation images; without them, the callbacks that need them are left
        out.
    verbose : {0, 1}
        Whether they print their decisions.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    callbacks: list[Callback] = []
    if optimizer.get("use_ema"):
        # The model is saved after it: with the averaged weights, as it was validated.
        callbacks.append(SwapEMAWeights(swap_on_epoch=True))
    name, arguments = _named_schedule(schedule)
    if name == "plateau":
        _check_arguments("schedule", arguments, ReduceLROnPlateau)
        plateau = ReduceLROnPlateau(**_PLATEAU | {"verbose": verbose} | arguments)
        if watched or not plateau.monitor.startswith("val_"):
            callbacks.append(plateau)
    elif name == "constant":
        _check_arguments("schedule", arguments)
    if early_stopping is not None:
        _check_arguments("early_stopping", early_stopping, EarlyStopping)
        given = {"verbose": verbose} | dict(early_stopping)
        stopping = EarlyStopping(**_EARLY_STOPPING | given)
        if watched or not stopping.monitor.startswith("val_"):
            callbacks.append(stopping)
    return callbacks


def _check_arguments(where: str, arguments: Mapping[str, Any], *classes: type) -> None:
    """Reject an argument that none of the classes takes."""
    known = {
        name: None
        for cls in classes
        for name, parameter in inspect.signature(cls).parameters.items()
        # The first rate of a schedule is the optimizer's; "name" has chosen the class.
        if parameter.kind is not parameter.VAR_KEYWORD
        and name not in ("initial_learning_rate", "name")
    }
    for name in arguments:
        if name not in known:
            raise ValueError(
                f"{where}: {name!r} is unknown, expected one of {', '.join(known) or 'none'}."
            )
