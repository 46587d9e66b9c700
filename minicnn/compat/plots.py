"""``plot_model``: a drawing of a model in a file."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from minicnn.diagram import network_svg
from minicnn.files import write_text

__all__ = ["plot_model"]


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.svg",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    **ignored: Any,
) -> Path:
    """Draw a model into an SVG file; see :func:`minicnn.diagram.network_svg`.

    Parameters
    ----------
    model : Model
        Built.
    to_file : path
        Ends in ".svg"; for another ending an SVG file is written beside it, with a warning.
    show_shapes, show_layer_names : bool
        Whether to tell the shapes of the outputs, and the layers' own names.
    show_dtype, **ignored
        Keras's other arguments change nothing.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If the model is not built.
    """
    path = Path(to_file).expanduser()
    if path.suffix.lower() != ".svg":
        path = path.with_suffix(".svg")
        warnings.warn(f"plot_model draws SVG: wrote {path}, not {to_file}.", stacklevel=2)
    drawing = network_svg(model, show_shapes=show_shapes, show_layer_names=show_layer_names)
    write_text(path, drawing)
    return path
