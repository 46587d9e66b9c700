"""What must hold before a step changes anything."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["check_step"]


def check_step(
    where: str,
    params: Mapping[str, np.ndarray],
    grads: Mapping[str, np.ndarray],
    slots: Mapping[str, Mapping[str, np.ndarray]],
) -> None:
    """Require that parameters, gradients and slots go together.

    Parameters
    ----------
    where : str
        Who asks, for the message.
    params, grads : mapping of str to ndarray
        What is to be changed, and the gradients.
    slots : mapping of str to mapping of str to ndarray
        Slot name -> parameter name -> array.

    Raises
    ------
    ValueError
        If keys, shapes or dtypes disagree, or a parameter cannot be changed.
    """
    if params.keys() != grads.keys():
        lonely = ", ".join(sorted(params.keys() ^ grads.keys()))
        raise ValueError(
            f"{where}: params and grads must have the same keys; only one has {lonely}."
        )
    for name, theta in params.items():
        if theta.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"{where}: parameter {name} must be float32 or float64, got {theta.dtype}."
            )
        if not theta.flags.writeable:
            raise ValueError(f"{where}: parameter {name} is read-only.")
        like = {"gradient": grads[name]} | {
            slot: arrays[name] for slot, arrays in slots.items() if name in arrays
        }
        for what, array in like.items():
            if array.shape != theta.shape or array.dtype != theta.dtype:
                raise ValueError(
                    f"{where}: the {what} of {name} must be {theta.dtype} of shape "
                    f"{theta.shape}, got {array.dtype} of shape {array.shape}."
                )
