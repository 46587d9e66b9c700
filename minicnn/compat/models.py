"""Models with the methods that Keras 2 had besides; ``minicnn.models`` exports them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import loading
from minicnn import model as core
from minicnn import sequential as core_sequential
from minicnn.compat import class_notes
from minicnn.compat.old_metrics import OldNames, rename_monitored
from minicnn.compat.old_names import warn_renamed
from minicnn.compat.serializing import known_classes
from minicnn.compat.subclassing import SubclassedModel
from minicnn.files import path_text

__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]

#: Arguments of Keras 2's generator methods that change no result: ``fit`` reads ahead by itself.
_QUEUE = {
    *("max_queue_size", "max_q_size", "workers", "nb_worker", "use_multiprocessing", "pickle_safe"),
}

#: Keras 1's names of arguments of ``Model``, ``fit`` and its relatives.
_RENAMED = {"nb_epoch": "epochs", "input": "inputs", "output": "outputs"}
#: Those that count samples -> today's, which count batches.
_COUNTS = {
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
}


def _translated(method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments under their new names, without those of Keras 2's queues."""
    taken = {}
    for name, value in arguments.items():
        if name in _RENAMED:
            warn_renamed(f"{method}: {name}=", f"{_RENAMED[name]}=")
        if name not in _QUEUE:
            taken[_RENAMED.get(name, name)] = value
    return taken


def _counted(
    method: str, batches: Any, arguments: dict[str, Any], *names: str
) -> tuple[Any, dict[str, Any]]:
    """Turn numbers of samples into numbers of batches; return the batches, all of them, as well."""
    for name in names:
        if name in arguments:
            warn_renamed(f"{method}: {name}=", f"{_COUNTS[name]}=, a number of batches")
            size, batches = _batch_size(batches)
            steps = math.ceil(arguments[name] / size)
            arguments = {k: v for k, v in arguments.items() if k != name} | {_COUNTS[name]: steps}
    return batches, arguments


def _batch_size(batches: Any) -> tuple[int, Any]:
    """Return the size of a generator's batches, and the generator with its first batch."""
    if hasattr(batches, "batch_size"):
        return batches.batch_size, batches
    rest = iter(batches)
    first = next(rest)
    inner = first
    while isinstance(inner, tuple | list | dict):
        inner = next(iter(inner.values() if isinstance(inner, dict) else inner))
    return len(inner), itertools.chain([first], rest)


def _target(
    function: str, filepath: str | Path, overwrite: bool, save_format: str | None = None
) -> Path:
    """Return where to write a model: Keras 2 took names without an ending."""
    if save_format not in (None, "h5", "keras"):
        raise ValueError(
            f"{function}: save_format={save_format!r} is not supported; expected 'keras' or 'h5'."
        )
    path = Path(filepath)
    if not path.suffix:
        path = path.with_name(f"{path.name}.{save_format or 'keras'}")
        warn_renamed(f"{function}({str(filepath)!r})", f"{function}({str(path)!r})")
    if not overwrite and path.exists():
        raise FileExistsError(f"{function}: {path} exists already.")
    return path


def _written(filepath: str | Path) -> str | Path:
    """Return where `_target` had a model of that name written, if it is not there itself."""
    path = Path(path_text(filepath))
    if path.suffix or not path.name or path.exists():
        return filepath
    target = path.with_name(f"{path.name}.keras")
    if target.exists():
        warn_renamed(f"load_model({str(filepath)!r})", f"load_model({str(target)!r})")
        return target
    return filepath


@contextmanager
def _uncompiled(model: Any) -> Iterator[None]:
    """Take the optimizer, the loss and the metrics away for a while."""
    compiled = model.optimizer, model.loss, model.metrics
    model.optimizer, model.loss, model.metrics = None, None, []
    try:
        yield
    finally:
        model.optimizer, model.loss, model.metrics = compiled


class Model(core.Model):
    """A :class:`minicnn.Model` that also takes the calls of older scripts."""

    def __init__(self, *places: Any, **arguments: Any) -> None:
        super().__init__(*places, **_translated("Model", arguments))

    def fit(self, *data: Any, **arguments: Any) -> Any:
        """Train; see :meth:`minicnn.Model.fit`.

        Keras 1's ``nb_epoch=`` is taken as well, and "acc" for the accuracy.
        """
        arguments = _translated("fit", arguments)
        rename_monitored(data[5] if len(data) > 5 else arguments.get("callbacks"), self.metrics)
        history = super().fit(*data, **arguments)
        history.history = OldNames(history.history)
        return history

    def fit_generator(self, generator: Any, *places: Any, **arguments: Any) -> Any:
        """Train on batches of a generator: ``fit`` does."""
        warn_renamed("fit_generator", "fit")
        names = ("steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data")
        arguments = dict(zip(names, places, strict=False)) | arguments
        arguments = _translated("fit_generator", arguments)
        generator, arguments = _counted("fit_generator", generator, arguments, "samples_per_epoch")
        if "nb_val_samples" in arguments:
            validation = arguments.pop("validation_data")
            validation, arguments = _counted(
                "fit_generator", validation, arguments, "nb_val_samples"
            )
            arguments["validation_data"] = validation
        return self.fit(generator, **arguments)

    def evaluate_generator(
        self, generator: Any, steps: int | None = None, verbose: int = 0, **arguments: Any
    ) -> Any:
        """Evaluate on batches of a generator: ``evaluate`` does."""
        warn_renamed("evaluate_generator", "evaluate")
        arguments = {"steps": steps} | _translated("evaluate_generator", arguments)
        generator, arguments = _counted("evaluate_generator", generator, arguments, "val_samples")
        return super().evaluate(generator, verbose=verbose, **arguments)

    def predict_generator(
        self, generator: Any, steps: int | None = None, verbose: int = 0, **arguments: Any
    ) -> Any:
        """Predict for batches of a generator: ``predict`` does."""
        warn_renamed("predict_generator", "predict")
        arguments = {"steps": steps} | _translated("predict_generator", arguments)
        generator, arguments = _counted("predict_generator", generator, arguments, "val_samples")
        return super().predict(generator, verbose=verbose, **arguments)

    def save(
        self,
        filepath: str | Path,
        overwrite: bool = True,
        include_optimizer: bool = True,
        save_format: str | None = None,
        **options: Any,
    ) -> None:
        """Write the model; see :meth:`minicnn.Model.save`.

        A name without an ending, which Keras 2 took, gets ".keras", or what `save_format` says.
        Without the optimizer, the file comes back uncompiled.

        Raises
        ------
        FileExistsError
            If there is such a file and `overwrite` is False.
        ValueError
            If `save_format` is neither "keras" nor "h5".
        """
        target = _target("save", filepath, overwrite, save_format)
        with nullcontext() if include_optimizer else _uncompiled(self):
            super().save(target, **options)

    def predict_classes(
        self, x: Any, batch_size: int | None = None, verbose: int = 0
    ) -> np.ndarray:
        """Return the class of each sample: ``predict(x).argmax(axis=-1)`` does.

        A single output counts as a probability: classes 0 and 1, shape (n, 1).
        """
        warn_renamed("predict_classes(x)", "predict(x).argmax(axis=-1)")
        y = super().predict(x, batch_size, verbose)
        return y.argmax(axis=-1) if y.shape[-1] > 1 else (y > 0.5).astype("int32")

    def predict_proba(self, x: Any, batch_size: int | None = None, verbose: int = 0) -> np.ndarray:
        """Return the outputs: ``predict`` does."""
        warn_renamed("predict_proba", "predict")
        return super().predict(x, batch_size, verbose)


def _make_predict_function(model: Model) -> None:
    """Do nothing: Keras's scripts call it before threads predict."""


# They are set here because a class that defines one is refused: minicnn never calls it.
for _name in ("_make_predict_function", "make_predict_function"):
    setattr(Model, _name, _make_predict_function)


class Sequential(Model, core_sequential.Sequential):
    """A :class:`minicnn.Sequential` that also takes the calls of older scripts."""


def load_model(
    filepath: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> core.Model:
    """Read a model file; see :func:`minicnn.load_model`. Code in files is never run.

    A name without an ending is that of the file which ``save`` wrote under it. A model of a class
    with ``call`` becomes one again if the class is registered or among the `custom_objects`.
    """
    return class_notes.load_model(
        _written(filepath), custom_objects, compile, classes=(Sequential, Model)
    )


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a model from JSON; see :func:`minicnn.model_from_json`."""
    return loading.model_from_json(
        json_string, known_classes(custom_objects), classes=(Sequential, Model)
    )


def save_model(
    model: Any,
    filepath: str | Path,
    overwrite: bool = True,
    include_optimizer: bool = True,
    save_format: str | None = None,
    **ignored: Any,
) -> None:
    """Write a model to a file; see :meth:`Model.save`.

    Raises
    ------
    FileExistsError
        If there is such a file and `overwrite` is False.
    ValueError
        If `save_format` is neither "keras" nor "h5".
    """
    target = _target("save_model", filepath, overwrite, save_format)
    with nullcontext() if include_optimizer else _uncompiled(model):
        model.save(target)


def clone_model(model: core.Model) -> Any:
    """Return a model of the same layers with new weights, not compiled.

    That of a class with ``call`` is of the class if its config makes one.
    """
    made = class_notes.again(model) if isinstance(model, SubclassedModel) else None
    if made is not None:
        return made
    clone = model_from_json(model.to_json())
    clone.set_compilation(None, None, ())
    return clone
