"""The networks by name, as configurations and options call them."""

from __future__ import annotations

from collections.abc import Callable

from minicnn.fer.models.compact_network import compact_network
from minicnn.fer.models.network import fer_network
from minicnn.sequential import Sequential

__all__ = ["NETWORKS"]

#: What builds each of them, with new weights. All take seed, input_shape and class_names.
NETWORKS: dict[str, Callable[..., Sequential]] = {
    "documented": fer_network,
    "compact": compact_network,
}
