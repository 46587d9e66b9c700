"""Model files: real ``.keras`` files, out and in, and those of older versions of Keras."""

from minicnn.saving.architecture import network_from_json, network_to_json
from minicnn.saving.formats import load_saved_model, write_model
from minicnn.saving.network_config import network_config
from minicnn.saving.network_reading import Makers
from minicnn.saving.opening import ModelFileError
from minicnn.saving.saved_model import SavedModel
from minicnn.saving.weights_file import read_weights, write_weights

__all__ = [
    "Makers",
    "ModelFileError",
    "SavedModel",
    "load_saved_model",
    "network_config",
    "network_from_json",
    "network_to_json",
    "read_weights",
    "write_model",
    "write_weights",
]
