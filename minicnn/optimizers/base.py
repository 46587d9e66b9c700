"""What all optimizers share: the learning rate, clipping, slots, and the order of variables.

An optimizer is given parameters and gradients and changes the parameters in place. What it
remembers of a parameter between steps stands in a slot: an array of the parameter's shape and
dtype, zero at first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np

from minicnn.intervals import number_in
from minicnn.registry import construct, snake_case
from minicnn.schedules import LearningRateSchedule
from minicnn.schedules import get as get_schedule

__all__ = ["Optimizer", "as_keras_casts", "clip_by_norm"]


class Optimizer:
    """A rule that turns gradients into changes of parameters.

    Parameters
    ----------
    learning_rate : float or schedule
        Size of a step, or what gives it from the number of steps done.
    clipnorm : float, optional
        Largest Euclidean norm of each parameter's gradient; a longer one is shortened.
    name : str, optional
        Keras's name of the class if not given.

    Attributes
    ----------
    iterations : int
        Steps done.
    slots : dict of str to dict of str to ndarray
        Slot name -> parameter name -> array. A parameter gets its slots at its first step.
    """

    #: Keras's arguments that this library has no choice for, and the values it stands for.
    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "weight_decay": (None,),
        "global_clipnorm": (None,),
        "clipvalue": (None,),
        "use_ema": (False,),
        "ema_momentum": (0.99,),
        "ema_overwrite_frequency": (None,),
        "loss_scale_factor": (None,),
        "gradient_accumulation_steps": (None,),
    }

    #: Whether Keras lists all slots of a parameter together, or all arrays of a slot.
    slots_by_parameter: ClassVar[bool] = False

    def __init__(
        self,
        learning_rate: Any,
        *,
        clipnorm: float | None = None,
        name: str | None = None,
    ) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.iterations = 0
        self.clipnorm = None if clipnorm is None else self._number("(0, inf)", "clipnorm", clipnorm)
        self._learning_rate: float | LearningRateSchedule = 0.0
        self.learning_rate = learning_rate
        self.slots: dict[str, dict[str, np.ndarray]] = {slot: {} for slot in self.slot_names}

    # -- to be filled in by a subclass --

    @property
    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots, in Keras's order."""
        return ()

    def _update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: Any
    ) -> None:
        """Change `theta` and its slots in place; `rate` is a number of theta's dtype."""
        raise NotImplementedError

    def _config(self) -> dict[str, Any]:
        """Return the arguments of this class alone."""
        return {}

    # -- the calls --

    @property
    def learning_rate(self) -> float:
        """The rate of the next step. Settable unless a schedule gives it.

        Raises
        ------
        TypeError
            If a number is set where a schedule gives the rate.
        """
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self.iterations)
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, LearningRateSchedule | Mapping):
            self._learning_rate = get_schedule(value)
            return
        if isinstance(self._learning_rate, LearningRateSchedule):
            raise TypeError(
                f"{self.name}: learning_rate follows a {type(self._learning_rate).__name__} and "
                "cannot be set to a number; make the optimizer with a float to set it."
            )
        self._learning_rate = self._number("[0, inf)", "learning_rate", value)

    @property
    def schedule(self) -> LearningRateSchedule | None:
        """The schedule that gives the learning rate, if one does."""
        rate = self._learning_rate
        return rate if isinstance(rate, LearningRateSchedule) else None

    def step(self, params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> None:
        """Change the parameters in place by one step.

        Parameters
        ----------
        params : mapping of str to ndarray of float32 or float64
            Changed in place.
        grads : mapping of str to ndarray
            The same keys, and for each the parameter's shape and dtype. Left untouched.

        Raises
        ------
        ValueError
            If keys, shapes or dtypes disagree. Then nothing has been changed.
        """
        self._check(params, grads)
        for slot in self.slots.values():
            for name, theta in params.items():
                if name not in slot:
                    slot[name] = np.zeros(theta.shape, theta.dtype)
        learning_rate = self.learning_rate
        for name, theta in params.items():
            g = grads[name] if self.clipnorm is None else clip_by_norm(grads[name], self.clipnorm)
            slots = {slot: arrays[name] for slot, arrays in self.slots.items()}
            self._update(theta, g, slots, theta.dtype.type(learning_rate))
        self.iterations += 1

    def variables(self, param_names: Iterable[str]) -> list[tuple[str, np.ndarray]]:
        """Everything needed to go on later, named and in the order of Keras's ``variables``.

        First "iteration" (int64) and, unless a schedule gives it, "learning_rate" (float32);
        then, once a step has been done, the slots of the parameters in the order of
        `param_names`, as in "kernel_momentum". Slots are not copied.
        """
        head: list[tuple[str, np.ndarray]] = [("iteration", np.array(self.iterations, np.int64))]
        if self.schedule is None:
            head.append(("learning_rate", np.array(self.learning_rate, np.float32)))
        places = self._places(param_names)
        if not all(name in self.slots[slot] for slot, name in places):
            return head
        return head + [(f"{name}_{slot}", self.slots[slot][name]) for slot, name in places]

    def set_variables(self, params: Mapping[str, np.ndarray], arrays: Sequence[np.ndarray]) -> None:
        """Go on from the arrays of :meth:`variables`, or of Keras.

        Parameters
        ----------
        params : mapping of str to ndarray
            The parameters in the order of the arrays: names, shapes, dtypes.
        arrays : sequence of ndarray
            All variables, or those before the slots if no step had been done. Copied.

        Raises
        ------
        ValueError
            If their number or a shape is wrong. Then nothing has been changed.
        """
        head = 1 if self.schedule is not None else 2
        places = self._places(params)
        if len(arrays) not in (head, head + len(places)):
            raise ValueError(
                f"{self.name}: expected {head + len(places)} optimizer variables for "
                f"{len(params)} parameters, or {head} before the first step, got {len(arrays)}."
            )
        for what, array in zip(("iteration", "learning_rate"), arrays[:head], strict=False):
            if np.shape(array) != ():
                raise ValueError(
                    f"{self.name}: {what} must be a single number, got shape {np.shape(array)}."
                )
        slots: dict[str, dict[str, np.ndarray]] = {slot: {} for slot in self.slot_names}
        for (slot, name), array in zip(places, arrays[head:], strict=False):
            if np.shape(array) != params[name].shape:
                raise ValueError(
                    f"{self.name}: {slot} of {name} must have shape {params[name].shape}, "
                    f"got {np.shape(array)}."
                )
            slots[slot][name] = np.array(array, dtype=params[name].dtype)
        # A file keeps the rate in float32; one that was rounded there stays as exact as it is.
        if head == 2 and np.float32(self.learning_rate) != np.float32(arrays[1]):
            self.learning_rate = float(arrays[1])
        self.iterations = int(arrays[0])
        self.slots = slots

    # -- description --

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal optimizer, under Keras's names."""
        rate = self.schedule.serialize() if self.schedule is not None else self.learning_rate
        base = {"name": self.name, "learning_rate": rate, "clipnorm": self.clipnorm}
        return base | self._config()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an optimizer from :meth:`get_config`'s dict or from Keras's.

        Raises
        ------
        ValueError
            If an argument is unknown, or has a value that only Keras implements.
        """
        return construct(cls, config, cls.fixed_arguments)

    # -- checks --

    def _places(self, param_names: Iterable[str]) -> list[tuple[str, str]]:
        names = list(param_names)
        if self.slots_by_parameter:
            return [(slot, name) for name in names for slot in self.slot_names]
        return [(slot, name) for slot in self.slot_names for name in names]

    def _check(self, params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> None:
        if params.keys() != grads.keys():
            lonely = ", ".join(sorted(params.keys() ^ grads.keys()))
            raise ValueError(
                f"{self.name}: params and grads must have the same keys; only one has {lonely}."
            )
        for name, theta in params.items():
            if theta.dtype not in (np.float32, np.float64):
                raise ValueError(
                    f"{self.name}: parameter {name} must be float32 or float64, got {theta.dtype}."
                )
            if not theta.flags.writeable:
                raise ValueError(f"{self.name}: parameter {name} is read-only.")
            like = {"gradient": grads[name]} | {
                slot: arrays[name] for slot, arrays in self.slots.items() if name in arrays
            }
            for what, array in like.items():
                if array.shape != theta.shape or array.dtype != theta.dtype:
                    raise ValueError(
                        f"{self.name}: the {what} of {name} must be {theta.dtype} of shape "
                        f"{theta.shape}, got {array.dtype} of shape {array.shape}."
                    )

    def _number(self, interval: str, argument: str, value: Any) -> float:
        return number_in(interval, value, f"{self.name}: {argument}")


def clip_by_norm(g: np.ndarray, clipnorm: float) -> np.ndarray:
    """Shorten a gradient to a Euclidean norm, if it is longer.

        g' = g clipnorm / max(||g||, clipnorm)                (sgd.4)

    The norm is summed in float64.
    """
    norm = math.sqrt(np.sum(np.square(g, dtype=np.float64)))
    # Not max(norm, clipnorm), which would lose a NaN.
    return g if norm <= clipnorm else g * g.dtype.type(clipnorm / norm)


def as_keras_casts(value: float, like: np.ndarray) -> Any:
    """Return a constant in the dtype of `like`, by way of float32.

    Keras's ``ops.cast(0.9, "float64")`` makes a float32 tensor on the way: 0.8999999761581421.
    That is 1.3e-5 of ``1 - 0.999`` and would show in every comparison in float64.
    """
    return like.dtype.type(np.float32(value))
