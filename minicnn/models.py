"""Models under the names that scripts import: ``from minicnn.models import Sequential``."""

from minicnn.compat.models import *  # noqa: F403
from minicnn.compat.models import __all__ as __all__
from minicnn.compat.refusals import refusal

model_from_yaml = refusal("model_from_yaml", "yaml")
