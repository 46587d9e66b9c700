"""The name that the accuracy had until Keras 2.2: "acc" and "val_acc".

Scripts of that time compile with "accuracy", and then monitor "val_acc" and plot
``history.history["acc"]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from minicnn.callbacks import ModelCheckpoint
from minicnn.compat.old_names import warn_renamed
from minicnn.training.callbacks.monitor import Monitor

__all__ = ["OldNames", "rename_monitored"]

_NAMES = {"acc": "accuracy", "val_acc": "val_accuracy"}
_IN_BRACES = re.compile(r"\{(acc|val_acc)(?=[:!}])")


class OldNames(dict[str, Any]):
    """Figures by name, which know the accuracy's old names if they have it under the new one."""

    def __missing__(self, name: str) -> Any:
        today = _NAMES.get(name)
        if today is None or today not in self:
            raise KeyError(name)
        warn_renamed(f"history[{name!r}]", f"history[{today!r}]")
        return self[today]


def rename_monitored(callbacks: Any, metrics: Iterable[Any]) -> None:
    """Let callbacks watch the accuracy under the name that it has."""
    names = {metric.name for metric in metrics}
    if "acc" in names or "accuracy" not in names:
        return
    for callback in callbacks if isinstance(callbacks, list | tuple) else [callbacks]:
        if isinstance(callback, Monitor) and callback.monitor in _NAMES:
            today = _NAMES[callback.monitor]
            title = type(callback).__name__
            warn_renamed(f"{title}: {callback.monitor!r}", repr(today))
            callback.monitor = today
        if isinstance(callback, ModelCheckpoint):
            callback.filepath = _IN_BRACES.sub(
                lambda found: "{" + _NAMES[found[1]], callback.filepath
            )
