"""A note in a model's file that names the model's class.

The file holds the graph, which every reader understands. Who reads it and has the class gets an
object of the class, with the graph's weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn import loading
from minicnn.compat.serializing import known_classes
from minicnn.files import one_line
from minicnn.model import Model
from minicnn.sequential import Sequential
from minicnn.streams import warn

__all__ = ["again", "load_model", "note_of"]

#: Where the note is among what Keras does not keep.
_NOTE = "class"
#: What a class may raise that does not fit its note.
_UNFIT = (AttributeError, KeyError, TypeError, ValueError)
#: Arguments of layers in which two equal graphs may differ.
_OWN = ("name", "trainable", "dtype", "seed")


def note_of(model: Any, input_shape: Any, apart: tuple[str, ...] | None) -> dict[str, Any]:
    """Return what a file notes of the class; nothing if JSON cannot hold its arguments.

    Parameters
    ----------
    model : SubclassedModel
    input_shape : tuple of int, or a list or dict of these
        For which it was built.
    apart : tuple of str, or None
        How ``call`` is given its inputs; see :func:`~minicnn.compat.input_forms.one_input`.
    """
    note = model.serialize() | {"input_shape": input_shape, "apart": apart}
    try:
        json.dumps(note)
    except TypeError:
        return {}
    return {_NOTE: note}


def load_model(
    filepath: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    *,
    classes: tuple[type[Sequential], type[Model]] = (Sequential, Model),
) -> Any:
    """Read a model file of this library or of Keras, and go on where it was.

    Parameters
    ----------
    filepath : str or Path
        A ``.keras`` file, or an HDF5 file (``.h5``) of Keras 1 to 3; the content decides. Code in
        files is never run.
    custom_objects : mapping of str to class or function, optional
        Layers, losses, metrics and models of your own that the file names, as in
        ``{"Scale": Scale}``; registered ones are known.
    compile : bool
        Whether to read optimizer, loss and metrics, too.
    classes : (subclass of Sequential, subclass of Model)
        What rows and other graphs become.

    Returns
    -------
    Model
        A :class:`~minicnn.Sequential` if it was one when it was saved, and an object of its class
        if that has a ``call`` and is known. With weights and, where the file has them, optimizer
        state, loss and metrics.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If the file is damaged, hostile, or holds what this library does not know.

    Warns
    -----
    UserWarning
        If the model cannot be compiled, or the optimizer starts afresh because its state is for
        other parameters, or of Keras 2; if the class cannot be made from its config, or connects
        other layers now.
    """
    known = known_classes(custom_objects)
    model = loading.load_model(filepath, known, compile, classes=classes)
    return _as_its_class(model, known)


def _as_its_class(model: Any, known: Mapping[str, Any]) -> Any:
    """Return a model from a file as an object of the class in the note, if that is known."""
    from minicnn.saving.layer_config import own_class  # loads h5py

    note = model.extra.get(_NOTE)
    cls = own_class(note, known) if isinstance(note, dict) else None
    if cls is None:
        return model
    try:
        made = _made(cls, note, model)
    except _UNFIT as error:
        warn(
            f"load_model: the model computes what was saved, but is not of the class "
            f"{cls.__name__}, which cannot be made from the file's config: {one_line(error)}"
        )
        return model
    _hand_over(model, made)
    return made


def again(model: Any) -> Any:
    """Return a new model of a model's class, with new weights; None if its config makes none."""
    note = note_of(model, model._built_for, model._apart).get(_NOTE)
    try:
        return None if note is None else _made(type(model), note, model)
    except _UNFIT:
        return None


def _made(cls: Any, note: Mapping[str, Any], model: Any) -> Any:
    """Make a model of a class, which is to connect the same layers as another one."""
    made = cls.from_config(note["config"])
    made._apart = None if note["apart"] is None else tuple(note["apart"])
    made.build(note["input_shape"])
    if _layers_of(model) != _layers_of(made):
        raise ValueError("it connects other layers.")
    return made


def _layers_of(model: Any) -> list[Any]:
    """Return what a model connects, in a form that can be compared."""
    configs = [(step.layer.get_config(), step) for step in model.graph.steps]
    return [
        (
            type(step.layer),
            {key: value for key, value in config.items() if key not in _OWN},
            step.layer.weight_shapes,
            step.inputs,
        )
        for config, step in configs
    ]


def _hand_over(model: Any, made: Any) -> None:
    """Give a model the weights, the optimizer and the seeds of an equal one."""
    pairs = zip(model.weighted_layers().values(), made.weighted_layers().values(), strict=True)
    for old, new in pairs:
        new.params, new.state, new.trainable = old.params, old.state, old.trainable
    for name in ("seed", "seed_given", "next_epoch", "extra"):
        setattr(made, name, getattr(model, name))
    optimizer = model.optimizer
    if optimizer is not None:
        paths = dict(zip(model.trainable_params(), made.trainable_params(), strict=True))
        optimizer.slots = {
            slot: {paths[path]: array for path, array in arrays.items()}
            for slot, arrays in optimizer.slots.items()
        }
        optimizer.owners = made.graph.owners()
    made.set_compilation(optimizer, model.loss, model.metrics)
