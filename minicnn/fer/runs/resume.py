"""Whether a run may continue from a checkpoint: what both must have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.fer.models.pretrained import model_file
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.machine import describe_machine
from minicnn.fer.runs.options import RunOptions
from minicnn.files import remove_unfinished
from minicnn.model import Model
from minicnn.streams import say
from minicnn.training.checkpoint import Checkpoints
from minicnn.version import __version__

__all__ = ["changed_machine", "check_identity", "open_checkpoints", "run_identity"]

_NO_MATTER = ("cores", "threads")


def run_identity(config: TrainingConfig, model: Model, dataset: Dataset) -> dict[str, Any]:
    """Return what identifies a run: version, configuration, network, data, machine.

    Start, teacher, network and data are identified by a digest. The number of epochs is left out
    unless the schedule depends on it: a run can be made longer.
    """
    values = config.as_dict()
    del values["start"]  # the file may have been moved; its digest identifies it
    if values["teacher"]:
        del values["teacher"]["model"]
    if config.schedule.get("name") != "cosine":
        del values["epochs"]
    assert model.optimizer is not None
    assert model.loss is not None
    network = [layer.get_config() for layer in model.layers]
    learning = [model.optimizer.get_config(), model.loss.get_config()]
    arrays = [
        array for split in (dataset.train, dataset.test) for array in (split.images, split.labels)
    ]
    return {
        "version": __version__,
        "config": values,
        "start": _digest_of_model(config.start),
        "teacher": _digest_of_model(config.teacher.model if config.teacher else None),
        "network": _digest(json.dumps([network, learning], sort_keys=True).encode()),
        "data": _digest(*(np.ascontiguousarray(array).data.cast("B") for array in arrays)),
        "machine": describe_machine(),
    }


def _digest_of_model(path: str | None) -> str | None:
    return None if path is None else _digest(model_file(path).read_bytes())


def _digest(*parts: bytes | memoryview) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def check_identity(where: str, begun: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Reject a run that is not the one that was started.

    Parameters
    ----------
    where : str
        The run folder, for the message.
    begun, now : mapping
        What :func:`run_identity` returned when the run was started, and returns now.

    Raises
    ------
    ValueError
        If configuration, start, network or data differ; the message says which.

    Notes
    -----
    Entries that did not exist in the version that started the run are set to their defaults before
    configurations are compared. The network's digest is not compared across versions, because they
    may describe the same layer differently; whether the weights fit is checked when the training
    loads them.
    """
    begun = {**begun, "config": _with_defaults(begun["config"], now["config"])}
    if begun["version"] != now["version"]:
        begun["network"] = now["network"]
    what = {
        "start": f"with {_digest_of('start', begun)}, now {_digest_of('start', now)}",
        "teacher": f"with {_digest_of('teacher', begun)}, now {_digest_of('teacher', now)}",
        "config": "with " + _differences(begun["config"], now["config"]),
        "data": "with other images",  # before the network, which may follow their form
        "network": "with another network",
    }
    for name, difference in what.items():
        if begun.get(name) != now[name]:  # runs of older versions have no start and no teacher
            raise ValueError(
                f"{where} cannot be resumed: its run was started {difference}. Use the command "
                "that started it, or choose another folder."
            )


def _with_defaults(begun: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration; entries that an older version did not have take their defaults."""
    defaults = TrainingConfig().as_dict()
    filled = {name: defaults[name] for name in now} | dict(begun)
    if filled["augmentation"]:
        filled["augmentation"] = defaults["augmentation"] | filled["augmentation"]
    return filled


def _digest_of(name: str, identity: Mapping[str, Any]) -> str:
    digest = identity.get(name)
    return f"a {name} of digest {digest[:12]}" if digest else f"no {name}"


def changed_machine(begun: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say how machine and versions differ, if at all: the last bits may depend on them.

    They do not depend on the numbers of cores and threads, since work is cut alike for any number.
    """
    before, after = (
        {name: value for name, value in identity["machine"].items() if name not in _NO_MATTER}
        for identity in (begun, now)
    )
    return _differences(before, after)


def _differences(begun: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Write "batch_size 32, now 64" for each entry that differs, also within tables."""
    before, after = _flat(begun), _flat(now)
    return "; ".join(
        f"{name} {before.get(name, 'not set')}, now {after.get(name, 'not set')}"
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{key}": entry for key, entry in value.items()}
        else:
            flat[name] = value
    return flat


def open_checkpoints(
    folder: RunFolder, identity: dict[str, Any], options: RunOptions, *, epochs: int
) -> tuple[Checkpoints, dict[str, Any] | None]:
    """Prepare a folder for a run, and find where the run starts.

    Parameters
    ----------
    folder : RunFolder
    identity : dict
        What :func:`run_identity` returns now.
    options : RunOptions
    epochs : int
        How many the run is to have.

    Returns
    -------
    checkpoints : Checkpoints
        The folder's checkpoints.
    state : dict or None
        The state to continue from. None for a new run; then the folder has been cleared, and the
        remains of a run that cannot be resumed have been moved aside.

    Raises
    ------
    OSError
        If the folder cannot be created or written.
    ValueError
        If the folder holds a different run (see :func:`check_identity`), or one that has gone
        beyond `epochs`.
    """
    checkpoints = Checkpoints(folder.checkpoints)
    state = None
    if options.resume:
        tell = say if options.verbose != 0 else _say_nothing
        state = _state_to_resume(folder, checkpoints, identity, epochs, tell)
    if state is None:
        folder.clear()
    remove_unfinished(folder.path)
    return checkpoints, state


def _say_nothing(text: str) -> None:
    pass


def _state_to_resume(
    folder: RunFolder,
    checkpoints: Checkpoints,
    identity: dict[str, Any],
    epochs: int,
    tell: Callable[[str], None],
) -> dict[str, Any] | None:
    """Return the state to continue from, or None after moving the remains of a run aside."""
    found, problems = checkpoints.load()
    for problem in problems:
        tell(problem)
    if found is None:
        aside = folder.set_aside()
        left = f" The remains of an earlier run are in {aside}." if aside else ""
        tell(f"Nothing to resume in {folder}: the run starts from scratch.{left}")
        return None
    check_identity(str(folder), found["identity"], identity)
    epoch, batch = found["training"]["epoch"], found["training"]["batch"]
    begun = epoch + (batch > 0)
    if begun > epochs:
        raise ValueError(
            f"{folder} cannot be resumed with {epochs} epochs: its run is in epoch {begun}, "
            f"expected at least {begun}."
        )
    changed = changed_machine(found["identity"], identity)
    if changed:
        tell(
            f"The run was started under other conditions: {changed}. Its results may differ in "
            "the last bits."
        )
    where = f"batch {batch} of epoch {epoch + 1}" if batch else f"epoch {epoch}"
    tell(f"The run continues after {where}.")
    return found["training"]
