"""Utilities under the names that scripts import: ``from minicnn.utils import to_categorical``."""

from minicnn.compat.backend import clear_session
from minicnn.compat.image_datasets import image_dataset_from_directory
from minicnn.compat.image_files import array_to_img, img_to_array, load_img, save_img
from minicnn.compat.lending import find
from minicnn.compat.plots import plot_model
from minicnn.compat.progbar import Progbar
from minicnn.compat.sequences import PyDataset, normalize
from minicnn.compat.sequences import PyDataset as Sequence
from minicnn.compat.serializing import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from minicnn.compat.splitting import split_dataset
from minicnn.labels import to_categorical
from minicnn.random import set_random_seed

__all__ = [
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "clear_session",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "normalize",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "set_random_seed",
    "split_dataset",
    "to_categorical",
]


def __getattr__(name: str) -> object:
    return find(__name__, name)
