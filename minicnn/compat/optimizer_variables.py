"""An optimizer's numbers as Keras's variables: ``optimizer.learning_rate.assign(0.5)``.

The library itself computes with plain floats, which it asks `next_rate` for.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from minicnn.layers.weighted import NamedArray
from minicnn.optimizers import Optimizer

__all__ = ["OptimizerVariable", "RateVariable", "lend_variables"]


def lend_variables() -> None:
    """Let optimizers have `variables`, and a `learning_rate` that can be assigned."""
    plain: Any = vars(Optimizer)["learning_rate"]
    Optimizer.learning_rate = property(_rate, plain.fset, doc=plain.__doc__)  # type: ignore[assignment,method-assign]
    Optimizer.variables = property(_variables)  # type: ignore[attr-defined]


class RateVariable(float):
    """A learning rate that knows its optimizer; a copy of it, or the result of a sum, does not."""

    _optimizer: ref[Optimizer]

    def numpy(self) -> np.float32:
        """Return the number, as Keras keeps it."""
        return np.float32(self)

    def assign(self, value: float) -> None:
        """Set the optimizer's learning rate.

        Raises
        ------
        TypeError
            If a schedule gives it.
        ReferenceError
            If the optimizer is gone.
        """
        optimizer = self._optimizer()
        if optimizer is None:
            raise ReferenceError(
                "learning_rate.assign: the optimizer with this learning rate is no longer in use."
            )
        optimizer.learning_rate = value

    def __reduce__(self) -> tuple:
        return float, (float(self),)


def _rate(optimizer: Optimizer) -> RateVariable:
    rate = RateVariable(optimizer.next_rate())
    rate._optimizer = ref(optimizer)
    return rate


class OptimizerVariable(NamedArray):
    """One variable of an optimizer.

    Parameters
    ----------
    optimizer : Optimizer
    name : str
        "iteration", "learning_rate", or a slot: "kernel_momentum".
    array : ndarray
        A slot is the optimizer's own array.
    """

    def __init__(self, optimizer: Optimizer, name: str, array: np.ndarray) -> None:
        self._optimizer, self.name, self.value = optimizer, name.replace("/", "_"), array
        self.path = f"{optimizer.name}/{self.name}"

    def assign(self, value: Any) -> None:
        """Set it.

        Raises
        ------
        ValueError
            If the shape is another one.
        """
        array = self._fitting(value, self.dtype)
        self.value[...] = array
        if self.name == "iteration":
            self._optimizer.iterations = int(array)
        elif self.name == "learning_rate":
            self._optimizer.learning_rate = float(array)

    def __eq__(self, other: object) -> Any:
        """Compare number by number, as arrays do."""
        return self.value == np.asarray(other)

    __hash__ = object.__hash__


def _variables(optimizer: Optimizer) -> list[OptimizerVariable]:
    """All variables in Keras's order: iterations, learning rate, slots."""
    from minicnn.saving.optimizer_variables import variables  # loads h5py

    names = next(iter(optimizer.slots.values()), {})
    return [OptimizerVariable(optimizer, *named) for named in variables(optimizer, names)]
