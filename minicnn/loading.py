"""Reading a model from a file, or its layers from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minicnn.files import one_line, path_text, shortened
from minicnn.intervals import whole_number_in
from minicnn.layers import InputLayer, Layer
from minicnn.layers.tensor import Tensor
from minicnn.model import Model
from minicnn.random import check_seed, generator
from minicnn.sequential import Sequential
from minicnn.streams import warn

if TYPE_CHECKING:
    from minicnn.saving import Makers

__all__ = ["load_model", "model_from_json"]


def load_model(
    filepath: str | Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    *,
    classes: tuple[type[Sequential], type[Model]] = (Sequential, Model),
) -> Model:
    """Read a model file; :func:`minicnn.load_model` adds classes with ``call`` and says the rest.

    Parameters
    ----------
    filepath, custom_objects, compile
        See there.
    classes : (subclass of Sequential, subclass of Model)
        What rows and other graphs become.
    """
    from minicnn.saving import load_saved_model  # loads h5py

    _check_custom_objects("load_model", custom_objects)
    path_text(filepath)
    saved = load_saved_model(filepath, _makers(classes), custom_objects, compiled=compile)
    model, extra = saved.network, dict(saved.extra)
    try:
        model.seed = check_seed(extra.pop("seed", model.seed))
        model.next_epoch = whole_number_in("[0, inf)", extra.pop("next_epoch", 0), "next_epoch")
    except ValueError as error:
        raise ValueError(f"{filepath} cannot be read as a model: {shortened(error)}") from None
    model.seed_given = "seed" in saved.extra
    model.extra = extra
    model.set_compilation(saved.optimizer, saved.loss, saved.metrics)
    if model.optimizer is not None:
        model.optimizer.owners = model.graph.owners()
    return model


def model_from_json(
    json_string: str | bytes,
    custom_objects: Mapping[str, type[Layer]] | None = None,
    *,
    classes: tuple[type[Sequential], type[Model]] = (Sequential, Model),
) -> Model:
    """Make a model from the JSON that ``to_json`` wrote, here or in Keras 1 to 3.

    Parameters
    ----------
    json_string : str
    custom_objects : mapping of str to class, optional
        Layers of your own that the JSON names, as in ``{"Scale": Scale}``.
    classes : (subclass of Sequential, subclass of Model)
        What rows and other graphs become.

    Returns
    -------
    Model
        With new weights, as if it had been written in Python; compiled, if the JSON says how.

    Raises
    ------
    ValueError
        If the JSON is not that of a model, or names what this library does not know.

    Warns
    -----
    UserWarning
        If the model cannot be compiled.
    """
    _check_custom_objects("model_from_json", custom_objects)
    if not isinstance(json_string, (str, bytes)):
        raise ValueError(
            f"model_from_json: expected a text, got {type(json_string).__name__}; from a file: "
            "model_from_json(open(path).read())."
        )
    return _model_of("model_from_json", json_string, custom_objects, classes)


def from_config(
    cls: type[Model],
    config: Mapping[str, Any],
    custom_objects: Mapping[str, type[Layer]] | None = None,
) -> Model:
    """Make a model, with new weights, from what ``get_config`` returned, here or in Keras.

    Parameters
    ----------
    cls : subclass of Model
        A Sequential if the config is of one.
    config : dict
    custom_objects : mapping of str to class, optional
        Layers of your own that the config names.

    Raises
    ------
    ValueError
        If the config is not that of a model, or names what this library does not know.
    """
    _check_custom_objects("from_config", custom_objects)
    row = issubclass(cls, Sequential)
    kind = "Sequential" if row else "Functional"
    try:
        text = json.dumps({"class_name": kind, "config": config})
    except TypeError as error:
        raise ValueError(f"from_config: the config holds no plain values: {error}.") from None
    classes = (cls, Model) if row else (Sequential, cls)
    return _model_of("from_config", text, custom_objects, classes)  # type: ignore[arg-type]


# A model does not know how models are read, so it is given the method here.
Model.from_config = classmethod(from_config)  # type: ignore[attr-defined]


def _model_of(
    where: str,
    text: str | bytes,
    custom_objects: Mapping[str, type[Layer]] | None,
    classes: tuple[type[Sequential], type[Model]],
) -> Model:
    from minicnn.saving import network_from_json

    try:
        saved, problem = network_from_json(text, _makers(classes), custom_objects)
    except ValueError as error:
        raise ValueError(f"{where}: {one_line(error)}") from error
    if problem is not None:
        warn(f"{where}: {one_line(problem)}")
    model: Model = saved.network
    for index, layer in enumerate(model.weighted_layers().values()):
        shape = layer.input_shape
        layer.unbuild()
        layer.build(shape, generator(model.seed, "initialize", index))
    model.set_compilation(saved.optimizer, saved.loss, saved.metrics)
    return model


def _check_custom_objects(where: str, given: object) -> None:
    if given is not None and not isinstance(given, Mapping):
        raise ValueError(
            f"{where}: custom_objects must be a dict of names and classes, as in "
            f"{{'Scale': Scale}}, got {type(given).__name__}."
        )


def _makers(classes: tuple[type[Sequential], type[Model]]) -> Makers:
    from minicnn.saving import Makers

    row, graph = classes

    def make_row(first: InputLayer, layers: list[Any], name: str) -> Sequential:
        return row([first, *layers], name=name)

    def make_graph(inputs: list[Tensor], outputs: Any, name: str) -> Model:
        return graph(inputs, outputs, name)

    return Makers(make_row, make_graph)
