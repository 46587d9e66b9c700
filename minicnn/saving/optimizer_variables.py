"""An optimizer's state as the list of variables that Keras's files hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from minicnn.optimizers import Optimizer
from minicnn.optimizers.averaging import AVERAGE

__all__ = ["set_variables", "take_variables", "variables"]


def variables(optimizer: Optimizer, param_names: Iterable[str]) -> list[tuple[str, np.ndarray]]:
    """Return everything needed to go on later, named and in the order of Keras's ``variables``.

    First "iteration" (int64) and, unless a schedule gives it, "learning_rate" (float32);
    then, once a step has been done, the slots of the parameters in the order of
    `param_names`, as in "kernel_momentum", and further numbers. Slots are not copied.
    """
    head: list[tuple[str, np.ndarray]] = [("iteration", np.array(optimizer.iterations, np.int64))]
    if optimizer.schedule is None:
        head.append(("learning_rate", np.array(optimizer.learning_rate, np.float32)))
    places = _places(optimizer, param_names)
    if not all(name in optimizer.slots[slot] for slot, name in places):
        return head
    slots = [(f"{name}_{slot}", optimizer.slots[slot][name]) for slot, name in places]
    dtype = next((array.dtype for _, array in slots), np.dtype(np.float32))
    numbers = optimizer.file_numbers().items()
    return head + slots + [(name, np.array(number, dtype)) for name, number in numbers]


def set_variables(
    optimizer: Optimizer, params: Mapping[str, np.ndarray], arrays: Sequence[np.ndarray]
) -> None:
    """Go on from the arrays of :func:`variables`, or of Keras.

    Parameters
    ----------
    optimizer : Optimizer
        Changed here.
    params : mapping of str to ndarray
        The parameters in the order of the arrays: names, shapes, dtypes.
    arrays : sequence of ndarray
        All variables, or those before the slots if no step had been done. Copied.

    Raises
    ------
    ValueError
        If their number or a shape is wrong. Then nothing has been changed.
    """
    head = 1 if optimizer.schedule is not None else 2
    places = _places(optimizer, params)
    whole = head + len(places) + len(optimizer.file_numbers())
    if len(arrays) not in (head, whole):
        raise ValueError(
            f"{optimizer.name}: expected {whole} optimizer variables for "
            f"{len(params)} parameters, or {head} before the first step, got {len(arrays)}."
        )
    # Numbers behind the slots follow from the iterations; only their shape is looked at.
    ends = [("iteration", arrays[0]), *[("learning_rate", a) for a in arrays[1:head]]]
    ends += zip(optimizer.file_numbers(), arrays[head + len(places) :], strict=False)
    for what, array in ends:
        if np.shape(array) != ():
            raise ValueError(
                f"{optimizer.name}: {what} must be a single number, got shape {np.shape(array)}."
            )
    slots: dict[str, dict[str, np.ndarray]] = {slot: {} for slot in optimizer.slots}
    for (slot, name), array in zip(places, arrays[head:], strict=False):
        if np.shape(array) != params[name].shape:
            raise ValueError(
                f"{optimizer.name}: {slot} of {name} must have shape {params[name].shape}, "
                f"got {np.shape(array)}."
            )
        slots[slot][name] = np.array(array, dtype=params[name].dtype)
    # A file keeps the rate in float32; one that was rounded there stays as exact as it is.
    if head == 2 and np.float32(optimizer.learning_rate) != np.float32(arrays[1]):
        optimizer.learning_rate = float(arrays[1])
    optimizer.iterations = int(arrays[0])
    optimizer.slots = slots


def take_variables(
    optimizer: Optimizer,
    network: Any,
    count: int,
    read: Callable[[int, tuple[int, ...], bool], np.ndarray],
    *,
    is_number: Callable[[int], bool] = lambda _: False,
) -> str | None:
    """Put stored variables into a new optimizer, if their number fits.

    Parameters
    ----------
    optimizer : Optimizer
        Changed here.
    network : Network
    count : int
        How many variables are stored.
    read : callable
        ``(index, shape, whether it is an integer) -> array``
    is_number : callable
        Whether the variable at an index is a single number.

    Returns
    -------
    str or None
        Why they could not be used, if they are for other parameters.
    """
    params = network.trainable_params()
    before_first_step = variables(optimizer, params)
    for slot in optimizer.slots.values():
        slot.update(
            {key: np.broadcast_to(np.zeros((), p.dtype), p.shape) for key, p in params.items()}
        )
    expected = variables(optimizer, params)
    for slot in optimizer.slots.values():
        slot.clear()
    head = len(before_first_step)
    if count not in (head, len(expected)):
        # Layers frozen or thawed after compiling do that. Keras, too, starts anew then.
        return (
            f"it holds {count:,} variables of the optimizer, expected {len(expected)}; "
            "the optimizer starts afresh."
        )
    places, numbers = list(range(count)), len(optimizer.file_numbers())
    if numbers and count > head and is_number(head) and not is_number(count - 1):
        # Nadam of Keras 3.0 to 3.9 has its number in front of the slots.
        places = [*places[:head], *places[head + numbers :], *places[head : head + numbers]]
    arrays = [
        read(place, like.shape, key == "iteration")
        for place, (key, like) in zip(places, expected[:count], strict=True)
    ]
    set_variables(optimizer, params, arrays)
    return None


def _places(optimizer: Optimizer, param_names: Iterable[str]) -> list[tuple[str, str]]:
    names = list(param_names)
    averages = [(AVERAGE, name) for name in names] if optimizer.use_ema else []
    if optimizer.slots_by_parameter:
        behind = [slot for slot in optimizer.slot_names if slot in optimizer.slots_behind]
        first = [slot for slot in optimizer.slot_names if slot not in behind]
        by_parameter = [(slot, name) for name in names for slot in first]
        return averages + by_parameter + [(slot, name) for slot in behind for name in names]
    return averages + [(slot, name) for slot in optimizer.slot_names for name in names]
