"""What a model expects of its images, and what its outputs mean: said once, and kept in its file.

Size and channels are those of the network's input. Class names and scale are in the file, as
``model.extra["class_names"]`` and ``model.extra["scale"]``. Everything that prepares images for a
model asks :func:`expectations`. If a file says less, something has to be assumed: networks for
FER2013 use two orders of the classes and three scales, and the wrong one gives wrong answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minicnn.fer.datasets.emotions import CSV_EMOTIONS, EMOTIONS
from minicnn.fer.datasets.resizing import resize_images
from minicnn.input_scale import takes_bytes
from minicnn.model import Model

__all__ = [
    "CLASS_ORDERS",
    "SCALES",
    "Expectations",
    "class_names",
    "expectations",
    "set_expectations",
]

#: The two orders in which FER2013's emotions are numbered.
CLASS_ORDERS = {"alphabetical": EMOTIONS, "csv": CSV_EMOTIONS}

#: The values of black and white, by the name of the scale.
SCALES = {"0..1": (0, 1), "-1..1": (-1, 1), "0..255": (0, 255)}


@dataclass(frozen=True)
class Expectations:
    """What a model expects of its images, and what its outputs mean.

    Attributes
    ----------
    class_names : tuple of str or None
        The classes in the order of the outputs; None if nothing says them.
    scale : str
        One of `SCALES`.
    size : (int, int)
        Height and width.
    channels : int
        1 for grey, 3 for colour (RGB).
    assumed : tuple of str
        Which of "class_names" and "scale" are assumptions.

    Examples
    --------
    >>> grey = np.full((1, 48, 48, 1), 0.75, np.float32)
    >>> Expectations(("happy", "sad"), "-1..1", (64, 64), 3).inputs(grey)[0, 0, 0].tolist()
    [0.5, 0.5, 0.5]
    """

    class_names: tuple[str, ...] | None
    scale: str
    size: tuple[int, int]
    channels: int
    assumed: tuple[str, ...] = ()

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Turn images into what the model takes.

        Parameters
        ----------
        x : ndarray of float32, shape (n, h, w, 1) or (n, h, w, channels)
            Values from 0 to 1.

        Returns
        -------
        ndarray of float32, shape (n, *size, channels)
            `x` itself if nothing has to be changed.
        """
        x = self.resized(x)
        if x.shape[-1] == 1:
            x = np.repeat(x, self.channels, axis=-1) if self.channels > 1 else x
        black, white = SCALES[self.scale]
        if (black, white) == (0, 1):
            return x
        return x * np.float32(white - black) + np.float32(black)

    def resized(self, images: np.ndarray) -> np.ndarray:
        """Return images in the size that the model takes, by the rule of `resize_images`.

        Parameters
        ----------
        images : ndarray of uint8 or float32, shape (n, h, w, c)

        Returns
        -------
        ndarray of the same dtype, shape (n, *size, c)
        """
        return resize_images(images, self.size)

    @property
    def assumptions(self) -> list[str]:
        """A clause for each assumption: "does not ...: assumed ..."."""
        order = ", ".join(EMOTIONS)
        said = {
            "class_names": f"does not name its classes: assumed the alphabetical order {order}",
            "scale": f"does not say how pixels are scaled: assumed {self.scale}",
        }
        return [said[what] for what in self.assumed]


def expectations(model: Model) -> Expectations:
    """Return what a model expects.

    Seven outputs without names are assumed to be
    :data:`~minicnn.fer.datasets.emotions.EMOTIONS`. Without a scale, it is 0..255 if the network
    scales its inputs itself, otherwise 0..1. The latter is an assumption unless there are class
    names: models that minicnn 0.1 and 0.2 trained have names and no scale.

    Raises
    ------
    ValueError
        If the model does not take one grey or colour image, or the class names or the scale in its
        file do not fit.
    """
    size, channels = _image_shape(model)
    names, names_assumed = _names(model)
    scale, scale_assumed = _scale(model)
    assumed = (*["class_names"] * names_assumed, *["scale"] * scale_assumed)
    return Expectations(names, scale, size, channels, assumed)


def class_names(model: Model) -> tuple[str, ...]:
    """Return the classes of a model's outputs; see :func:`expectations`.

    Raises
    ------
    ValueError
        If there is not one name for each output.

    Warns
    -----
    UserWarning
        If the names are assumed.
    """
    names, assumed = _names(model)
    if names is None:
        raise ValueError(
            f"{model.name!r} has no class names and outputs of shape {_output_shape(model)}, "
            f"expected {len(EMOTIONS)} outputs, one for each emotion, or names for the outputs: "
            "--classes A,B,C,... or load_model(path, class_names=[...]) of minicnn.fer."
        )
    if assumed:
        warnings.warn(
            f"{model.name!r} {'; it '.join(expectations(model).assumptions)}. "
            "To change that, use minicnn.fer.load_model(path, class_names=..., scale=...) or "
            "minicnn convert.",
            UserWarning,
            stacklevel=3,
        )
    return names


def set_expectations(
    model: Model, class_names: str | Sequence[str] | None = None, scale: str | None = None
) -> Expectations:
    """Say what a model expects; :meth:`~minicnn.Model.save` writes it into the model's file.

    Parameters
    ----------
    model : Model
        Its `extra` is changed.
    class_names : str or sequence of str, optional
        The classes in the order of the outputs; or a text: "alphabetical" or "csv" (FER2013's
        orders), or names separated by commas. Capitals in the names of FER2013's emotions do not
        matter.
    scale : str, optional
        One of `SCALES`.

    Returns
    -------
    Expectations
        What is neither given nor in the file is among its `assumed`.

    Raises
    ------
    ValueError
        If there is not one name for each output, or the scale is unknown.
    """
    _, scale_assumed = _scale(model) if scale is None else (_checked_scale(scale, "scale"), False)
    if class_names is not None:
        model.extra["class_names"] = _parsed_names(class_names, model)
    if scale is not None:
        model.extra["scale"] = scale
    expected = expectations(model)
    if scale_assumed and "scale" not in expected.assumed:
        return replace(expected, assumed=(*expected.assumed, "scale"))
    return expected


def _image_shape(model: Model) -> tuple[tuple[int, int], int]:
    model.require_built("expectations")
    shapes = [tensor.sample_shape for tensor in model.inputs]
    match shapes:
        case [(int(h), int(w), (1 | 3) as channels)]:
            return (h, w), channels
    raise ValueError(
        f"{model.name!r} takes inputs of shape {', '.join(map(str, shapes))}, expected grey images "
        "(h, w, 1) or colour images (h, w, 3)."
    )


def _output_shape(model: Model) -> Any:
    model.require_built("class_names")
    shapes = [tensor.sample_shape for tensor in model.outputs]
    return shapes[0] if len(shapes) == 1 else shapes


def _names(model: Model) -> tuple[tuple[str, ...] | None, bool]:
    """Return the class names, and whether they are assumed."""
    outputs, names = _output_shape(model), model.extra.get("class_names")
    if names is None:
        seven = outputs == (len(EMOTIONS),)
        return (EMOTIONS if seven else None), seven
    if (
        not isinstance(names, (list, tuple))
        or not all(isinstance(name, str) for name in names)
        or len(set(names)) != len(names)
        or outputs != (len(names),)
    ):
        raise ValueError(
            f"{model.name!r} has the class names {names!r} and outputs of shape {outputs}, "
            "expected a different name for each output."
        )
    return tuple(names), False


def _parsed_names(given: str | Sequence[str], model: Model) -> list[str]:
    names: Sequence[Any] = given
    if isinstance(given, str):
        names = CLASS_ORDERS.get(given.casefold(), given.split(","))
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"class names must be texts, got {given!r}.")
    stripped = [str(name).strip() for name in names]
    spelled = [name.casefold() if name.casefold() in EMOTIONS else name for name in stripped]
    outputs = _output_shape(model)
    if outputs != (len(spelled),) or len(set(spelled)) != len(spelled) or "" in spelled:
        raise ValueError(
            f"{model.name!r} has outputs of shape {outputs}, expected a different class name for "
            f"each output, got {', '.join(spelled)}."
        )
    return spelled


def _scale(model: Model) -> tuple[str, bool]:
    """Return the scale, and whether it is assumed."""
    model.require_built("expectations")
    written = model.extra.get("scale")
    if written is not None:
        return _checked_scale(written, f"the scale of {model.name!r}"), False
    if takes_bytes(model.graph):
        return "0..255", False
    return "0..1", "class_names" not in model.extra


def _checked_scale(scale: Any, what: str) -> str:
    if not isinstance(scale, str) or scale not in SCALES:
        raise ValueError(f"{what} must be one of {', '.join(SCALES)}, got {scale!r}.")
    return scale
