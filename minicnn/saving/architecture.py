"""The layers of a network as JSON, without weights, as Keras's ``to_json`` writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from minicnn.layers import Layer
from minicnn.losses import Loss
from minicnn.metrics import Metric
from minicnn.optimizers import Optimizer
from minicnn.saving.compilation import Compilation, compilation_from_config, compile_config
from minicnn.saving.json_objects import MOST_JSON, json_object
from minicnn.saving.legacy.compilation import modern_compile_config
from minicnn.saving.legacy.networks import modern_network
from minicnn.saving.network_config import file_config
from minicnn.saving.network_reading import Makers, network_from_config
from minicnn.saving.opening import ModelFileError, megabytes
from minicnn.saving.saved_model import SavedModel

__all__ = ["network_from_json", "network_to_json"]

# What the weights of a network may take that comes without them: VGG16 takes a quarter of it.
_MOST_WEIGHTS = 2 << 30


def network_to_json(
    network: Any,
    optimizer: Optimizer | None,
    loss: Loss | None,
    metrics: Sequence[Metric],
    **kwargs: Any,
) -> str:
    """Return the JSON of a network and of what ``compile`` was given; `kwargs` are json.dumps's."""
    compiled = compile_config(Compilation(optimizer, loss, metrics), len(network.outputs))
    return json.dumps(file_config(network) | {"compile_config": compiled}, **kwargs)


def network_from_json(
    text: str | bytes, makers: Makers, custom_objects: Mapping[str, type[Layer]] | None = None
) -> tuple[SavedModel, str | None]:
    """Make a network from its JSON, of this library or of Keras 1 to 3.

    Parameters
    ----------
    text : str
        Of up to 4 MiB.
    makers : Makers
        How networks are made.
    custom_objects : mapping of str to class, optional
        Classes of layers of the caller's own, by name.

    Returns
    -------
    saved : SavedModel
        Its network is built, with placeholders for weights.
    problem : str or None
        Why the model could not be compiled, if it could not.

    Raises
    ------
    ModelFileError
        If the text is not the JSON of a network, or names a layer that is unknown here.
    """
    if len(text) > MOST_JSON:
        raise ModelFileError(
            f"the JSON takes {megabytes(len(text))}, more than the {megabytes(MOST_JSON)} allowed."
        )
    config = json_object("the text", text)
    network = network_from_config(modern_network(config), _MOST_WEIGHTS, makers, custom_objects)
    try:
        compiled = modern_compile_config(config.get("compile_config"))
        compilation = compilation_from_config(compiled, network.target_names, custom_objects)
        return SavedModel(network, *compilation), None
    except ValueError as error:
        return SavedModel(network), f"the model was read but not compiled: {error}"
