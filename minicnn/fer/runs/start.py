"""The model that a run starts with: a new network, or one from a file."""

from __future__ import annotations

from typing import Any

from minicnn.data.dataset import Dataset
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.resizing import FER2013_SIZE
from minicnn.fer.models.expectations import class_names, expectations, set_expectations
from minicnn.fer.models.networks import NETWORKS
from minicnn.fer.models.new_head import with_new_head
from minicnn.fer.models.pretrained import advice_on_names, model_file
from minicnn.fer.prediction.predict import predict_probabilities
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.layers import InputLayer
from minicnn.loading import load_model
from minicnn.model import Model

__all__ = ["check_model_file", "first_model", "load_start", "say_what_is_learned"]


def first_model(config: TrainingConfig, dataset: Dataset, steps: int) -> Model:
    """Return the model to train, compiled as configured.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
    steps : int
        Number of batches in an epoch.

    Raises
    ------
    OSError, ValueError
        As :func:`load_start`.
    """
    model: Model
    if config.start is None:
        model = _new_network(config, dataset)
    else:
        model = load_start(config.start, dataset, seed=config.seed, freeze=config.freeze)
    model.compile(config.make_optimizer(steps), config.make_loss(), metrics=["accuracy"])
    return model


def _new_network(config: TrainingConfig, dataset: Dataset) -> Model:
    """Return a network with new weights that takes the images and knows their classes."""
    shape, names = dataset.train.images.shape[1:], tuple(dataset.class_names)
    different: dict[str, Any] = {}
    if shape != (FER2013_SIZE, FER2013_SIZE, 1):
        different["input_shape"] = shape
    if names != EMOTIONS:
        different["class_names"] = names
    return NETWORKS[config.network](seed=config.seed, **different)


def check_model_file(path: str, folder: RunFolder, what: str = "start") -> None:
    """Reject a model's file that does not exist, or that the run itself would replace.

    `what` names it in the message.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, ValueError
    """
    file = model_file(path)
    if file.is_dir():
        raise IsADirectoryError(f"{what}: {path} is a folder, expected a .keras file.")
    if not file.is_file():
        raise FileNotFoundError(
            f"{what}: {path} does not exist, expected a .keras file.{advice_on_names(path)}"
        )
    if folder.replaces(file):
        raise ValueError(
            f"{what}: {path} would be replaced by the run, which writes to the same folder, "
            "expected another folder for one of the two."
        )


def load_start(path: str, dataset: Dataset, *, seed: int, freeze: int = 0) -> Model:
    """Return the model of a file after checking that it can learn from some images.

    If the images have other classes than the model, or the same in another order, it gets a new
    last layer; see :func:`~minicnn.fer.models.new_head.with_new_head`. The first `freeze` layers
    are not trained.

    Raises
    ------
    OSError, ValueError
        If it cannot be read, takes other images, has other classes and no layer to replace, does
        not return probabilities or has no trainable parameters.
    """
    model = load_model(model_file(path))
    images = dataset.train.images
    if model.input_shape[1:] != images.shape[1:]:
        raise ValueError(
            f"start: {path} takes images of shape {model.input_shape[1:]}, expected one that takes "
            f"{images.shape[1:]}."
        )
    names = class_names(model) if expectations(model).class_names else ()
    predict_probabilities(model, images[:1])
    layers = [layer for layer in model.layers if not isinstance(layer, InputLayer)]
    if freeze > len(layers):
        raise ValueError(
            f"freeze must be at most {len(layers)}, the number of layers of {path}, got {freeze}."
        )
    for layer in layers[:freeze]:
        layer.trainable = False
    if names != tuple(dataset.class_names):
        model = with_new_head(model, dataset.class_names, seed=seed)
    if not model.trainable_params():
        raise ValueError(f"start: {path} has no trainable parameters, expected at least one.")
    model.seed, model.next_epoch = seed, 0
    return model


def say_what_is_learned(model: Model, dataset: Dataset) -> None:
    """Note in a model, and so in its files, the classes and the scale that it is trained with."""
    model.extra.setdefault("class_names", list(dataset.class_names))
    set_expectations(model, scale=expectations(model).scale)
