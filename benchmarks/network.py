"""The documented network as files that every contender can read: same layers, same weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from minicnn.fer.models.network import CONVOLUTIONS, DENSE, fer_network

__all__ = ["write_network"]


def write_network(folder: Path) -> None:
    """Write the network and its first weights.

    ``network.keras`` is for minicnn and Keras; ``network.json`` (layers) and ``weights.npz`` (in
    the order of ``get_weights``) are for PyTorch, which has no reader of that format.
    """
    model = fer_network(seed=0)
    model.save(folder / "network.keras")
    names = [layer.name for layer in model.layers]
    specification = {"convolutions": CONVOLUTIONS, "dense": DENSE, "names": names}
    (folder / "network.json").write_text(json.dumps(specification))
    np.savez(folder / "weights.npz", *model.get_weights())
