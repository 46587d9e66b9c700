"""Another last layer for a trained network: the classes change, what it has learned stays."""

from __future__ import annotations

from collections.abc import Sequence

from minicnn.fer.models.expectations import expectations, set_expectations
from minicnn.initializers import GlorotUniform
from minicnn.layers import Dense
from minicnn.model import Model

__all__ = ["with_new_head"]

_NAME = "head"


def with_new_head(model: Model, class_names: Sequence[str], *, seed: int = 0) -> Model:
    """Return a model for other classes, with the layers of a trained one except its last.

    The last dense layer is replaced, and what follows it is repeated. Of the classes that the model
    knows already, the new layer takes the weights over; those of others are drawn at random.

    Parameters
    ----------
    model : Model
        Its layers are shared: training the new model changes them.
    class_names : sequence of str
        In the order of the new outputs.
    seed : int
        Determines the random weights.

    Raises
    ------
    ValueError
        If the model does not end in a dense layer, perhaps with an activation behind it.
    """
    expected, behind = expectations(model), []
    (tensor,) = model.outputs
    while not isinstance(tensor.call.layer, Dense):
        layer = tensor.call.layer
        if len(tensor.call.inputs) != 1 or layer.params or isinstance(layer, Model):
            raise ValueError(
                f"{model.name!r} ends in {layer.name!r}, expected a dense layer, perhaps with an "
                "activation behind it, to be replaced for other classes."
            )
        behind.append(layer)
        tensor = tensor.call.inputs[0]
    old = tensor.call.layer
    new = type(old).from_config(old.get_config() | {"name": _NAME, "units": len(class_names)})
    output = new(tensor.call.inputs[0])
    for layer in reversed(behind):
        output = type(layer).from_config(layer.get_config())(output)
    _take_over(new, old, expected.class_names or (), class_names, seed)
    changed = Model(model.inputs, output, name=model.name, seed=model.seed)
    set_expectations(changed, class_names, expected.scale)
    return changed


def _take_over(
    new: Dense, old: Dense, known: Sequence[str], class_names: Sequence[str], seed: int
) -> None:
    kernel = new.params["kernel"]
    kernel[...] = GlorotUniform(seed=seed)(kernel.shape)
    for place, name in enumerate(class_names):
        if name in known:
            for what, array in new.params.items():
                array[..., place] = old.params[what][..., known.index(name)]
