"""Models under the names that scripts import: ``from minicnn.models import Sequential``."""

from minicnn.compat.models import (
    Model,
    Sequential,
    clone_model,
    load_model,
    model_from_json,
    save_model,
)

__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
