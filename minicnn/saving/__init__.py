"""Model files: real ``.keras`` files, out and in."""

from minicnn.saving.archive import ModelFileError
from minicnn.saving.model_file import SavedModel, load_saved_model, save_model
from minicnn.saving.network_reading import Makers
from minicnn.saving.weights_file import load_weights, save_weights

__all__ = [
    "Makers",
    "ModelFileError",
    "SavedModel",
    "load_saved_model",
    "load_weights",
    "save_model",
    "save_weights",
]
