"""One thing for each output of a model, as Keras takes it: in a list, or in a dict by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minicnn.registry import described

__all__ = ["by_output", "is_written", "listed", "naming", "numbered"]


def by_output(
    what: str, names: Sequence[str], given: Any, *, may_lack: Sequence[str] = ()
) -> list[Any]:
    """Return what is given for each output, in the order of the outputs.

    Parameters
    ----------
    what : str
        The caller and the argument, for the message: "fit: y".
    names : sequence of str
        Names of the outputs.
    given : list, tuple or dict by name
    may_lack : sequence of str
        Names that a dict may leave out, and a list if it leaves out all of them; they get None.

    Raises
    ------
    ValueError
        If an output is missing or unknown.
    """
    known = ", ".join(names)
    if isinstance(given, Mapping):
        if len(set(names)) < len(names):
            raise ValueError(f"{what}: two outputs have the same name ({known}); pass a list.")
        for name in given:
            if name not in names:
                raise ValueError(f"{what}: {name!r} is not an output; expected one of {known}.")
        for name in names:
            if name not in given and name not in may_lack:
                raise ValueError(
                    f"{what}: the output {name!r} is missing; expected a dict with {known}."
                )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)) and len(given) == len(names):
        return list(given)
    wanted = [name for name in names if name not in may_lack]
    if may_lack and isinstance(given, (list, tuple)) and len(given) == len(wanted):
        rest = iter(given)
        return [next(rest) if name in wanted else None for name in names]
    got = len(given) if isinstance(given, (list, tuple)) else described(given)
    raise ValueError(
        f"{what}: expected a list or dict with one for each output ({known}), got {got}."
    )


def is_written(given: Any) -> bool:
    """Whether a dict is one written object of Keras's, and not a dict by name."""
    return isinstance(given, Mapping) and "class_name" in given


def listed(values: Any) -> list[Any]:
    """Return a list of what each output has; a value by itself is that of the only output."""
    if isinstance(values, Mapping):
        return list(values.values())
    return list(values) if isinstance(values, (list, tuple)) else [values]


def naming(output: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; if it raises a ValueError, the message begins with the output."""
    try:
        return function(*arguments)
    except ValueError as error:
        raise ValueError(f"output {output!r}: {error}") from error


def numbered(names: Sequence[str]) -> list[str]:
    """Return the names, each with the number of its equals before it, as Keras does.

    >>> numbered(["acc", "mse", "acc"])
    ['acc', 'mse', 'acc_1']
    """
    return [
        f"{name}_{before}" if (before := names[:index].count(name)) else name
        for index, name in enumerate(names)
    ]
