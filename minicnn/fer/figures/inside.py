"""Inside the network: learned filters, feature maps, Grad-CAM."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.evaluation.grad_cam import class_activation_maps
from minicnn.fer.figures.face_grids import draw_face
from minicnn.fer.figures.style import blank_axes
from minicnn.fer.models.expectations import class_names, expectations
from minicnn.fer.prediction.predict import predict_probabilities
from minicnn.graph import forward
from minicnn.kernels.threads import one_at_a_time
from minicnn.layers import Conv2D, Dropout
from minicnn.model import Model
from minicnn.tracing import with_ends

__all__ = ["feature_maps", "grad_cam_figure", "learned_filters"]

IMAGE = "the image"


def learned_filters(model: Model) -> Figure:
    """Show the filters of the first convolution: red adds, blue takes away, each by its own scale.

    Filters over several channels are shown as their mean over them.

    Raises
    ------
    ValueError
        If the model has no convolution.
    """
    layer = next((layer for layer in model.layers if isinstance(layer, Conv2D)), None)
    if layer is None:
        raise ValueError(f"learned_filters: {model.name!r} has no convolution.")
    filters = layer.params["kernel"].mean(axis=2).transpose(2, 0, 1)
    columns = 8
    rows = -(-len(filters) // columns)
    title = f"The {len(filters)} filters of {layer.name}"
    figure, axes = blank_axes(columns, rows, title=title)
    for place, weights in enumerate(filters):
        top, left = divmod(place, columns)
        _tile(axes, weights, left, top, 0.9, cmap="RdBu_r", limit=np.abs(weights).max())
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    return figure


def feature_maps(model: Model, image: np.ndarray, *, columns: int = 9) -> Figure:
    """Show what every layer makes of an image; Dropout, which does nothing here, is left out.

    Of a layer with more maps than columns the liveliest are shown: those that vary most over the
    image. Vectors are strips. Each tile and strip has its own scale, dark to bright.

    Parameters
    ----------
    model : Model
    image : ndarray of uint8, shape (h, w, 1)
    columns : int
        Maps in a row.
    """
    words, strip = 0.42, 0.45
    outputs = _outputs(model, image)
    height = sum(words + (1 if y.ndim == 3 else strip) for _, y in outputs)
    figure, axes = blank_axes(columns, height, title="An image on its way through the layers")
    top = 0.0
    for name, y in outputs:
        sizes = " x ".join(map(str, y.shape))
        axes.text(0.05, top + words / 2, f"{name}: {sizes}", va="center", fontsize=8)
        top += words
        if y.ndim == 3:
            lively = np.argsort(-y.std(axis=(0, 1)), kind="stable")[:columns]
            for left, k in enumerate(lively):
                if name == IMAGE:
                    draw_face(axes, y, left, top, white=1)
                else:
                    _tile(axes, y[:, :, k], left, top, 0.94, cmap="magma")
            top += 1
        else:
            where = (0.05, columns - 0.05, top + 0.85 * strip, top)
            axes.imshow(y[None], cmap="magma", extent=where, aspect="auto", interpolation="nearest")
            top += strip
    axes.set(xlim=(0, columns), ylim=(height, 0))
    return figure


def _outputs(model: Model, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    x = to_inputs(image[None])
    shown = [step for step in model.graph.steps if not isinstance(step.layer, Dropout)]
    every = model.graph._replace(outputs=tuple(step.output for step in shown))
    with one_at_a_time():
        prepared = expectations(model).inputs(x)
        values, _ = forward(with_ends(every), [prepared], training=False, keep=False)
    names = [step.layer.name for step in shown]
    return [(IMAGE, x[0]), *zip(names, (value[0] for value in values), strict=True)]


def grad_cam_figure(model: Model, image: np.ndarray) -> Figure:
    """Show where a model looks for each of its classes, with their probabilities.

    Parameters
    ----------
    model : Model
        With a convolution, ending in a softmax.
    image : ndarray of uint8, shape (h, w, 1)

    Raises
    ------
    ValueError
        As :func:`~minicnn.fer.evaluation.grad_cam.class_activation_maps`.
    """
    maps = class_activation_maps(model, image)
    (probabilities,) = predict_probabilities(model, image[None])
    names, columns, words = class_names(model), 4, 0.22
    rows = -(-(len(names) + 1) // columns)
    height = rows * (1 + words)
    figure, axes = blank_axes(columns, height, title="Grad-CAM of each class")
    titles = [IMAGE, *map("{} {:.1%}".format, names, probabilities)]
    for place, title in enumerate(titles):
        left, top = place % columns, place // columns * (1 + words)
        bold = place == 1 + int(probabilities.argmax())
        axes.text(
            left + 0.03, top + words / 2, title, va="center", fontweight="bold" if bold else None
        )
        draw_face(axes, image, left, top + words)
        if place:
            where = (left, left + 0.94, top + words + 0.94, top + words)
            axes.imshow(
                maps[place - 1],
                cmap="inferno",
                vmin=0,
                alpha=0.55,
                extent=where,
                aspect="auto",
                interpolation="bilinear",
            )
    axes.set(xlim=(0, columns), ylim=(height, 0))
    return figure


def _tile(
    axes: Axes,
    values: np.ndarray,
    left: float,
    top: float,
    side: float,
    *,
    cmap: str,
    limit: float | None = None,
) -> None:
    """Put an array into a square; with a limit, its colours run from -limit to limit."""
    where = (left, left + side, top + side, top)
    low = None if limit is None else -limit
    axes.imshow(values, cmap=cmap, vmin=low, vmax=limit, extent=where, aspect="auto")
