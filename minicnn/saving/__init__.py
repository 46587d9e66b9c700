"""Model files: real ``.keras`` files, out and in."""

from minicnn.saving.archive import ModelFileError
from minicnn.saving.atomic import atomic_write
from minicnn.saving.model_file import SavedModel, load_saved_model, save_model

__all__ = ["ModelFileError", "SavedModel", "atomic_write", "load_saved_model", "save_model"]
