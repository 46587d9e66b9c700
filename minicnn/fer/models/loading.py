"""Open a model's file, and say what the file does not."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minicnn import loading
from minicnn.fer.models.expectations import set_expectations
from minicnn.model import Model

__all__ = ["load_model"]


def load_model(
    filepath: str | Path,
    *arguments: Any,
    class_names: str | Sequence[str] | None = None,
    scale: str | None = None,
    **options: Any,
) -> Model:
    """Read a model of facial emotions; :func:`minicnn.load_model` with two more arguments.

    They are for files that say neither, such as Keras's, and override what a file says. They are
    not arguments of the library's own function because they describe images of faces; for models of
    other things, that is the one to use.

    Parameters
    ----------
    filepath, *arguments, **options
        As for :func:`minicnn.load_model`.
    class_names, scale
        As for :func:`~minicnn.fer.models.expectations.set_expectations`: what the outputs mean,
        such as "csv", and how pixels are scaled, such as "-1..1".

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`minicnn.load_model`, or if `class_names` or `scale` do not fit.

    Warns
    -----
    UserWarning
        If class names are given, but nothing says the scale.

    Examples
    --------
    >>> model = load_model("other.keras", class_names="csv", scale="-1..1")  # doctest: +SKIP
    """
    model = loading.load_model(filepath, *arguments, **options)
    if class_names is not None or scale is not None:
        expected = set_expectations(model, class_names, scale)
        if class_names is not None and expected.assumed:
            warnings.warn(
                f"{filepath} {expected.assumptions[0]}. To change that, use "
                "load_model(..., scale=...).",
                UserWarning,
                stacklevel=2,
            )
    return model
