"""Models under the names that scripts import: ``from minicnn.models import Sequential``."""

from minicnn.compat.models import Model, Sequential

__all__ = ["Model", "Sequential"]
