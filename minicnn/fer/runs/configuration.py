"""The configuration of a run: the documented one by default, others from a TOML file or options."""

from __future__ import annotations

import dataclasses
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from minicnn.callbacks import Callback
from minicnn.data.augmentation import Augmentation
from minicnn.fer.datasets.load_images import COLOR_MODES
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.runs.recipe import Table, make_callbacks, make_optimizer
from minicnn.fer.runs.toml import as_toml, read_toml
from minicnn.intervals import number_in, whole_number_in
from minicnn.losses import CategoricalCrossentropy
from minicnn.optimizers import Optimizer
from minicnn.random import check_seed

__all__ = ["Teacher", "TrainingConfig", "read_config"]


@dataclass(frozen=True)
class Teacher:
    """The network whose predictions join the labels; see :mod:`minicnn.fer.runs.teacher`.

    Attributes
    ----------
    model : str
        A ``.keras`` file, or the name of an included network. Keep the file: resuming the run
        needs it.
    share : float
        Of the teacher's probabilities in the targets; the labels have the rest.
    views : int
        How many augmented views an image has; the teacher predicts each once, so the epochs after
        these take as long as without it. 0: a new view, and a new prediction, in every epoch.
    """

    model: str = "pretrained"
    share: float = 0.7
    views: int = 0

    def __post_init__(self) -> None:
        _check_path_text("teacher: model", self.model)
        number_in("(0, 1]", self.share, "teacher: share")
        whole_number_in("[0, inf)", self.views, "teacher: views")


@dataclass(frozen=True)
class TrainingConfig:
    """What a run does; the defaults are the documented configuration.

    The original names a schedule but not its numbers; ours halves the learning rate after eight
    epochs in which the validation loss has not fallen.

    Attributes
    ----------
    epochs, batch_size : int
        Largest number of passes over the training images; images per step.
    seed : int
        Determines every random number of the run.
    network : {"documented", "compact"}
        The network to train from new weights: one of
        :data:`~minicnn.fer.models.networks.NETWORKS`.
    start : str or None
        A ``.keras`` file: its network is trained further, from its weights, instead of a new one.
        Its optimizer and loss are not used. Keep the file: resuming the run needs it.
        A name is an included network: one of
        :data:`~minicnn.fer.models.pretrained.PRETRAINED_FILES`, or "pretrained" for the default
        one. If the classes differ, it gets a new last layer.
    freeze : int
        How many of the first layers of `start` are not trained.
    image_size : int or None
        Height and width of the images to train on; None: those that `start` takes, or 48.
    color_mode : {"grayscale", "rgb"} or None
        Their colours; None: those that `start` takes, or grey.
    protocol : {"held-out", "documented"}
        Whether to validate on held-out training images, so that the test images are evaluated
        once, after the training; or on the test images, as the original did, which chooses
        the model on the images that it is then measured on.
    validation_split : float
        Share of every class to hold out; 0 for none. No effect with the documented protocol.
    log_test : bool
        Whether loss and accuracy on the test images are recorded after every epoch, and the model
        that was best on them is also kept. Nothing else depends on them.
    class_weight : {"none", "balanced"}
        Whether all classes get the same total weight in the loss, however many images they have.
    label_smoothing : float
        Share of each target that is spread over all classes.
    optimizer : mapping
        "name" and Keras's arguments: ``{"name": "SGD", "learning_rate": 0.01, "momentum": 0.9}``.
        With ``use_ema``, the averaged weights are validated and saved.
    schedule : mapping
        "name" and Keras's arguments. "plateau": :class:`~minicnn.callbacks.ReduceLROnPlateau`,
        factor 0.5 and patience 8 if not given. "cosine": :class:`~minicnn.schedules.CosineDecay`,
        over the whole run if ``decay_steps`` is not given. "exponential":
        :class:`~minicnn.schedules.ExponentialDecay`. "constant".
    early_stopping : mapping or None
        Arguments of :class:`~minicnn.callbacks.EarlyStopping`, patience 32 if not given.
    augmentation : Augmentation or None
    teacher : Teacher or None
        Mixes a trained network's predictions into the labels.

    Raises
    ------
    ValueError
        If a value is out of range or a name unknown.
    """

    epochs: int = 128
    batch_size: int = 32
    seed: int = 0
    network: str = "documented"
    start: str | None = None
    freeze: int = 0
    image_size: int | None = None
    color_mode: str | None = None
    protocol: str = "held-out"
    validation_split: float = 0.1
    log_test: bool = False
    class_weight: str = "none"
    label_smoothing: float = 0.0
    optimizer: Table = field(default_factory=lambda: {"name": "Adam", "learning_rate": 0.001})
    schedule: Table = field(
        default_factory=lambda: {"name": "plateau", "factor": 0.5, "patience": 8}
    )
    early_stopping: Table | None = field(default_factory=lambda: {"patience": 32})
    augmentation: Augmentation | None = field(default_factory=Augmentation)
    teacher: Teacher | None = None

    def __post_init__(self) -> None:
        whole_number_in("[1, inf)", self.epochs, "epochs")
        whole_number_in("[1, inf)", self.batch_size, "batch_size")
        check_seed(self.seed)
        whole_number_in("[0, inf)", self.freeze, "freeze")
        if self.freeze and self.start is None:
            raise ValueError("freeze needs start, the model whose first layers stay as they are.")
        if self.network != "documented" and self.start is not None:
            raise ValueError(
                "network cannot be combined with start, which brings a network of its own."
            )
        if self.image_size is not None:
            whole_number_in("[16, 1024]", self.image_size, "image_size")
        number_in("[0, 1)", self.validation_split, "validation_split")
        for name, known in (
            ("network", tuple(NETWORKS)),
            ("protocol", ("held-out", "documented")),
            ("class_weight", ("none", "balanced")),
            ("color_mode", (None, *COLOR_MODES)),
        ):
            if getattr(self, name) not in known:
                allowed = " or ".join(filter(None, known))
                raise ValueError(f"{name} must be {allowed}, got {getattr(self, name)!r}.")
        if self.start is not None:
            _check_path_text("start", self.start)
        if not isinstance(self.log_test, bool):
            raise ValueError(f"log_test must be true or false, got {self.log_test!r}.")
        if self.log_test and self.protocol == "documented":
            raise ValueError(
                "log_test is for the protocol held-out; the documented one validates on the test "
                "images anyway."
            )
        # Make them once now, to find errors before the data is read.
        self.make_loss()
        self.make_optimizer(1)
        self.make_callbacks(verbose=0)

    @property
    def watched(self) -> bool:
        """Whether there are validation images."""
        return self.protocol == "documented" or self.validation_split > 0

    def make_loss(self) -> CategoricalCrossentropy:
        """Return the loss."""
        return CategoricalCrossentropy(label_smoothing=self.label_smoothing)

    def make_optimizer(self, steps: int) -> Optimizer:
        """Return the optimizer with its schedule, for epochs of `steps` batches."""
        return make_optimizer(self.optimizer, self.schedule, steps=self.epochs * steps)

    def make_callbacks(self, *, verbose: int) -> list[Callback]:
        """Return the callbacks that control the training, in their order."""
        return make_callbacks(
            self.optimizer,
            self.schedule,
            self.early_stopping,
            watched=self.watched,
            verbose=verbose,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all entries as JSON and TOML values; False means that an entry is off."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        for name in ("augmentation", "teacher"):
            if values[name] is not None:
                values[name] = dataclasses.asdict(values[name])
        return {
            name: False if value is None else dict(value) if isinstance(value, Mapping) else value
            for name, value in values.items()
        }

    @classmethod
    def from_dict(cls, values: Table) -> TrainingConfig:
        """Make a configuration from :meth:`as_dict`'s values, or from some of them.

        A leading ``~`` of a path is expanded, as no shell has done it in a file.

        Raises
        ------
        ValueError
            If a name is unknown or a value does not fit.
        """
        given = dict(values)
        _check_names("", given, (f.name for f in dataclasses.fields(cls)))
        for name in ("optimizer", "schedule", "early_stopping", "augmentation", "teacher"):
            value = given.get(name, {})
            left_out = value is False and name not in ("optimizer", "schedule")
            if not isinstance(value, Mapping) and not left_out:
                raise ValueError(f"{name} must be a table, as in [{name}], got {value!r}.")
            if left_out:
                given[name] = None
        for name in ("start", "image_size", "color_mode"):
            if given.get(name) is False:
                given[name] = None
        given["start"] = _expanded(given.get("start"))
        for name, kind in (("augmentation", Augmentation), ("teacher", Teacher)):
            if given.get(name) is not None:
                table = {key: _expanded(value) for key, value in given[name].items()}
                _check_names(f"{name}: ", table, (f.name for f in dataclasses.fields(kind)))
                given[name] = kind(**table)
        return cls(**given)

    def to_toml(self) -> str:
        """Write it as a file that :func:`read_config` reads."""
        return as_toml(self.as_dict())


def read_config(path: str | os.PathLike[str]) -> TrainingConfig:
    """Read a configuration from a TOML file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not TOML, a name is unknown, or a value does not fit.
    """
    values = read_toml(path)
    try:
        return TrainingConfig.from_dict(values)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _expanded(path: Any) -> Any:
    return os.path.expanduser(path) if isinstance(path, str) else path


def _check_path_text(what: str, value: object) -> None:
    """Reject an empty text, one that a text file cannot hold or show, and anything else."""
    control_or_lone_surrogate = ("Cc", "Cs")
    if (
        not isinstance(value, str)
        or value == ""
        or any(unicodedata.category(c) in control_or_lone_surrogate for c in value)
    ):
        raise ValueError(
            f"{what} must be a file's path, as text without control characters, got {value!r}."
        )


def _check_names(where: str, given: Iterable[str], known: Iterable[str]) -> None:
    known = tuple(known)
    for name in given:
        if name not in known:
            raise ValueError(f"{where}{name!r} is unknown, expected one of {', '.join(known)}.")
