"""Keras 2's ``K.function([model.input, K.learning_phase()], [layer.output])``."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.model import Model
from minicnn.outputs import listed

__all__ = ["function", "learning_phase", "set_learning_phase"]


class _LearningPhase:
    """Stands for the mode among the inputs of a function: 0 is inference, 1 is training."""


_PHASE = _LearningPhase()


def learning_phase() -> _LearningPhase:
    """Return what stands for the mode among the inputs of :func:`function`."""
    return _PHASE


def set_learning_phase(value: int) -> None:
    """Accept 0: a model that is called is in inference unless the call says otherwise.

    Raises
    ------
    ValueError
        For 1.
    """
    if value:
        raise ValueError(
            f"set_learning_phase: {value!r} is not supported; call model(x, training=True)."
        )


def function(inputs: Any, outputs: Any, updates: None = None, name: str | None = None) -> Any:
    """Return a function from inputs of a model to outputs of its layers.

    Parameters
    ----------
    inputs : Tensor, or list of Tensor and :func:`learning_phase`
    outputs : Tensor or list of Tensor
    updates : None
    name : str, optional
        Changes nothing.

    Returns
    -------
    callable
        From an array, or a list of these and 0 or 1 in the order of `inputs`, to an array, or a
        list if `outputs` is one.

    Raises
    ------
    ValueError
        If the outputs do not depend on the inputs alone, or there are updates.
    """
    if updates:
        raise ValueError(
            "function: updates are not supported; a layer's forward changes its state."
        )
    places = listed(inputs)
    model = Model([one for one in places if one is not _PHASE], listed(outputs))

    def compute(values: Any) -> Any:
        given = values if isinstance(values, (list, tuple)) else [values]
        if len(given) != len(places):
            raise ValueError(f"function: expected {len(places)} inputs, got {len(given)}.")
        pairs = list(zip(places, given, strict=True))
        xs = [np.asarray(value, model.dtype) for place, value in pairs if place is not _PHASE]
        training = any(bool(value) for place, value in pairs if place is _PHASE)
        ys = listed(model(xs, training=training))
        return ys if isinstance(outputs, (list, tuple)) else ys[0]

    return compute
