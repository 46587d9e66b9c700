"""What all optimizers share: the learning rate, clipping, slots, and the order of variables.

An optimizer is given parameters and gradients and changes the parameters in place. What it
remembers of a parameter between steps stands in a slot: an array of the parameter's shape and
dtype, zero at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in, whole_number_in
from minicnn.optimizers.averaging import AVERAGE, Averaged
from minicnn.optimizers.clipping import Clipped
from minicnn.optimizers.owners import Arrays, Owners, check_arrays, known_names, renamed
from minicnn.optimizers.weight_decay import decays, patterns, weight_decay
from minicnn.registry import snake_case
from minicnn.schedules import LearningRateSchedule
from minicnn.schedules import get as get_schedule

__all__ = ["Optimizer", "Rate", "as_keras_casts"]

#: A learning rate: a number, a schedule, or the written form of one.
Rate = float | LearningRateSchedule | Mapping[str, Any]


class Optimizer(Averaged, Clipped):
    """A rule that turns gradients into changes of parameters.

    Parameters
    ----------
    learning_rate : float or schedule
        Size of a step, or what gives it from the number of steps done.
    weight_decay : float, optional
        Share of a weight that a step takes away, times the learning rate
        (:mod:`minicnn.optimizers.weight_decay`). All parameters decay but those of
        :meth:`exclude_from_weight_decay`, as in Keras.
    use_ema : bool
        Whether to keep an exponential moving average of every parameter
        (:mod:`minicnn.optimizers.averaging`). ``fit`` ends with the averages in the model.
    ema_momentum : float
        Share of the old average that a step keeps, in [0, 1].
    ema_overwrite_frequency : int, optional
        Number of steps after which the parameters are set to their averages, again and again.
    name : str, optional
        Keras's name of the class if not given.
    **common
        Clipping: see :class:`~minicnn.optimizers.clipping.Clipped`.

    Attributes
    ----------
    iterations : int
        Steps done.
    slots : dict of str to dict of str to ndarray
        Slot -> parameter -> array, from its first step on. Averages are the slot "average".
    averages_swapped : bool
        Whether averages and parameters are swapped: the averages are in the parameters' arrays.
    """

    keras_module = "keras.optimizers"
    ignored_methods: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            *("_update", "update_step", "build", "apply", "apply_gradients", "get_updates"),
            *("_create_slots", "_resource_apply_dense"),
        ),
        "update(theta, g, slots, rate), which changes theta and its slots in place",
    )
    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "loss_scale_factor": (None,),
        "gradient_accumulation_steps": (None,),
    }

    #: Whether Keras lists all slots of a parameter together, or all arrays of a slot.
    slots_by_parameter: ClassVar[bool] = False
    #: Slots that Keras lists behind those of all parameters.
    slots_behind: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        learning_rate: Rate,
        *,
        weight_decay: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        name: str | None = None,
        **common: Any,
    ) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.iterations = 0
        self.use_ema = bool(use_ema)
        self.ema_momentum = self._number("[0, 1]", "ema_momentum", ema_momentum)
        every = ema_overwrite_frequency
        if every is not None:
            every = whole_number_in("[1, inf)", every, f"{self.name}: ema_overwrite_frequency")
        self.ema_overwrite_frequency = every
        self.weight_decay = self._optional("[0, inf)", "weight_decay", weight_decay)
        self._not_decayed: tuple[str, ...] = ()
        self._learning_rate: float | LearningRateSchedule = 0.0
        self.learning_rate = learning_rate
        self.averages_swapped = False
        names = (AVERAGE, *self.slot_names) if self.use_ema else self.slot_names
        self.slots: dict[str, dict[str, np.ndarray]] = {slot: {} for slot in names}
        # Whose state this is: owners by name, or the arrays themselves where nobody owns them.
        self.owners: Owners = {}
        self._arrays: Arrays = {}
        super().__init__(**common)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_arrays": {}}  # references to arrays cannot be copied

    # -- to be filled in by a subclass --

    @property
    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots, in Keras's order."""
        return ()

    def initial_value(self, slot: str) -> float:
        """Return the number that a new array of a slot is filled with."""
        return 0.0

    def file_numbers(self) -> dict[str, float]:
        """Return numbers that Keras's files hold behind the slots; they follow from the steps."""
        return {}

    def update(
        self, theta: np.ndarray, g: np.ndarray, slots: dict[str, np.ndarray], rate: np.floating
    ) -> None:
        """Change `theta` and its slots in place; `rate` is a number of theta's dtype."""
        raise NotImplementedError(f"{type(self).__name__} does not define update.")

    # -- the calls --

    @property
    def learning_rate(self) -> float:
        """The rate of the next step. Setting a number where a schedule gives it is a TypeError."""
        return self.next_rate()

    @learning_rate.setter
    def learning_rate(self, value: Rate) -> None:
        if isinstance(value, LearningRateSchedule | Mapping):
            self._learning_rate = get_schedule(value)
            return
        if isinstance(self._learning_rate, LearningRateSchedule):
            raise TypeError(
                f"{self.name}: learning_rate follows a {type(self._learning_rate).__name__} and "
                "cannot be set to a number; make the optimizer with a float to set it."
            )
        self._learning_rate = self._number("[0, inf)", "learning_rate", value)

    def next_rate(self) -> float:
        """Return the rate of the next step."""
        rate = self._learning_rate
        return rate(self.iterations) if isinstance(rate, LearningRateSchedule) else rate

    def exclude_from_weight_decay(self, *, var_names: Iterable[str]) -> None:
        """Let some parameters keep their size, as biases and the scales of a batch norm should.

        Parameters
        ----------
        var_names : iterable of str
            Regular expressions; a parameter in whose own name ("bias", "gamma") one of them is
            found does not decay. As in Keras a model's file does not keep them.

        Raises
        ------
        ValueError
            If it is a single text, or one of them is not a regular expression.
        """
        self._not_decayed += patterns(self.name, var_names)

    @property
    def schedule(self) -> LearningRateSchedule | None:
        """The schedule that gives the learning rate, if one does."""
        rate = self._learning_rate
        return rate if isinstance(rate, LearningRateSchedule) else None

    def require_owner(self, owners: Owners) -> None:
        """Require that the state is for these parameters, and follow those that were renamed.

        Parameters
        ----------
        owners : mapping of str to object
            The owner of every parameter of a network (:mod:`minicnn.optimizers.owners`).

        Raises
        ------
        ValueError
            If steps have been done for the parameters of another network.
        """
        before = self.owners
        if all(before.get(name) is owner for name, owner in owners.items()):
            return
        if before and self.iterations:
            names = known_names(before, owners)
            if names is None:
                raise ValueError(
                    f"{self.name}: the optimizer has learned the weights of another model; make "
                    f"a new one, as in {type(self).__name__}.from_config(optimizer.get_config())."
                )
            self.slots = {slot: renamed(arrays, names) for slot, arrays in self.slots.items()}
            owners = renamed(before, names) | dict(owners)
        self.owners = dict(owners)

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
            If keys, shapes or dtypes disagree, or a name stood for another array before that is
            still in use. Then nothing has been changed.
        """
        _check_step(self.name, params, grads, self.slots)
        if not self.owners:
            check_arrays(self.name, params, self._arrays)
        for slot, arrays in self.slots.items():
            for name, theta in params.items():
                if name not in arrays:
                    first = as_keras_casts(self.initial_value(slot), theta)
                    arrays[name] = np.full(theta.shape, first)
        learning_rate = self.next_rate()
        if self.clipnorm or self.clipvalue or self.global_clipnorm:
            grads = self.clipped(grads)
        for name, theta in params.items():
            g = grads[name]
            slots = {slot: arrays[name] for slot, arrays in self.slots.items()}
            rate = theta.dtype.type(learning_rate)
            if self.weight_decay is not None and decays(name, self._not_decayed):
                weight_decay(theta, rate, as_keras_casts(self.weight_decay, theta))
            self.update(theta, g, slots, rate)
        if self.use_ema:
            self.average(params)
        self.iterations += 1

    # -- description --

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal optimizer, under Keras's names."""
        config = super().get_config()
        if self.schedule is not None:
            config["learning_rate"] = self.schedule.serialize()
        for name in ("weight_decay", "clipvalue", "global_clipnorm"):
            if config[name] is None:
                del config[name]  # files and runs from before there was one stay the same
        return config

    def _number(self, interval: str, argument: str, value: Any) -> float:
        return number_in(interval, value, f"{self.name}: {argument}")


def as_keras_casts(value: float, like: np.ndarray) -> Any:
    """Return a constant in the dtype of `like`, by way of float32.

    Keras's ``ops.cast(0.9, "float64")`` makes a float32 tensor on the way: 0.8999999761581421.
    That is 1.3e-5 of ``1 - 0.999`` and would show in every comparison in float64.
    """
    return like.dtype.type(np.float32(value))


def _check_step(
    where: str,
    params: Mapping[str, np.ndarray],
    grads: Mapping[str, np.ndarray],
    slots: Mapping[str, Mapping[str, np.ndarray]],
) -> None:
    """Raise a ValueError unless parameters, gradients and slots go together."""
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
