"""Calls of layers as ``config.json`` writes them: what a call takes, and the ends of a graph."""

from __future__ import annotations

from typing import Any

from minicnn.layers import BatchNormalization
from minicnn.saving.layer_config import short
from minicnn.saving.opening import ModelFileError
from minicnn.wiring import Source

__all__ = ["ends", "fixed_mode", "sources"]

Config = dict[str, Any]


def sources(name: str, node: Any) -> tuple[list[tuple[str, Source]], bool]:
    """Return which outputs a call takes, and whether in a list."""
    extras = node.get("kwargs") if isinstance(node, dict) else None
    args = node.get("args") if isinstance(node, dict) else None
    plain = isinstance(extras or {}, dict) and all(
        v in (None, False) or (key, v) == ("training", True) for key, v in (extras or {}).items()
    )
    if not isinstance(args, list) or len(args) != 1 or not plain:
        raise ModelFileError(
            f"a call of {name!r} has arguments other than the inputs: {short(node)}."
        )
    joins = isinstance(args[0], list)
    return [_history(name, one) for one in (args[0] if joins else args)], joins


def fixed_mode(layer: Any, node: Any) -> bool | None:
    """Return the mode that a call fixes.

    Keras also writes arguments down that it fills in itself: False for a layer such as Dropout,
    whose mode nobody fixed.
    """
    training = (node.get("kwargs") or {}).get("training")
    states_it = hasattr(layer, "graph") or isinstance(layer, BatchNormalization)
    return training if training or states_it else None


def _history(name: str, tensor: Any) -> tuple[str, Source]:
    inner = tensor.get("config") if isinstance(tensor, dict) else None
    place = inner.get("keras_history") if isinstance(inner, dict) else None
    return _place(f"a call of {name!r}", place)


def _place(where: str, place: Any) -> tuple[str, Source]:
    """Read ["conv2d", 0, 0]."""
    if (
        not isinstance(place, list)
        or [type(part) for part in place[:3]] != [str, int, int]
        or min(place[1:3]) < 0
    ):
        raise ModelFileError(
            f"{where} takes {short(place)}, expected the output of a layer, as in ['conv2d', 0, 0]."
        )
    return place[0], Source(place[1], place[2])


def ends(key: str, inner: Config) -> list[tuple[str, Source]]:
    """Read where a model begins or ends: one place, a list of them, or a dict."""
    end = inner.get(key)
    if isinstance(end, dict):
        end = list(end.values())
    if isinstance(end, list) and end and isinstance(end[0], str):
        end = [end]
    if not isinstance(end, list) or not end:
        raise ModelFileError(f"its {key} are {short(end)}, expected [['conv2d', 0, 0], ...].")
    return [_place(key, one) for one in end]
